/** Lenses: how the numbers of a column are written. A cell reads here as it does on the server. */

const GAPS = " \u00a0\u2007\u2009\u202f'’" // between thousands
const BLANKS = `[${GAPS.slice(0, -2)}]*`
const UNIT = '(?:[A-Z]{0,2}[$¢-¥฿₠-⃀]|[A-Z]{3}|kr\\.?|zł|Kč|Ft|[\u5143\u5186%‰])'
const SIGN = '[+−-]'

/** @param {string} mark the decimal mark @param {string} group a mark between thousands */
function written(mark, group) {
  const fraction = `(?:[${mark}]\\d*)?`
  const grouped = `[1-9]\\d{0,2}(?<gap>[${group}${GAPS}])\\d{3}(?:\\k<gap>\\d{3})*${fraction}`
  const digits = `(?<digits>${grouped}|(?:\\d+${fraction}|[${mark}]\\d+)(?:[eE][+-]?\\d+)?)`
  const before = `(?:(?<sign>${SIGN})?(?:${UNIT}${BLANKS})?|${UNIT}${BLANKS}(?<inner>${SIGN}))`
  return {
    pattern: new RegExp(`^${before}${digits}(?:[${mark}][-–])?(?:${BLANKS}${UNIT})?$`),
    between: new RegExp(`[${group}${GAPS}]`, 'g')
  }
}

/** @type {Record<string, ReturnType<typeof written>>} */
const LENSES = { point: written('.', ','), comma: written(',', '.') }

/**
 * Write a cell as the plain number that it is under a lens; an empty text where it is none.
 *
 * @param {string} cell
 * @param {string} [lens] a plain number is one already
 */
export function plainNumber(cell, lens) {
  if (!lens) return cell
  const { pattern, between } = LENSES[lens] ?? {}
  const { sign, inner, digits } = pattern?.exec(cell.trim())?.groups ?? {}
  if (!between || !digits) return ''
  return (sign ?? inner ?? '').replace('−', '-') + digits.replace(between, '').replace(',', '.')
}
