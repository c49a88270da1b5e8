/** Lenses: how the numbers of a column are written. A cell reads here as it does on the server. */

const GAP = '[ \u00a0\u2007\u2009\u202f]'
const UNIT = '(?:[A-Z]{0,2}[$¢-¥฿₠-⃀]|[A-Z]{3}|kr[.,]?|zł|Kč|Ft|[\u5143\u5186%‰])'
const SIGN = '([+−-]?)'
const GROUPED = `[1-9]\\d{0,2}(?<gap>[,'’]|${GAP})\\d{3}(?:\\k<gap>\\d{3})*(?:[.]\\d*)?`
const SINGLE = '(?:\\d+[.]?\\d*|[.]\\d+)(?:[eE][+-]?\\d+)?'
const NUMBER = new RegExp(`^${SIGN}(?:${UNIT}${GAP}*${SIGN})?(${GROUPED}|${SINGLE})(?:[.][-–])?(?:${GAP}*${UNIT})?$`)

/** @type {Record<string, (cell: string) => string>} */
const POINTED = {
  point: cell => cell,
  comma: cell => cell.replace(/[.,]/g, mark => (mark === ',' ? '.' : ','))
}

/**
 * Write a cell as the plain number that it is under a lens; an empty text where it is none.
 *
 * @param {string} cell
 * @param {string} [lens] a plain number is one already
 */
export function plainNumber(cell, lens) {
  if (!lens) return cell
  const [, sign, inner = '', digits = ''] = NUMBER.exec(POINTED[lens]?.(cell.trim()) ?? '') ?? []
  return (sign || inner).replace('−', '-') + digits.replace(/[^\d.eE+-]/g, '')
}
