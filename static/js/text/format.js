/** Sizes, times and cells as a person reads them. Time is handed in. */

import { number, past, phrase } from './language.js'

/** Characters that draw nothing, or turn what stands around them: shown by name instead, so that a cell hides nothing. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it finds.
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g
/** Blanks that begin or end a text, and those that only look like one. */
const BLANKS = /^\p{Zs}+|\p{Zs}+$|[\u00a0\u2007\u202f]+/gu
const HIDDEN = new RegExp(`${UNSEEN.source}|${BLANKS.source}`, 'gu')
const HAS_HIDDEN = new RegExp(HIDDEN.source, 'u')

/** Cells that stand for a missing value: the server's list. */
const MISSING = new Set(['', '\\N', 'NA', 'NaN', 'null', '.'])

/** @param {string} text */
export const isMissing = text => MISSING.has(text)

const CONTROL_NAMES =
  'NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'
const CONTROLS = CONTROL_NAMES.split(' ')

/** @typedef {{text: string, mark: boolean}} Piece `mark`: it stands for a character that cannot be seen */

const BY_NAME = new Map([
  [' ', '␣'],
  ['\u007f', 'DEL'],
  ['\u00a0', 'NBSP']
])

/** For where a mark can be told from text: a picture's letters are too small to read. @param {string} found */
function nameOf(found) {
  if (/^ {4,}$/.test(found)) return `␣ × ${found.length}`
  return [...found].map(one => CONTROLS[one.charCodeAt(0)] ?? BY_NAME.get(one) ?? pictureOf(one)).join(' ')
}

/** @param {string} character */
function pictureOf(character) {
  const code = character.charCodeAt(0)
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  if (code === 0x7f) return '\u2421'
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
}

/** Whether a text can be shown as it is. @param {string} text */
export function isPlain(text) {
  return !HAS_HIDDEN.test(text)
}

/** A text in pieces, what is hidden in it replaced by marks. @param {string} text @returns {Piece[]} */
export function pieces(text) {
  /** @type {Piece[]} */
  const found = []
  let start = 0
  for (const match of text.matchAll(HIDDEN)) {
    if (match.index > start) found.push({ text: text.slice(start, match.index), mark: false })
    found.push({ text: nameOf(match[0]), mark: true })
    start = match.index + match[0].length
  }
  if (start < text.length) found.push({ text: text.slice(start), mark: false })
  return found
}

/** Whether all of a text is an address that may be opened: http and https only. @param {string} text */
export const isLink = text => /^https?:\/\/[^\s<>"]+$/i.test(text) && isPlain(text)

/** A text in one line with nothing unseen in it, for titles and labels. @param {string} text */
export function visible(text) {
  return text.replace(UNSEEN, pictureOf)
}

/** The beginning of a text, never half a character. @param {string} text @param {number} most */
export function clip(text, most) {
  if (text.length <= most) return text
  const half = /[\ud800-\udbff]/.test(text.charAt(most - 1))
  return `${text.slice(0, half ? most - 1 : most)}…`
}

const UNITS = ['KB', 'MB', 'GB', 'TB', 'PB']

/** Bytes in thousands, as disks are sold and files are listed. @param {number} bytes */
export function size(bytes) {
  let value = bytes
  let unit = -1
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000
    unit += 1
  }
  if (unit < 0) return phrase('bytes', { n: bytes })
  const digits = value < 9.95 ? 1 : 0
  return `${number(value, { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${UNITS[unit]}`
}

/** How much of a whole, rounded down: 100 % is only said when it is all there. @param {number} part @param {number} whole */
export function percent(part, whole) {
  return number(whole > 0 ? Math.min(1, Math.floor((100 * part) / whole) / 100) : 0, { style: 'percent' })
}

/** A length of time, coarse on purpose. @param {number} seconds @returns {[number, 'second' | 'minute' | 'hour' | 'day']} */
function coarse(seconds) {
  if (seconds < 55) return [seconds < 10 ? Math.max(1, Math.round(seconds)) : 5 * Math.round(seconds / 5), 'second']
  if (seconds < 50 * 60) return [Math.round(seconds / 60), 'minute']
  if (seconds < 22 * 3600) return [Math.max(1, Math.round(seconds / 3600)), 'hour']
  return [Math.max(1, Math.round(seconds / 86_400)), 'day']
}

/** @param {number} seconds */
export function duration(seconds) {
  const [value, unit] = coarse(seconds)
  return number(value, { style: 'unit', unit, unitDisplay: 'long' })
}

/** How long ago something was. @param {number} then @param {number} now both in milliseconds */
export function ago(then, now) {
  const [value, unit] = coarse((now - then) / 1000)
  return unit === 'second' ? phrase('justNow') : past(value, unit)
}
