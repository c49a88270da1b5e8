/**
 * Sums of cells in exact decimal arithmetic: 0.1 and 0.2 make 0.3, and integers of 40 digits keep them all. A cell is a
 * number where the server calls it one.
 *
 * @typedef {{digits: bigint, places: number}} Decimal `digits` with the point moved `places` to the left
 */

import { boundsOf } from '../grid/copying.js'
import { clip, isMissing, visible } from '../text/format.js'
import { number, phrase } from '../text/language.js'
import { plainNumber } from './lenses.js'
import { dotted, placeWords, numberedRows } from './sentences.js'

/**
 * @import { CellBlock } from '../grid/copying.js'
 * @import { Selection } from '../grid/selection.js'
 */

const NUMBER = /^([+-]?)(?:(\d+)\.?(\d*)|\.(\d+))(?:[eE]([+-]?\d+))?$/
const MOST = 400 // digits, before or after the point: more would take time
const SHOWN = 42 // digits of an exact sum; a longer one is rounded
const ROUNDED = 12
const FINER = 2 // more places for a mean than for its sum
const SUMMED_COLUMNS = 3 // sums of more columns do not fit beside each other
const NAME_LENGTH = 24

/** @param {string} cell @returns {Decimal | null} null where it is no number */
export function parseDecimal(cell) {
  const [, sign, whole = '', after = '', only = '', exponent = '0'] = (cell.length <= MOST && NUMBER.exec(cell)) || []
  if (sign === undefined || Math.abs(Number(exponent)) > MOST) return null
  const digits = BigInt(sign.replace('+', '') + whole + after + only)
  const places = after.length + only.length - Number(exponent)
  return places < 0 ? { digits: digits * 10n ** BigInt(-places), places: 0 } : { digits, places }
}

/** Count the numbers among cells, and sum them. @param {Iterable<string>} cells */
export function sumCells(cells) {
  /** @type {Map<number, bigint>} by places, so that each cell takes one addition */
  const sums = new Map()
  let numbers = 0
  for (const cell of cells) {
    const decimal = parseDecimal(cell)
    if (!decimal) continue
    numbers += 1
    sums.set(decimal.places, (sums.get(decimal.places) ?? 0n) + decimal.digits)
  }
  const places = Math.max(0, ...sums.keys())
  let digits = 0n
  for (const [own, sum] of sums) digits += sum * 10n ** BigInt(places - own)
  return { numbers, sum: { digits, places } }
}

/** Divide a sum, and round halves away from zero. @param {Decimal} sum @param {number} count */
export function mean({ digits, places }, count) {
  const finer = digits * 10n ** BigInt(FINER)
  const [by, half] = [BigInt(count), (BigInt(count) * (digits < 0n ? -1n : 1n)) / 2n]
  return { mean: { digits: (finer + half) / by, places: places + FINER }, exact: finer % by === 0n }
}

/** Write a decimal for people, a long one in its first digits. @param {Decimal} value */
export function formatDecimal({ digits, places }) {
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

/**
 * The place of a selection, or its size where it has several parts.
 *
 * @param {Selection} selection
 * @param {CellBlock | null} block that it makes, or null
 * @param {number} n cells on this page
 * @param {(row: number) => number} numberOf the number of a row in the table: in a view it is another one
 */
export function extentOf(selection, block, n, numberOf = row => row) {
  if (!block) return phrase('cellCount', { n })
  const [rows, columns] = [block.rows.length, block.columns.length]
  if (selection.kind === 'cells' || selection.more) return phrase('cellsOf', { rows, columns })
  const [first, last] = boundsOf(block.columns)
  const numbers = block.rows.map(numberOf)
  if (selection.kind === 'rows' && String(numbers) !== String(block.rows)) return numberedRows(numbers)
  const areTogether = selection.kind === 'rows' || last - first < columns
  return areTogether ? placeWords(selection) : phrase('columns', { n: columns })
}

/**
 * @typedef {object} SelectedColumn
 * @property {string} name
 * @property {boolean} isNumeric
 * @property {string} lens
 * @property {string} [lensLabel] how its numbers are written, where they are not plain
 * @property {readonly string[]} cells that are selected
 */

/**
 * The place or the size of a selection and what is in it: numbers are summed, each column for itself.
 *
 * @param {string} extent
 * @param {readonly SelectedColumn[] | null} columns null where some of their cells are not here
 */
export function selectionWords(extent, columns) {
  if (!columns || columns.length > SUMMED_COLUMNS) return extent
  const [only] = columns
  if (columns.length > 1 || !only) return dotted(extent, ...columns.filter(one => one.isNumeric).map(namedSum))
  const blank = only.cells.filter(isMissing).length
  const distinct = new Set(only.cells.filter(cell => !isMissing(cell))).size
  const words = only.isNumeric ? numberWords(only) : phrase('distinct', { n: distinct })
  return dotted(extent, words, blank > 0 && phrase('blankCells', { n: blank }))
}

/** @param {SelectedColumn} column */
const sumOf = ({ cells, lens }) => sumCells(cells.map(cell => plainNumber(cell, lens)))

/** @param {SelectedColumn} column */
function namedSum(column) {
  const { numbers, sum } = sumOf(column)
  return numbers > 0 && phrase('sumOf', { name: clip(visible(column.name), NAME_LENGTH), sum: formatDecimal(sum) })
}

/** @param {SelectedColumn} column */
function numberWords(column) {
  const { numbers, sum } = sumOf(column)
  if (numbers === 0) return phrase('noNumbers')
  const average = mean(sum, numbers)
  const found = {
    n: numbers,
    sum: formatDecimal(sum),
    mean: (average.exact ? '' : '≈ ') + formatDecimal(average.mean)
  }
  return phrase('numbers', found) + (column.lensLabel ? ` (${column.lensLabel})` : '')
}
