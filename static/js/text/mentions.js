/**
 * The links in a message: `row 5203`, `rows 10-20`, `row 5203 column 3`, `cell 4,1`, `#cell=4,1`, and web addresses.
 *
 * @typedef {{text: string, row?: number, column?: number, href?: string}} MessagePart `column` from 1, for a cell
 */

// A number may be grouped as it is on screen: 5,203 or 5 203.
const NUMBER = '\\d{1,3}(?:[,\u00a0\u202f]\\d{3})+|\\d{1,15}'
const MENTION = new RegExp(
  [
    '(?<href>\\bhttps?:\\/\\/[^\\s<>"]+[^\\s<>".,;:!?)\\]\'])',
    '#row=(?<hashRow>\\d{1,15})(?:-\\d{1,15})?',
    '(?:#cell=|\\bcell\\s|\\u5355\\u5143\\u683c\\s?)' +
      '(?<cellRow>\\d{1,15}),\\s?(?<cellColumn>\\d{1,9})(?:-\\d{1,15},\\d{1,9})?',
    `\\brows?\\s(?<row>${NUMBER})(?:\\s?[-–]\\s?(?:${NUMBER}))?(?:,?\\scolumn\\s(?<column>\\d{1,9}))?(?![\\w.]*\\d)`,
    `\\u7b2c\\s?(?<hanRow>${NUMBER})\\s?\\u884c(?:\\u7b2c\\s?(?<hanColumn>\\d{1,9})\\s?\\u5217)?`
  ].join('|'),
  'giu'
)

/**
 * Split a message into texts and links. Together, the texts of all parts are the message.
 *
 * @param {string} message
 * @returns {MessagePart[]}
 */
export function splitMentions(message) {
  /** @type {MessagePart[]} */
  const parts = []
  let done = 0
  for (const match of message.matchAll(MENTION)) {
    const part = linkOf(match[0], match.groups ?? {})
    if (!part) continue
    if (match.index > done) parts.push({ text: message.slice(done, match.index) })
    parts.push(part)
    done = match.index + match[0].length
  }
  if (done < message.length) parts.push({ text: message.slice(done) })
  return parts
}

/** @param {string} text @param {Record<string, string | undefined>} found @returns {MessagePart | null} */
function linkOf(text, found) {
  if (found.href) return URL.canParse(text) ? { text, href: text } : null
  const row = numberOf(found.hashRow ?? found.cellRow ?? found.row ?? found.hanRow)
  const column = numberOf(found.cellColumn ?? found.column ?? found.hanColumn)
  if (row === 0) return null
  return column ? { text, row, column } : { text, row }
}

/** @param {string | undefined} digits */
const numberOf = digits => Number(digits?.replace(/\D/g, '') ?? 0)
