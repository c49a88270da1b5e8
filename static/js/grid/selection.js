/**
 * The selection: cells, whole rows or whole columns, from its anchor to the focus cell; and how keys and the mouse
 * move it.
 *
 * @typedef {{row: number, column: number}} CellRef a row, from 1, and a column, from 0
 * @typedef {'cells' | 'rows' | 'columns'} SelectionKind
 * @typedef {{kind: SelectionKind, from: CellRef, to: CellRef}} Selection from the anchor to the focus cell
 * @typedef {{top: number, left: number, bottom: number, right: number}} CellRange all four included
 * @typedef {{kind: SelectionKind | 'page'} & CellRef} SelectionTarget of a press: a cell, or the header of a row, a
 *   column, the page
 */

import { PAGE_ROWS, pageOf, rowsOf } from '../protocol/paging.js'

/** @type {Record<string, [down: number, across: number]>} */
const MOVES = {
  doLeft: [0, -1],
  doRight: [0, 1],
  doUp: [-1, 0],
  doDown: [1, 0],
  doRowStart: [0, -Infinity],
  doRowEnd: [0, Infinity],
  doTop: [-Infinity, 0],
  doBottom: [Infinity, 0]
}

/** @param {CellRef} from @param {CellRef} [to] @param {SelectionKind} [kind] @returns {Selection} */
export const select = (from, to = from, kind = 'cells') => ({ kind, from, to })

/** Select all rows of a page. @param {CellRange} extent of the page */
export const selectAll = ({ top, bottom }) => select({ row: bottom, column: 0 }, { row: top, column: 0 }, 'rows')

/**
 * The rows and columns of a selection. Whole rows and columns have no end.
 *
 * @param {Selection} selection
 * @returns {CellRange}
 */
export function rangeOf({ kind, from, to }) {
  const [rows, columns] = [kind !== 'columns', kind !== 'rows']
  return {
    top: rows ? Math.min(from.row, to.row) : 1,
    bottom: rows ? Math.max(from.row, to.row) : Infinity,
    left: columns ? Math.min(from.column, to.column) : 0,
    right: columns ? Math.max(from.column, to.column) : Infinity
  }
}

/**
 * The cells that are in both ranges, or null.
 *
 * @param {CellRange} one
 * @param {CellRange} other
 * @returns {CellRange | null}
 */
export function intersect(one, other) {
  const top = Math.max(one.top, other.top)
  const left = Math.max(one.left, other.left)
  const bottom = Math.min(one.bottom, other.bottom)
  const right = Math.min(one.right, other.right)
  return top <= bottom && left <= right ? { top, left, bottom, right } : null
}

/** @param {CellRange} range @param {number} row @param {number} column */
export function covers({ top, left, bottom, right }, row, column) {
  return row >= top && row <= bottom && column >= left && column <= right
}

/**
 * The part of a selection that is on a page, or null.
 *
 * @param {Selection | null | undefined} selection
 * @param {CellRange} extent of the page
 */
export const rangeOn = (selection, extent) => (selection ? intersect(rangeOf(selection), extent) : null)

/**
 * The selection after a press on a target.
 *
 * @param {Selection | null | undefined} before
 * @param {SelectionTarget} target
 * @param {boolean} extend as with the Shift key
 * @param {CellRange} extent of the page
 * @returns {Selection}
 */
export function press(before, { kind, row, column }, extend, extent) {
  const cell = { row, column }
  if (kind === 'page') return selectAll(extent)
  if (!extend || !before) return select(cell, cell, kind)
  return select(before.from, cell, kind === 'cells' ? before.kind : kind)
}

/**
 * The selection after a key; null where the key moves nothing. An arrow past the first or the last row leads to a cell
 * on the page before or after.
 *
 * @param {Selection | null | undefined} before @param {string} action of the key, for example `doExtendLeft`
 * @param {CellRef} focus @param {boolean} enters whether the keys begin at the focus cell, rather than beside it
 * @param {CellRange} extent of the page
 * @returns {{selection: Selection} | {past: 'next' | 'previous', cell: CellRef} | null}
 */
export function move(before, action, focus, enters, extent) {
  const by = MOVES[action.replace('Extend', '')]
  if (!by) return null
  const extend = action.startsWith('doExtend')
  const [down, across] = enters ? [0, 0] : by
  const { top, left, bottom, right } = extent
  const to = { row: within(top, focus.row + down, bottom), column: within(left, focus.column + across, right) }
  if (Math.abs(down) === 1 && to.row === focus.row && !extend && before) {
    return { past: down > 0 ? 'next' : 'previous', cell: { ...to, row: to.row + down } }
  }
  return { selection: extend ? { ...(before ?? select(focus)), to } : select(to) }
}

/** @param {number} least @param {number} value @param {number} most */
const within = (least, value, most) => Math.max(least, Math.min(most, value))

/**
 * The focus cell of a selection. Whole rows leave its column, and whole columns its row.
 *
 * @param {Selection} selection
 * @param {CellRef} before
 * @returns {CellRef}
 */
export function focusOf({ kind, to }, before) {
  return { row: kind === 'columns' ? before.row : to.row, column: kind === 'rows' ? before.column : to.column }
}

/**
 * Keep the focus cell on the page: after a turn it is as far down as before.
 *
 * @param {CellRef} focus
 * @param {CellRange} extent of the page
 * @returns {CellRef}
 */
export function focusWithin({ row, column }, { top, bottom, right }) {
  const isOn = row >= top && row <= bottom
  const asFarDown = rowsOf(pageOf(bottom), bottom).first + ((row - 1) % PAGE_ROWS)
  return { row: isOn ? row : within(top, asFarDown, bottom), column: Math.min(column, right) }
}

/**
 * The cells of a range, row by row; a cell that a short row lacks is empty.
 *
 * @param {readonly (readonly string[])[]} rows
 * @param {number} first number of the first of these rows
 * @param {CellRange} range finite
 */
export function cellsIn(rows, first, { top, left, bottom, right }) {
  return rows.slice(top - first, bottom - first + 1).map(row => {
    return Array.from({ length: right - left + 1 }, (_, i) => row[left + i] ?? '')
  })
}

/**
 * Write cells as spreadsheets paste them: quoted only where a cell would otherwise fall apart.
 *
 * @param {readonly (readonly string[])[]} rows
 */
export function toTsv(rows) {
  return rows.map(row => row.map(quoted).join('\t')).join('\n')
}

/** @param {string} cell */
function quoted(cell) {
  return /^"|[\t\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
