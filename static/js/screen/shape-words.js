/** The shape of a column in words: in one line below it, and in a sentence. */

import { countIn, edgeText, filled } from '../grid/shapes.js'
import { clip, visible } from '../text/format.js'
import { number, phrase } from '../text/language.js'

/** @import { BinRange, ColumnShape } from '../grid/shapes.js' */

const MAX_VALUE = 40 // characters
const DAY = 86_400 // seconds
const RARE = 0.01 // of the rows: a value that says nothing of its column
const WRITTEN_OUT = 10_000 // larger numbers are rounded

/** A number of a scale: short, and in the order of its size. @param {number} value */
function scaled(value) {
  const size = Math.abs(value)
  if (size >= 1e15 || (size > 0 && size < 1e-4))
    return number(value, { notation: 'scientific', maximumSignificantDigits: 3 })
  if (size >= WRITTEN_OUT) return number(value, { notation: 'compact', maximumSignificantDigits: 3 })
  return number(value, { maximumSignificantDigits: 6, useGrouping: false }) // of years, among others
}

/** The lower edge of a bin, for people. @param {ColumnShape} shape @param {number} at */
function edgeWords(shape, at) {
  if (shape.reading !== 'date') return scaled(shape.edges?.[at] ?? 0)
  const text = edgeText(shape, at)
  return widthOf(shape, at) >= DAY / 4 ? text.slice(0, 10) : text.replace('T', ' ')
}

/** The upper end of a range of bins: of integers the last one in it. @param {ColumnShape} shape @param {number} to */
const endWords = (shape, to) => (isWhole(shape) ? scaled((shape.edges?.[to] ?? 0) - 1) : edgeWords(shape, to))

/** The width of a bin. @param {ColumnShape} shape @param {number} at */
const widthOf = ({ edges }, at) =>
  (edges?.[at] ?? 0) - (edges?.[at - 1] ?? edges?.[0] ?? 0) || (edges?.[1] ?? 0) - (edges?.[0] ?? 0)

/** The share of some rows. @param {number} n @param {number} rows */
const share = (n, rows) => number(rows > 0 ? n / rows : 0, { style: 'percent', maximumSignificantDigits: 2 })

/** A range of bins, and how many rows are in it. @param {ColumnShape} shape @param {BinRange} bins */
export function rangeWords(shape, bins) {
  const { from, to } = bins
  const [low, high] = [edgeWords(shape, from), endWords(shape, to)]
  const span = low === high ? low : `${low}–${high}`
  return `${span}: ${phrase('rows', { n: countIn(shape, bins) })}`
}

/** Whether the bins are of integers. @param {ColumnShape} shape */
const isWhole = ({ whole }) => whole

/** A value of text, and how many rows have it. @param {ColumnShape} shape @param {number} at among the most frequent ones */
export function valueWords({ top, rows }, at) {
  const [value, n] = top[at] ?? ['', 0]
  return `${shortValue(value)}: ${phrase('rows', { n })} (${share(n, rows)})`
}

/** @param {string} value */
export const shortValue = value => clip(visible(value), MAX_VALUE)

/** The line below a shape. @param {ColumnShape} shape */
export function shapeWords(shape) {
  const what = exactWords(shape)
  return shape.bound > 0 && what ? phrase('sampledShape', { what, bound: boundWords(shape.bound) }) : what
}

/** How far off counts may be: a share of the rows. @param {number} bound */
export const boundWords = bound => number(bound, { style: 'percent', maximumSignificantDigits: 1 })

/** @param {ColumnShape} shape */
function exactWords(shape) {
  if (shape.rows === 0) return ''
  if (shape.reading === 'text') {
    const [first] = shape.top
    if (!first) return phrase('allBlank')
    if (shape.distinct === shape.rows - shape.blank && shape.rows > 1 && !shape.about) return phrase('allDifferent')
    if (first[1] < RARE * shape.rows) return distinctWords(shape)
    return shape.distinct === 1
      ? phrase('onlyValue', { value: shortValue(first[0]) })
      : `${shortValue(first[0])} ${share(first[1], shape.rows)}`
  }
  const bins = filled(shape)
  if (!bins) return phrase('allBlank')
  const [low, high] = [edgeWords(shape, bins.from), endWords(shape, bins.to)]
  const span = low === high ? low : `${low}–${high}`
  return shape.log ? phrase('onLogScale', { span }) : span
}

/** A shape in a sentence, for people who do not see it. @param {string} name @param {ColumnShape} shape */
export function shapeSentence(name, shape) {
  const blank = shape.bound > 0 ? phrase('sampledOf', { bound: boundWords(shape.bound) }) : blankWords(shape)
  if (shape.reading === 'text') {
    const values = distinctWords(shape)
    const [first] = shape.top
    const most = first
      ? phrase('mostFrequent', { value: shortValue(first[0]), share: share(first[1], shape.rows) })
      : ''
    return phrase('shapeOf', { name, what: listed(values, most, blank) })
  }
  const bins = filled(shape)
  const [from, to] = bins ? [edgeWords(shape, bins.from), endWords(shape, bins.to)] : ['', '']
  const key = shape.reading === 'date' ? 'datesFrom' : 'numbersFrom'
  return phrase('shapeOf', { name, what: listed(bins ? phrase(key, { from, to }) : '', blank) })
}

/** @param {ColumnShape} shape */
const distinctWords = ({ distinct, about }) =>
  distinct === null ? phrase('manyValues') : phrase(about ? 'aboutDistinct' : 'distinct', { n: distinct })

/** @param {ColumnShape} shape */
const blankWords = ({ blank }) => phrase('blankCells', { n: blank })

/** @param {string[]} parts those that are empty are left out */
const listed = (...parts) => parts.filter(Boolean).reduce((one, other) => phrase('listed', { one, other }))
