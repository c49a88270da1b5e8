/** Crossed shapes: those of a range of one column are sums of the rows in each of its bins. */

/**
 * @import { BinRange, ColumnShape } from './shapes.js'
 *
 * @typedef {object} Crossing
 * @property {ColumnShape} by the column whose range is chosen
 * @property {ColumnShape[]} shapes of other columns
 * @property {number[][][]} cells for each of these, for each bin of `by` and then for the rows in none: the rows in each bin or
 *   of each value, those whose cell is blank, and the others
 */

/**
 * The shapes of the rows in a range of bins, by column, and how many rows there are; of all rows for null.
 *
 * @param {Crossing} crossing @param {BinRange | null} range
 * @returns {{rows: number, shapes: Map<number, ColumnShape>}}
 */
export function narrowed({ by, shapes, cells }, range) {
  const within = by.bins.map((n, at) => (!range || (at >= range.from && at < range.to) ? n : 0))
  const rows = range ? sum(within) : by.rows
  const own = { ...by, rows, blank: range ? 0 : by.blank, bins: within, bound: 0 }
  const found = new Map([[by.column, own]])
  for (const [i, shape] of shapes.entries()) {
    const parts = cells[i]?.slice(range?.from, range?.to) ?? []
    const counts = shape.edges ? shape.bins.length : shape.top.length
    const sums = Array.from({ length: counts + 1 }, (_, at) => sum(parts.map(part => part[at] ?? 0)))
    const [blank = 0] = sums.splice(counts)
    const shown = shape.edges
      ? { bins: sums }
      : { top: shape.top.map(([value], at) => /** @type {[string, number]} */ ([value, sums[at] ?? 0])) }
    found.set(shape.column, { ...shape, ...shown, rows, blank, bound: 0 })
  }
  return { rows, shapes: found }
}

/** @param {readonly number[]} counts */
const sum = counts => counts.reduce((one, other) => one + other, 0)
