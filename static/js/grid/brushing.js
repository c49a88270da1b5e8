/** A histogram under a brush: which value a place on it stands for, written as people write it. */

const DAY = 86_400 // seconds

/** @typedef {{edges: readonly number[], log: boolean, reading: string}} Bins edges of dates are in seconds since 1970 */

/** The share of a histogram at which a value stands. @param {Bins} bins @param {number} value */
export function shareOf({ edges, log }, value) {
  const { low, high } = endsOf(edges, log)
  const at = log ? Math.log10(value) : value
  return Math.max(0, Math.min(1, high > low ? (at - low) / (high - low) : 0))
}

/** The value at a share of a histogram, no finer than a tenth of a bin. @param {Bins} bins @param {number} share */
export function valueAt({ edges, log, reading }, share) {
  const { low, high } = endsOf(edges, log)
  const at = low + Math.max(0, Math.min(1, share)) * (high - low)
  if (log) return String(Number((10 ** at).toPrecision(3)))
  const width = (high - low) / Math.max(1, edges.length - 1)
  if (reading === 'date') return dateOf(at, width)
  const isWhole = edges.every(Number.isInteger)
  const step = isWhole ? Math.max(1, tenth(width)) : tenth(width)
  return String(Number((Math.round(at / step) * step).toPrecision(12)))
}

/** @param {readonly number[]} edges @param {boolean} log */
function endsOf(edges, log) {
  const [low = 0, high = 0] = [edges[0], edges.at(-1)]
  return log ? { low: Math.log10(low), high: Math.log10(high) } : { low, high }
}

/** The power of ten that is about a tenth of a width. @param {number} width */
const tenth = width => 10 ** Math.floor(Math.log10(width || 1) - 0.5)

/** @param {number} seconds since 1970 @param {number} width of a bin in seconds */
function dateOf(seconds, width) {
  const text = new Date(Math.round(seconds) * 1000).toISOString()
  return width >= DAY / 4 ? text.slice(0, 10) : text.slice(0, 19)
}

/** The number that an end of a range is; of a date, in seconds since 1970. NaN where it is neither. @param {string} end @param {string} reading */
export const numberOfEnd = (end, reading) =>
  end === ''
    ? Number.NaN
    : reading === 'date'
      ? Date.parse(`${end}${end.includes('T') ? 'Z' : ''}`) / 1000
      : Number(end)
