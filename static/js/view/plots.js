/** Plots: the ticks of an axis, and the conditions that a mark of a plot stands for. Pure. */

/**
 * @import { Condition } from './boxes.js'
 *
 * @typedef {'histogram' | 'scatter' | 'bars' | 'line'} PlotKind
 * @typedef {{column: number, reading: 'number' | 'date' | 'text', edges: number[] | null}} PlotAxis
 * @typedef {{kind: PlotKind, x: PlotAxis, y: PlotAxis | null, rows: number, drawn: number, points: [number, number][],
 *   cells: [number, number, number][], bins: [number, number][], line: [number, number, number, number | null][],
 *   groups: [string, number, number | null][], others: [number, number, number | null] | null}} Plot
 */

const DAY = 86_400 // seconds
const MONTH = 30.4 * DAY
const TIMES = [1, 5, 15, 60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, DAY, 2 * DAY, 7 * DAY]

/**
 * Round numbers within a range, about as many as that.
 *
 * @param {number} low @param {number} high @param {number} most
 * @returns {number[]}
 */
export function ticks(low, high, most) {
  if (!(high > low)) return [low]
  const rough = (high - low) / Math.max(1, most)
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5, 10].find(one => one * power >= rough) ?? 10)
  return multiples(low, high, step)
}

/** @param {number} low @param {number} high @param {number} step */
function multiples(low, high, step) {
  const first = Math.ceil(low / step)
  return Array.from({ length: Math.max(0, Math.floor(high / step) - first + 1) }, (_, i) =>
    Number(((first + i) * step).toPrecision(12))
  )
}

/**
 * The beginnings of years, months, days or hours within a range of dates, with what to write at them.
 *
 * @param {number} low in seconds since 1970 @param {number} high @param {number} most
 * @returns {{at: number, text: string}[]}
 */
export function dateTicks(low, high, most) {
  if (!(high > low)) return [{ at: low, text: dateText(low) }]
  const rough = (high - low) / Math.max(1, most)
  const step = TIMES.find(one => one >= rough)
  if (step) {
    const [from, to] = step >= DAY ? [0, 10] : step >= 60 ? [11, 16] : [11, 19]
    return multiples(low, high, step).map(at => ({ at, text: isoOf(at).slice(from, to) }))
  }
  const months = [1, 3, 6].find(one => one * MONTH >= rough) ?? 12 * yearStep(rough / (12 * MONTH))
  const begin = new Date(low * 1000)
  const first = Math.ceil((begin.getUTCFullYear() * 12 + begin.getUTCMonth()) / months)
  return Array.from({ length: most + 2 }, (_, i) => (first + i) * months)
    .map(monthStart)
    .filter(at => at >= low && at <= high)
    .map(at => ({ at, text: isoOf(at).slice(0, months % 12 ? 7 : 4) }))
}

/** The beginning of a month in seconds since 1970. @param {number} month counted from the year 0 */
const monthStart = month => new Date(0).setUTCFullYear(Math.floor(month / 12), month % 12, 1) / 1000

/** @param {number} rough years */
function yearStep(rough) {
  const power = 10 ** Math.max(0, Math.floor(Math.log10(rough)))
  return power * ([1, 2, 5, 10].find(one => one * power >= rough) ?? 10)
}

/** @param {number} seconds */
const isoOf = seconds => new Date(Math.round(seconds * 1000)).toISOString()

/** A date as a filter has it: without a time at midnight. @param {number} seconds since 1970 */
export function dateText(seconds) {
  const text = isoOf(seconds)
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.slice(0, 19)
}

/** @param {PlotAxis} axis @param {number} value */
const valueText = ({ reading }, value) => (reading === 'date' ? dateText(value) : String(Number(value.toPrecision(15))))

/**
 * The conditions for a bin of an axis. The last bin has both of its edges.
 *
 * @param {PlotAxis} axis @param {number} place from 0
 * @returns {Condition[]}
 */
export function binConditions(axis, place) {
  const edges = axis.edges ?? []
  const [low = 0, high = 0] = edges.slice(place, place + 2)
  return [
    { operator: 'gte', values: [valueText(axis, low)] },
    { operator: place === edges.length - 2 ? 'lte' : 'lt', values: [valueText(axis, high)] }
  ]
}

/**
 * The conditions for one number or date of an axis.
 *
 * @param {PlotAxis} axis @param {number} value
 * @returns {Condition[]}
 */
export const pointConditions = (axis, value) =>
  axis.reading === 'date' && value % 1
    ? [
        { operator: 'gte', values: [dateText(Math.floor(value))] },
        { operator: 'lt', values: [dateText(Math.floor(value) + 1)] }
      ]
    : ['gte', 'lte'].map(operator => ({ operator, values: [valueText(axis, value)] }))

/**
 * The range of numbers, a little wider where there is one only; with 0 where bars stand on it.
 *
 * @param {readonly number[]} values @param {boolean} [fromZero]
 * @returns {[number, number]}
 */
export function rangeOfValues(values, fromZero = false) {
  const all = fromZero ? [0, ...values] : values
  const low = all.reduce((one, other) => Math.min(one, other), Infinity)
  const high = all.reduce((one, other) => Math.max(one, other), -Infinity)
  if (!Number.isFinite(low)) return [0, 1]
  const more = Math.abs(low) / 10 || 1
  return low === high ? [low - (fromZero && low === 0 ? 0 : more), high + more] : [low, high]
}
