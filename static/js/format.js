/** Numbers, sizes, times and cells as a person reads them. Locale and time are handed in. */

/** Characters that draw nothing, or turn what stands around them: shown by name instead, so that a cell hides nothing. */
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g
const HAS_UNSEEN = new RegExp(UNSEEN.source)

const CONTROLS = (
  'NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'
).split(' ')

/** @typedef {{text: string, mark: boolean}} Piece `mark`: it stands for a character that cannot be seen */

/** For where a mark can be told from text: a picture's letters are too small to read. @param {string} character */
function nameOf(character) {
  const code = character.charCodeAt(0)
  return CONTROLS[code] ?? (code === 0x7f ? 'DEL' : pictureOf(character))
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
  return !HAS_UNSEEN.test(text)
}

/** A text in pieces, unseen characters replaced by marks. @param {string} text @returns {Piece[]} */
export function pieces(text) {
  /** @type {Piece[]} */
  const found = []
  let start = 0
  for (const match of text.matchAll(UNSEEN)) {
    if (match.index > start) found.push({ text: text.slice(start, match.index), mark: false })
    found.push({ text: nameOf(match[0]), mark: true })
    start = match.index + 1
  }
  if (start < text.length) found.push({ text: text.slice(start), mark: false })
  return found
}

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

/** @param {number} value @param {string} [locale] */
export function number(value, locale) {
  return value.toLocaleString(locale)
}

/** `1 row`, `2,980 rows`. @param {number} value @param {string} one @param {string} many @param {string} [locale] */
export function counted(value, one, many, locale) {
  return `${number(value, locale)} ${value === 1 ? one : many}`
}

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB', 'PB']

/** Bytes in thousands, as disks are sold and files are listed. @param {number} bytes @param {string} [locale] */
export function size(bytes, locale) {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000
    unit += 1
  }
  if (unit === 0) return counted(bytes, 'byte', 'bytes', locale)
  const digits = value < 9.95 ? 1 : 0
  const shown = value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return `${shown} ${UNITS[unit]}`
}

/** How much of a whole, rounded down: 100 % is only said when it is all there. @param {number} part @param {number} whole */
export function percent(part, whole) {
  return `${whole > 0 ? Math.min(100, Math.floor((100 * part) / whole)) : 0} %`
}

/** A length of time in words, coarse on purpose. @param {number} seconds */
export function duration(seconds) {
  if (seconds < 1.5) return 'a second'
  if (seconds < 55) return `${seconds < 10 ? Math.round(seconds) : 5 * Math.round(seconds / 5)} seconds`
  if (seconds < 90) return 'a minute'
  const minutes = seconds / 60
  if (minutes < 50) return `${Math.round(minutes)} minutes`
  if (minutes < 90) return 'an hour'
  const hours = minutes / 60
  if (hours < 22) return `${Math.round(hours)} hours`
  if (hours < 36) return 'a day'
  return `${Math.round(hours / 24)} days`
}

/** How long ago something was. @param {number} then @param {number} now both in milliseconds */
export function ago(then, now) {
  const seconds = (now - then) / 1000
  return seconds < 45 ? 'just now' : `${duration(seconds)} ago`
}
