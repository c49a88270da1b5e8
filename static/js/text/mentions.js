/**
 * What in a message is a link: `row 5203`, `rows 10-20`, `row 5203 column 3`, `cell 4,1`, `#cell=4,1`, and addresses of the web.
 *
 * @typedef {{text: string, row?: number, column?: number, href?: string}} Piece `column` from 1, where a cell is meant
 */

// A number may be grouped as it is on screen: 5,203 or 5 203.
const NUMBER = '\\d{1,3}(?:[,\u00a0\u202f]\\d{3})+|\\d{1,15}'
const MENTION = new RegExp(
  [
    '(?<href>\\bhttps?:\\/\\/[^\\s<>"]+[^\\s<>".,;:!?)\\]\'])',
    `#row=(?<hashRow>\\d{1,15})(?:-\\d{1,15})?`,
    `(?:#cell=|\\bcell\\s|\\u5355\\u5143\\u683c\\s?)(?<cellRow>\\d{1,15}),\\s?(?<cellColumn>\\d{1,9})(?:-\\d{1,15},\\d{1,9})?`,
    `\\brows?\\s(?<row>${NUMBER})(?:\\s?[-–]\\s?(?:${NUMBER}))?(?:,?\\scolumn\\s(?<column>\\d{1,9}))?(?![\\w.]*\\d)`,
    `\\u7b2c\\s?(?<hanRow>${NUMBER})\\s?\\u884c(?:\\u7b2c\\s?(?<hanColumn>\\d{1,9})\\s?\\u5217)?`
  ].join('|'),
  'giu'
)

/** A message in pieces, the links among them. Nothing is lost: the texts of all together are the message. @param {string} message @returns {Piece[]} */
export function mentions(message) {
  /** @type {Piece[]} */
  const pieces = []
  let done = 0
  for (const match of message.matchAll(MENTION)) {
    const piece = linkOf(match[0], match.groups ?? {})
    if (!piece) continue
    if (match.index > done) pieces.push({ text: message.slice(done, match.index) })
    pieces.push(piece)
    done = match.index + match[0].length
  }
  if (done < message.length) pieces.push({ text: message.slice(done) })
  return pieces
}

/** @param {string} text @param {Record<string, string | undefined>} found @returns {Piece | null} */
function linkOf(text, found) {
  if (found.href) return URL.canParse(text) ? { text, href: text } : null
  const row = whole(found.hashRow ?? found.cellRow ?? found.row ?? found.hanRow)
  const column = whole(found.cellColumn ?? found.column ?? found.hanColumn)
  if (row === 0) return null
  return column ? { text, row, column } : { text, row }
}

/** @param {string | undefined} digits */
const whole = digits => Number(digits?.replace(/\D/g, '') ?? 0)
