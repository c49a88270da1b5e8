/** The shape of a column as it is drawn: its bars, its bins under a pointer, and the range that bins stand for. */

/**
 * @typedef {object} ColumnShape
 * @property {number} column from 1
 * @property {'number' | 'date' | 'text'} reading
 * @property {number} rows
 * @property {number} blank
 * @property {number[] | null} edges one more than there are bins; of dates in seconds since 1970
 * @property {boolean} log
 * @property {boolean} whole whether all its numbers are integers
 * @property {number[]} bins
 * @property {[string, number][]} top of text, the most frequent values
 * @property {number | null} distinct of text; of a sample, nobody knows
 * @property {boolean} about whether `distinct` is estimated
 * @property {number} bound how far off a count may be, as a share of the rows: 0 where all are exact
 *
 * @typedef {{from: number, to: number}} BinRange the first bin of a range, and the one behind its last
 * @typedef {{operator: string, values: string[]}} RangeEnd
 */

export const HEIGHT = 100 // units of a drawing
const LEAST = 5 // units: a bin of one row can still be seen
const GAP = 0.12 // of a bin's width, between bars
const DAY = 86_400 // seconds
const DIGITS = 12 // of a number: an edge such as 0.30000000000000004 is 0.3

/** The bars of a histogram as an SVG path, in units of a bin and of a hundredth of the height. @param {readonly number[]} bins */
export function barsPath(bins) {
  const most = Math.max(1, ...bins)
  return bins
    .map((n, i) => {
      const top = HEIGHT - Math.max(LEAST, (HEIGHT * n) / most)
      return n > 0 ? `M${i} ${HEIGHT}V${round(top)}h${1 - GAP}V${HEIGHT}z` : ''
    })
    .join('')
}

/** How high the bar of the blank cells is, in percent, beside the bins. @param {ColumnShape} shape */
export function blankHeight({ blank, bins }) {
  const most = Math.max(1, blank, ...bins)
  return blank > 0 ? Math.max(LEAST, Math.round((100 * blank) / most)) : 0
}

/** The bin at a share of the width. @param {number} share @param {number} bins */
export const binAt = (share, bins) => Math.max(0, Math.min(bins - 1, Math.floor(share * bins)))

/** The bins from the one where a drag began to the one where it is. @param {number} begun @param {number} now @returns {BinRange} */
export const spanned = (begun, now) => ({ from: Math.min(begun, now), to: Math.max(begun, now) + 1 })

/**
 * Move an edge of a range by a bin. A range has at least one.
 *
 * @param {BinRange} range @param {'from' | 'to'} edge @param {number} by @param {number} bins in all
 * @returns {BinRange}
 */
export function moveEdge({ from, to }, edge, by, bins) {
  if (edge === 'from') return { from: Math.max(0, Math.min(to - 1, from + by)), to }
  return { from, to: Math.max(from + 1, Math.min(bins, to + by)) }
}

/** An edge of the bins, as people write it in a filter. @param {ColumnShape} shape @param {number} at */
export function edgeText({ edges, reading }, at) {
  const edge = edges?.[at] ?? 0
  if (reading !== 'date') return String(Number(edge.toPrecision(DIGITS)))
  const text = new Date(Math.round(edge) * 1000).toISOString()
  return edge % DAY === 0 ? text.slice(0, 10) : text.slice(0, 19)
}

/**
 * The conditions that a range of bins is. The first bin has no lower end and the last one no upper end: all the rows are
 * in the bins.
 *
 * @param {ColumnShape} shape @param {BinRange} range
 * @returns {RangeEnd[]}
 */
export function conditionsOf(shape, { from, to }) {
  const low = { operator: 'gte', values: [edgeText(shape, from)] }
  const high = { operator: 'lt', values: [edgeText(shape, to)] }
  return [...(from > 0 ? [low] : []), ...(to < shape.bins.length ? [high] : [])]
}

/**
 * The range of bins that conditions leave; null where they say nothing of a range.
 *
 * @param {ColumnShape} shape @param {readonly {operator: string, values: readonly string[]}[]} conditions
 * @returns {BinRange | null}
 */
export function rangeOfConditions({ edges, bins, reading }, conditions) {
  if (!edges) return null
  let [from, to] = [0, bins.length]
  let isRange = false
  for (const { operator, values } of conditions) {
    const end = numberOf(values[0] ?? '', reading)
    if (!/^[gl]te?$/.test(operator) || Number.isNaN(end)) continue
    isRange = true
    if (operator.startsWith('g')) from = Math.max(from, edges.filter(edge => edge <= end + near(end)).length - 1)
    else {
      const at = edges.findIndex(edge => edge >= end - near(end))
      to = Math.min(to, at < 0 ? bins.length : at)
    }
  }
  return isRange ? { from, to: Math.max(from + 1, to) } : null
}

/** How far a double may be from the number that was written. @param {number} number */
const near = number => Math.abs(number) * 1e-11

/** @param {string} text @param {string} reading */
function numberOf(text, reading) {
  if (reading !== 'date') return text === '' ? Number.NaN : Number(text)
  return Date.parse(text.includes('T') ? `${text}Z` : text) / 1000
}

/** How many rows are in a range of bins. @param {ColumnShape} shape @param {BinRange} range */
export const countIn = ({ bins }, { from, to }) => bins.slice(from, to).reduce((sum, n) => sum + n, 0)

/** The bins that hold rows, from the first to the last; null where none does. @param {ColumnShape} shape @returns {BinRange | null} */
export function filled({ bins }) {
  const from = bins.findIndex(n => n > 0)
  return from < 0 ? null : { from, to: bins.length - [...bins].reverse().findIndex(n => n > 0) }
}

/**
 * Part columns into the ranges that are asked for: neighbours in one, few columns that nobody needs.
 *
 * @param {readonly number[]} columns @param {number} most columns of a range
 * @returns {[number, number][]}
 */
export function rangesOf(columns, most) {
  /** @type {[number, number][]} */
  const ranges = []
  for (const column of [...columns].sort((one, other) => one - other)) {
    const last = ranges.at(-1)
    if (last && column - last[1] <= 2 && column - last[0] < most) last[1] = column
    else ranges.push([column, column])
  }
  return ranges
}

/** @param {number} value */
const round = value => Math.round(value * 10) / 10
