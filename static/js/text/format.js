/** Sizes, times and cells, written for people. The time is handed in. */

import { number, phrase, timeAgo } from './language.js'

/** Characters that draw nothing, or change how others are drawn: a cell shows their names, so that it hides nothing. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it finds.
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g
/** Blanks at the beginning and the end of a text, and characters that look like a blank. */
const BLANKS = /^\p{Zs}+|\p{Zs}+$|[\u00a0\u2007\u202f]+/gu
const HIDDEN = new RegExp(`${UNSEEN.source}|${BLANKS.source}`, 'gu')
const HAS_HIDDEN = new RegExp(HIDDEN.source, 'u')

/** The cells that stand for a missing value, as on the server. */
export const MISSING = new Set(
  ',.,-,--,–,—,\\N,NA,na,N/A,n/a,n.a.,#N/A,#NA,<NA>,NaN,nan,NAN,-nan,NaT,NULL,Null,null,None'.split(',')
)

/** @param {string} text */
export const isMissing = text => MISSING.has(text.trim())

const CONTROL_NAMES =
  'NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'
const CONTROLS = CONTROL_NAMES.split(' ')

/** @typedef {{text: string, mark: boolean}} TextPiece `mark`: it stands for a hidden character */

const BY_NAME = new Map([
  [' ', '␣'],
  ['\u007f', 'DEL'],
  ['\u00a0', 'NBSP']
])

/** Name hidden characters for a mark, in letters that are large enough to read. @param {string} found */
function nameOf(found) {
  if (/^ {4,}$/.test(found)) return `␣ × ${found.length}`
  return [...found].map(one => CONTROLS[one.charCodeAt(0)] ?? BY_NAME.get(one) ?? pictureOf(one)).join(' ')
}

/** Draw a hidden character as one that can be seen. @param {string} character */
function pictureOf(character) {
  const code = character.charCodeAt(0)
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  if (code === 0x7f) return '\u2421'
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
}

/** Whether a text has no hidden characters. @param {string} text */
export const isPlain = text => !HAS_HIDDEN.test(text)

/** Split a text, with a mark for each run of hidden characters. @param {string} text @returns {TextPiece[]} */
export function pieces(text) {
  /** @type {TextPiece[]} */
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

/** Whether a text is a web address: http and https only. @param {string} text */
export const isLink = text => /^https?:\/\/[^\s<>"]+$/i.test(text) && isPlain(text)

/** Make hidden characters visible, for titles and labels. @param {string} text */
export const visible = text => text.replace(UNSEEN, pictureOf)

/** Shorten a text, never within a character. @param {string} text @param {number} most UTF-16 units */
export function clip(text, most) {
  if (text.length <= most) return text
  const half = /[\ud800-\udbff]/.test(text.charAt(most - 1))
  return `${text.slice(0, half ? most - 1 : most)}…`
}

const UNITS = ['KB', 'MB', 'GB', 'TB', 'PB']

/** Write a number of bytes in powers of 1000. @param {number} bytes */
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

/** Write a part as a percentage, rounded down: 100 % is complete. @param {number} part @param {number} whole */
export function percent(part, whole) {
  return number(whole > 0 ? Math.min(1, Math.floor((100 * part) / whole) / 100) : 0, { style: 'percent' })
}

/** Round a length of time. @param {number} seconds @returns {[number, 'second' | 'minute' | 'hour' | 'day']} */
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

/** Write how long ago something was. @param {number} then in milliseconds @param {number} now */
export function ago(then, now) {
  const [value, unit] = coarse((now - then) / 1000)
  return unit === 'second' ? phrase('justNow') : timeAgo(value, unit)
}
