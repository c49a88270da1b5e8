/**
 * Sums of cells, in decimal digits as a person adds them: exact, however many digits, so that 0.1 and 0.2 make 0.3. Counted as
 * numbers are the cells that the server calls so; nothing else is guessed at.
 *
 * @typedef {{digits: bigint, places: number}} Decimal `digits` with the point moved `places` to the left
 */

const NUMBER = /^([+-]?)(?:(\d+)\.?(\d*)|\.(\d+))(?:[eE]([+-]?\d+))?$/
const MOST = 400 // digits, before or after the point: what no measurement needs would only take time
const SHOWN = 42 // digits, exactly; of longer sums the first ones
const ROUNDED = 12
const FINER = 2 // places that a mean has more than its sum

/** @param {string} cell @returns {Decimal | null} */
export function decimal(cell) {
  const [, sign, whole = '', after = '', only = '', exponent = '0'] = (cell.length <= MOST && NUMBER.exec(cell)) || []
  if (sign === undefined || Math.abs(Number(exponent)) > MOST) return null
  const digits = BigInt(sign.replace('+', '') + whole + after + only)
  const places = after.length + only.length - Number(exponent)
  return places < 0 ? { digits: digits * 10n ** BigInt(-places), places: 0 } : { digits, places }
}

/** How many of the cells are numbers, and what they come to. @param {Iterable<string>} cells */
export function tally(cells) {
  /** @type {Map<number, bigint>} by places, so that adding is all that is done for each cell */
  const sums = new Map()
  let numbers = 0
  for (const cell of cells) {
    const number = decimal(cell)
    if (!number) continue
    numbers += 1
    sums.set(number.places, (sums.get(number.places) ?? 0n) + number.digits)
  }
  const places = Math.max(0, ...sums.keys())
  let digits = 0n
  for (const [own, sum] of sums) digits += sum * 10n ** BigInt(places - own)
  return { numbers, sum: { digits, places } }
}

/** Halves are rounded away from zero; `exact` where nothing had to be rounded. @param {Decimal} sum @param {number} count */
export function mean({ digits, places }, count) {
  const finer = digits * 10n ** BigInt(FINER)
  const [by, half] = [BigInt(count), (BigInt(count) * (digits < 0n ? -1n : 1n)) / 2n]
  return { mean: { digits: (finer + half) / by, places: places + FINER }, exact: finer % by === 0n }
}

/** @param {Decimal} value @param {(value: number | bigint) => string} number as the place writes it */
export function written({ digits, places }, number) {
  const sign = digits < 0n ? '-' : ''
  const all = String(digits < 0n ? -digits : digits).padStart(places + 1, '0')
  const whole = all.slice(0, all.length - places)
  const fraction = all.slice(all.length - places).replace(/0+$/, '')
  const point = number(0.5).charAt(1)
  const first = all.replace(/^0+/, '')
  if (whole.length + fraction.length <= SHOWN) {
    return sign + number(BigInt(whole)) + (fraction && point + fraction)
  }
  return `${sign}${first[0]}${point}${first.slice(1, ROUNDED)}…e${first.length - 1 - places}`
}
