/** Geometry: which columns are in sight, how wide they are, where the rail's window is. No DOM, only numbers. */

const LEAST_WIDTH = 56
const MOST_WIDTH = 340 // unless there is room to spare
const WIDEST = 1000
const GROWN_WIDTH = 200
const CELL_PADDING = 25 // both sides, and the hairline of a selected cell
const MEASURED = 4 // cells of a column: measuring all of them takes longer than drawing them
const NEARLY = 0.8 // of the most letters: letters differ in width, so the widest cell need not have the most
const ALL_COLUMNS = 48 // so few are simply all drawn

/** @typedef {{from: number, to: number}} Span half-open */

/**
 * How wide columns would like to be for what stands in them.
 *
 * @param {readonly (readonly string[])[]} rows @param {readonly string[]} header @param {number} columns
 * @param {(text: string, bold: boolean) => number} measure
 */
export function fit(rows, header, columns, measure) {
  /** @type {number[]} */
  const widths = []
  for (let column = 0; column < columns; column++) {
    let widest = measure(clipped(header[column] ?? ''), true)
    const cells = rows.map(row => row[column] ?? '')
    const long = NEARLY * cells.reduce((most, cell) => Math.max(most, cell.length), 1)
    for (const cell of new Set(cells.filter(cell => cell.length >= long).slice(0, MEASURED))) {
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
 * numbers are never cut, and texts do not make a column wide for one page's sake.
 *
 * @param {number | undefined} before @param {number} wish @param {boolean} isNumber
 */
export function grown(before, wish, isNumber) {
  if (before === undefined) return wish
  return Math.max(before, isNumber ? wish : Math.min(wish, GROWN_WIDTH))
}

/** What they get: no column takes the whole screen, unless the others leave it room. @param {readonly number[]} wishes @param {number} room */
export function share(wishes, room) {
  const widths = wishes.map(wish => Math.min(MOST_WIDTH, wish))
  let spare = room - widths.reduce((sum, width) => sum + width, 0)
  let waiting = wishes.filter(wish => wish > MOST_WIDTH).length
  for (const [i, wish] of wishes.entries()) {
    if (wish <= MOST_WIDTH || spare <= 0) continue
    const more = Math.floor(Math.min(wish - MOST_WIDTH, spare / waiting))
    widths[i] = MOST_WIDTH + more
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

/** Where the rail's window stands. @param {number} page @param {number} pages @param {number} height @param {number} least its height */
export function railWindow(page, pages, height, least) {
  const size = Math.min(height, Math.max(least, height / Math.max(1, pages)))
  const share = pages > 1 ? (page - 1) / (pages - 1) : 0
  return { top: share * (height - size), height: size }
}

/** The page that a place on the rail stands for. @param {number} y @param {number} pages @param {number} height @param {number} least as above */
export function railPage(y, pages, height, least) {
  const { height: size } = railWindow(1, pages, height, least)
  const room = height - size
  if (pages <= 1 || room <= 0) return 1
  const share = Math.min(1, Math.max(0, (y - size / 2) / room))
  return 1 + Math.round(share * (pages - 1))
}
