/** Geometry: which columns are in sight, how wide they are, where the rail's window is. No DOM, only numbers. */

const LEAST_WIDTH = 56
const MOST_WIDTH = 340 // unless there is room to spare
const WIDEST = 1000
const GROWN_WIDTH = 200
const CELL_PADDING = 25 // both sides, and the hairline of a selected cell
const MEASURED = 4 // cells of each of many columns: measuring all of them takes longer than drawing them
const MEASURED_IN_ALL = 800 // cells of few columns: a matter of some milliseconds
const NEARLY = 0.8 // of the most letters: letters differ in width, so the widest cell need not have the most
const STEP = 16 // columns
const MOST_LOOKED = 480 // columns: the server sends no more
const ALL_COLUMNS = 48 // so few are simply all drawn

/** @typedef {{from: number, to: number}} Span half-open */

/**
 * How wide columns would like to be for what stands in them.
 *
 * @param {readonly (readonly string[])[]} rows @param {readonly string[]} names of the columns @param {readonly number[]} columns which they are
 * @param {(text: string, bold: boolean) => number} measure
 */
export function fit(rows, names, columns, measure) {
  /** @type {number[]} */
  const widths = []
  const most = Math.max(MEASURED, Math.floor(MEASURED_IN_ALL / columns.length))
  for (const [i, column] of columns.entries()) {
    let widest = measure(clipped(names[i] ?? ''), true)
    const cells = rows.map(row => row[column] ?? '')
    const long = NEARLY * cells.reduce((longest, cell) => Math.max(longest, cell.length), 1)
    const candidates = [...new Set(cells.filter(cell => cell.length >= long))]
    for (const cell of candidates.sort((a, b) => b.length - a.length).slice(0, most)) {
      widest = Math.max(widest, measure(clipped(cell), false))
    }
    widths.push(Math.ceil(Math.min(WIDEST, Math.max(LEAST_WIDTH, widest + CELL_PADDING))))
  }
  return widths
}

/** No more of a text than could be in sight need be measured. @param {string} text */
function clipped(text) {
  return text.length > 250 ? text.slice(0, 250) : text
}

/**
 * What a column would like once another page has been seen. It never shrinks, so that it stays where the eye has found it;
 * numbers are never cut, and texts do not make a column wide for one page's sake unless `share` finds room for it.
 *
 * @param {number | undefined} before @param {number} wish @param {boolean} isNumber
 */
export function grown(before, wish, isNumber) {
  if (before === undefined) return wish
  return Math.max(before, isNumber ? wish : Math.min(wish, GROWN_WIDTH))
}

/**
 * What they get: no column takes the whole screen, unless the others leave it room; what room is left goes to those that
 * the page in sight would have wider. None gets less than it had.
 *
 * @param {readonly number[]} wishes of all pages seen @param {number} room
 * @param {readonly number[]} [wanted] by the page in sight @param {readonly number[]} [had]
 */
export function share(wishes, room, wanted = wishes, had = []) {
  const widths = wishes.map((wish, i) => Math.max(had[i] ?? 0, Math.min(MOST_WIDTH, wish)))
  const missing = widths.map((width, i) => Math.max(0, (wanted[i] ?? 0) - width))
  let spare = room - widths.reduce((sum, width) => sum + width, 0)
  let waiting = missing.filter(Boolean).length
  for (const [i, width] of widths.entries()) {
    const lack = missing[i] ?? 0
    if (lack === 0 || spare <= 0) continue
    const more = Math.floor(Math.min(lack, spare / waiting))
    widths[i] = width + more
    spare -= more
    waiting -= 1
  }
  return widths
}

/** Where each column begins, and where the last one ends. @param {readonly number[]} widths */
export function edges(widths) {
  const starts = new Float64Array(widths.length + 1)
  for (const [i, width] of widths.entries()) starts[i + 1] = (starts[i] ?? 0) + width
  return starts
}

/** The column that holds a distance from the left. @param {Float64Array} starts @param {number} x */
function columnAt(starts, x) {
  let low = 0
  let high = Math.max(0, starts.length - 2)
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= x) low = middle
    else high = middle - 1
  }
  return low
}

/** The columns between two distances from the left. @param {Float64Array} starts @param {number} left @param {number} right @returns {Span} */
export function columnsBetween(starts, left, right) {
  const columns = starts.length - 1
  if (columns < 1) return { from: 0, to: 0 }
  return { from: columnAt(starts, Math.max(0, left)), to: Math.min(columns, columnAt(starts, Math.max(0, right)) + 1) }
}

/** @param {Span} outer @param {Span} inner */
export function holds(outer, inner) {
  return outer.from <= inner.from && outer.to >= inner.to
}

/**
 * The columns to draw: those in sight and half as many again on both sides, so that most scrolling draws nothing new.
 *
 * @param {Float64Array} starts @param {number} left @param {number} width of what is in sight @returns {Span}
 */
export function columnsToDraw(starts, left, width) {
  if (starts.length - 1 <= ALL_COLUMNS) return { from: 0, to: starts.length - 1 }
  return columnsBetween(starts, left - width / 2, left + 1.5 * width)
}

/** The lines to draw of a page: those in sight and some around. @param {number} top @param {number} height of what is in sight @param {number} line its height @param {number} lines @param {number} [around] @returns {Span} */
export function rowsToDraw(top, height, line, lines, around = 8) {
  const from = Math.floor(top / line) - around
  return { from: Math.min(lines, Math.max(0, from)), to: Math.min(lines, Math.ceil((top + height) / line) + around) }
}

/** How wide columns are taken to be that have not been seen: as most of those that have. @param {readonly number[]} widths */
export function startingWidth(widths) {
  return [...widths].sort((a, b) => a - b)[widths.length >> 1] ?? 2 * LEAST_WIDTH
}

/**
 * The columns to ask for: those in sight and half as many again on both sides, in whole steps, so that people who look at
 * nearly the same are sent the very same. Null where what was asked for last will do.
 *
 * @param {Float64Array} starts @param {number} left @param {number} width of what is in sight
 * @param {import('../protocol/frames.js').Span | null} last @returns {import('../protocol/frames.js').Span | null} the first and the last, counted from 1
 */
export function lookAt(starts, left, width, last) {
  const near = columnsBetween(starts, left - width / 4, left + 1.25 * width)
  if (last && last[0] <= near.from + 1 && last[1] >= near.to) return null
  const { from, to } = columnsBetween(starts, left - width / 2, left + 1.5 * width)
  const first = STEP * Math.floor(from / STEP)
  return [first + 1, Math.min(starts.length - 1, first + MOST_LOOKED, STEP * Math.ceil(to / STEP))]
}

/** How far to scroll so that something from one distance to another is in sight, and no further. @param {number} scrolled @param {number} from @param {number} to @param {number} room */
export function nearest(scrolled, from, to, room) {
  return from < scrolled || to - from > room ? from : Math.max(scrolled, to - room)
}

/** Where the rail's window stands. @param {number} page @param {number} pages @param {number} height @param {number} least its height */
export function railWindow(page, pages, height, least) {
  const size = Math.min(height, Math.max(least, height / Math.max(1, pages)))
  const before = pages > 1 ? (page - 1) / (pages - 1) : 0
  return { top: before * (height - size), height: size }
}

/** The page that a place on the rail stands for. @param {number} y @param {number} pages @param {number} height @param {number} least as above */
export function railPage(y, pages, height, least) {
  const { height: size } = railWindow(1, pages, height, least)
  const room = height - size
  if (pages <= 1 || room <= 0) return 1
  const before = Math.min(1, Math.max(0, (y - size / 2) / room))
  return 1 + Math.round(before * (pages - 1))
}
