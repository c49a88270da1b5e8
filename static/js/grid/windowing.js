/**
 * Windowing: which rows and columns are in sight, which to draw, which to ask for, and how far to scroll. No DOM, only
 * numbers.
 *
 * @typedef {{from: number, to: number}} Interval half-open
 *
 * @typedef {object} Viewport what is in sight, in pixels, as a scrolling element has it
 * @property {number} scrollLeft
 * @property {number} scrollTop
 * @property {number} clientWidth with the row numbers
 * @property {number} clientHeight with the header
 *
 * @typedef {object} DrawnWindow the cells that are drawn: the pinned columns, some others, and some rows
 * @property {readonly number[]} columns that are drawn, the pinned ones first
 * @property {readonly number[]} lefts pixels from the table's edge to each of the pinned ones
 * @property {number} numbers pixels of the row numbers
 * @property {number} skipped how many positions are left out between the pinned columns and the others
 * @property {boolean} isPartial whether columns are left out
 * @property {Interval} rows of the body that have their cells, from 0
 *
 * @typedef {object} ColumnRequest the columns that were asked for last
 * @property {string} viewer on whose connection
 * @property {Span[]} columns
 * @property {Interval | null} positions they are the columns at these positions, the pinned ones, and those of the
 *   details
 */

import { columnsOf, hasColumns, spansOf } from './column-windows.js'
import { fullWidth, offsetOf, pinnedWidth, positionAt, SHARED_COLUMNS, widthOf } from './layout.js'

/**
 * @import { Seen, Span } from '../protocol/frames.js'
 * @import { Layout } from './layout.js'
 */

const STEP = 16 // columns
const MAX_REQUESTED = 480 // columns: the server sends no more
const ALL_DRAWN = 48 // so few columns are simply all drawn
const DRAWN_BESIDE = 1 / 2 // of a viewport, on both sides
const OVERSCAN_ROWS = 8 // above and below
const AHEAD = 8 // frames: about as long as an answer takes

// In sight

/**
 * The positions between two distances from the first column.
 *
 * @param {Layout} layout
 * @param {number} left
 * @param {number} right
 * @returns {Interval}
 */
export function positionsBetween(layout, left, right) {
  return { from: positionAt(layout, left), to: Math.min(layout.order.length, positionAt(layout, right) + 1) }
}

/**
 * The positions in sight and some around.
 *
 * @param {Layout} layout
 * @param {Viewport} viewport
 * @param {number} overscan how much of the viewport's width on both sides
 */
function positionsNear(layout, { scrollLeft, clientWidth }, overscan) {
  const left = scrollLeft + pinnedWidth(layout)
  return positionsBetween(layout, left - overscan * clientWidth, left + (1 + overscan) * clientWidth)
}

/**
 * The rows in sight and some around, of all in the body.
 *
 * @param {Viewport} viewport
 * @param {number} rowHeight pixels; 0 where rows differ, and all count
 * @param {number} rows
 * @param {number} overscan rows
 * @returns {Interval}
 */
export function rowsNear({ scrollTop, clientHeight }, rowHeight, rows, overscan) {
  if (!rowHeight) return { from: 0, to: rows }
  const from = Math.floor(scrollTop / rowHeight) - overscan
  const to = Math.ceil((scrollTop + clientHeight) / rowHeight) + overscan
  return { from: Math.min(rows, Math.max(0, from)), to: Math.min(rows, to) }
}

/** @param {Interval} outer @param {Interval} inner */
const holds = (outer, inner) => outer.from <= inner.from && outer.to >= inner.to

// Drawn

/**
 * The window to draw. The overscan of half a viewport on both sides has most scrolling draw nothing new.
 *
 * @param {Layout} layout @param {Viewport} viewport @param {number} rowHeight pixels @param {number} rows in the body
 * @param {number} numbers pixels of the row numbers @returns {DrawnWindow}
 */
export function windowOf(layout, viewport, rowHeight, rows, numbers) {
  const { pinned, order } = layout
  const { from, to } =
    order.length > ALL_DRAWN ? positionsNear(layout, viewport, DRAWN_BESIDE) : { from: 0, to: order.length }
  const skipped = Math.max(0, from - pinned)
  const columns = [...order.subarray(0, pinned), ...order.subarray(pinned + skipped, to)]
  const isPartial = columns.length < order.length
  return {
    columns,
    lefts: Array.from({ length: pinned }, (_, i) => numbers + offsetOf(layout, i)),
    numbers,
    skipped,
    isPartial,
    rows: isPartial ? rowsNear(viewport, rowHeight, rows, OVERSCAN_ROWS) : { from: 0, to: rows }
  }
}

/**
 * Whether all that is in sight is drawn, and a quarter of a viewport on both sides: so few columns enter at a time.
 *
 * @param {DrawnWindow} drawn
 * @param {Layout} layout
 * @param {Viewport} viewport
 * @param {number} rowHeight pixels
 * @param {number} rows in the body
 */
export function isDrawn({ columns, lefts, skipped, rows: drawnRows }, layout, viewport, rowHeight, rows) {
  const { from, to } = positionsNear(layout, viewport, 1 / 4)
  const near = { from: Math.max(lefts.length, from), to }
  return (
    holds({ from: lefts.length + skipped, to: columns.length + skipped }, near) &&
    holds(drawnRows, rowsNear(viewport, rowHeight, rows, 0))
  )
}

/**
 * The widths of the drawn columns, and of the gap between the pinned ones and the others.
 *
 * @param {DrawnWindow} drawn
 * @param {Layout} layout
 */
export function drawnWidths({ columns, lefts: { length: pinned }, skipped }, layout) {
  const gap = offsetOf(layout, pinned + skipped) - pinnedWidth(layout)
  return { gap, widths: columns.map(column => widthOf(layout, column)) }
}

// Asked for

/**
 * The positions to ask for: those in sight and a whole viewport on both sides, in whole steps, so that viewers who look
 * at nearly the same are sent the very same. Null where the last request will do.
 *
 * @param {Layout} layout @param {Viewport} viewport @param {Interval | null} last @returns {Interval | null}
 */
export function positionsToRequest(layout, viewport, last) {
  if (last && holds(last, positionsNear(layout, viewport, DRAWN_BESIDE))) return null
  const wide = positionsNear(layout, viewport, 1)
  const isTooWide = wide.to - wide.from > MAX_REQUESTED - STEP
  const { from, to } = isTooWide ? positionsNear(layout, viewport, DRAWN_BESIDE) : wide
  const first = STEP * Math.floor(from / STEP)
  return { from: first, to: Math.min(layout.order.length, first + MAX_REQUESTED, STEP * Math.ceil(to / STEP)) }
}

/**
 * Where a viewport will be in some frames if it goes on as it did in the last one; what is in sight is not left behind.
 *
 * @param {Viewport} before
 * @param {Viewport} now
 * @returns {Viewport}
 */
export function ahead({ scrollLeft: from }, now) {
  const by = AHEAD * (now.scrollLeft - from)
  return { ...now, scrollLeft: now.scrollLeft + Math.max(-now.clientWidth, Math.min(now.clientWidth, by)) }
}

/**
 * The columns that the server sends unasked.
 *
 * @param {string} viewer
 * @param {boolean} isArranged whether they may stand elsewhere
 * @returns {ColumnRequest}
 */
export function firstRequest(viewer, isArranged) {
  return { viewer, columns: [[1, 100]], positions: isArranged ? null : { from: 0, to: 100 } }
}

/**
 * The next columns to ask for, or null where nothing is missing. One request waits for the answer to the one before.
 *
 * @param {Layout} layout @param {Seen} page as far as it is here @param {Viewport} viewport @param {ColumnRequest} last
 * @param {readonly Span[]} beside columns that are wanted beside those in sight @returns {ColumnRequest | null}
 */
export function nextRequest(layout, page, viewport, last, beside) {
  const { order, pinned } = layout
  if (layout.positions.length <= SHARED_COLUMNS || !hasColumns(page, last.columns)) return null
  const moved = positionsToRequest(layout, viewport, last.positions)
  const positions = moved ?? last.positions
  if (!positions || (!moved && hasColumns({ ...page, columns: last.columns }, beside))) return null
  const near = order.subarray(positions.from, positions.to)
  return { ...last, positions, columns: spansOf([...order.subarray(0, pinned), ...near, ...columnsOf(beside)]) }
}

// Scrolled to

/**
 * How far to scroll on so that what is in sight stays there when widths change: the column that is looked at, else the
 * end of the table, else the first column beside the pinned ones that is whole.
 *
 * @param {Layout} before @param {Layout} after @param {Viewport & {scrollWidth: number}} viewport before the change
 * @param {number} [column] that is looked at, where it is in sight
 * @returns {number} pixels
 */
export function anchorShift(before, after, { scrollLeft, clientWidth, scrollWidth }, column = -1) {
  const left = scrollLeft + pinnedWidth(before)
  const looked = before.positions[column] ?? -1
  const isSeen = looked >= before.pinned && offsetOf(before, looked) >= left - 1
  const isLooked = isSeen && offsetOf(before, looked + 1) <= scrollLeft + clientWidth
  if (!isLooked && scrollLeft > 0 && scrollLeft + clientWidth >= scrollWidth - 2)
    return fullWidth(after) - fullWidth(before)
  const first = positionAt(before, left)
  const isCut = offsetOf(before, first) < left - 1 && offsetOf(before, first + 1) < scrollLeft + clientWidth / 2
  const anchor = isLooked ? looked : first + (isCut ? 1 : 0)
  return offsetOf(after, anchor) - pinnedWidth(after) - (offsetOf(before, anchor) - pinnedWidth(before))
}

/**
 * Scroll so that something from one distance to another is in sight, and no further.
 *
 * @param {number} scrolled
 * @param {number} from
 * @param {number} to
 * @param {number} room pixels
 * @returns {number} the distance to scroll to
 */
export function nearest(scrolled, from, to, room) {
  return from < scrolled || to - from > room ? from : Math.max(scrolled, to - room)
}

/**
 * How far to scroll to a column. One that is not drawn comes to stand off the edge: the widths around it may not be
 * known yet.
 *
 * @param {Layout} layout @param {DrawnWindow} drawn @param {Viewport} viewport @param {number} column
 */
export function leftToShow(layout, { columns, numbers }, { scrollLeft, clientWidth }, column) {
  const position = layout.positions[column] ?? -1
  if (position < layout.pinned) return scrollLeft
  const pinned = pinnedWidth(layout)
  const from = offsetOf(layout, position) - pinned
  if (!columns.includes(column)) return from - clientWidth / 3
  return nearest(scrollLeft, from, offsetOf(layout, position + 1) - pinned, clientWidth - numbers - pinned)
}

// The page slider: all pages, from the top of the screen to its bottom

/**
 * Where the slider's thumb stands.
 *
 * @param {number} page
 * @param {number} pages
 * @param {number} height of the slider
 * @param {number} least height of the thumb
 */
export function thumbOf(page, pages, height, least) {
  const size = Math.min(height, Math.max(least, height / Math.max(1, pages)))
  const before = pages > 1 ? (page - 1) / (pages - 1) : 0
  return { top: before * (height - size), height: size }
}

/**
 * The page at a place on the slider.
 *
 * @param {number} y
 * @param {number} pages
 * @param {number} height
 * @param {number} least as above
 */
export function pageAt(y, pages, height, least) {
  const { height: size } = thumbOf(1, pages, height, least)
  const room = height - size
  if (pages <= 1 || room <= 0) return 1
  const before = Math.min(1, Math.max(0, (y - size / 2) / room))
  return 1 + Math.round(before * (pages - 1))
}
