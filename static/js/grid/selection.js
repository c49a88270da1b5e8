/**
 * The selection: cells, whole rows or whole columns, from its anchor to the focus cell; and how keys and the mouse
 * move it. A range covers what stands between its corners on screen, in the order that a person has given the columns.
 *
 * @typedef {{row: number, column: number}} CellRef a row, from 1, and a column, from 0
 * @typedef {'cells' | 'rows' | 'columns'} SelectionKind
 * @typedef {{kind: SelectionKind, from: CellRef, to: CellRef}} SelectionPart from the anchor to the focus cell
 * @typedef {SelectionPart & {more?: readonly SelectionPart[]}} Selection `more` was selected before
 * @typedef {{top: number, left: number, bottom: number, right: number}} CellRange all four included; left and right
 *   are positions of columns
 * @typedef {{kind: SelectionKind | 'page'} & CellRef} SelectionTarget of a press: a cell, or the header of a row, a
 *   column, the page
 * @typedef {{at: (column: number) => number, of: (position: number) => number}} ColumnOrder the position at which a
 *   column stands, and the column of a position
 */

import { PAGE_ROWS, pageOf, rowsOf } from '../protocol/paging.js'

/** The columns as they are in the table. @type {ColumnOrder} */
export const AS_IN_TABLE = { at: column => column, of: position => position }

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

/** All that is selected, the newest last. @param {Selection} selection @returns {SelectionPart[]} */
export const partsOf = ({ more = [], kind, from, to }) => [...more, { kind, from, to }]

/** Make one selection of several parts, or null of none. @param {readonly SelectionPart[]} parts */
export function joinParts(parts) {
  const [last, more] = [parts.at(-1), parts.slice(0, -1)]
  if (!last) return null
  return /** @type {Selection} */ (more.length > 0 ? { ...last, more } : last)
}

/** Select all rows of a page. @param {CellRange} extent of the page */
export const selectAll = ({ top, bottom }) => select({ row: bottom, column: 0 }, { row: top, column: 0 }, 'rows')

/**
 * The rows and columns of the newest part of a selection. Whole rows and columns have no end.
 *
 * @param {SelectionPart} selection
 * @param {ColumnOrder} [order]
 * @returns {CellRange}
 */
export function rangeOf({ kind, from, to }, { at } = AS_IN_TABLE) {
  const [rows, columns] = [kind !== 'columns', kind !== 'rows']
  const [one, other] = columns ? [at(from.column), at(to.column)] : [0, Infinity]
  return {
    top: rows ? Math.min(from.row, to.row) : 1,
    bottom: rows ? Math.max(from.row, to.row) : Infinity,
    left: Math.min(one, other),
    right: Math.max(one, other)
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
 * What the newest part of a selection covers on a page, or null.
 *
 * @param {SelectionPart | null | undefined} selection
 * @param {CellRange} extent of the page
 * @param {ColumnOrder} [order]
 */
export const rangeOn = (selection, extent, order) => (selection ? intersect(rangeOf(selection, order), extent) : null)

/**
 * All that a selection covers on a page.
 *
 * @param {Selection | null | undefined} selection
 * @param {CellRange} extent of the page
 * @param {ColumnOrder} [order]
 */
export function rangesOn(selection, extent, order) {
  const ranges = selection ? partsOf(selection).map(part => rangeOn(part, extent, order)) : []
  return ranges.filter(range => range !== null)
}

/** The columns that are selected whole, as they are seen. @param {Selection | null} selection @param {ColumnOrder} order */
export function wholeColumns(selection, order) {
  const whole = selection ? partsOf(selection).filter(({ kind }) => kind === 'columns') : []
  const ranges = whole.map(part => rangeOf(part, order))
  const positions = ranges.flatMap(({ left, right }) => Array.from({ length: right - left + 1 }, (_, i) => left + i))
  return [...new Set(positions)].sort((a, b) => a - b).map(order.of)
}

/**
 * The selection after a press on a target. A second press with the Ctrl key takes away what the first has added.
 *
 * @param {Selection | null | undefined} before
 * @param {SelectionTarget} target
 * @param {{extend?: boolean, add?: boolean}} keys the Shift key extends, the Ctrl key adds
 * @param {CellRange} extent of the page
 * @returns {Selection | null}
 */
export function press(before, { kind, row, column }, { extend, add }, extent) {
  const cell = { row, column }
  if (kind === 'page') return selectAll(extent)
  const pressed = select(cell, cell, kind)
  if (!before || !(extend || add)) return pressed
  if (extend) return { ...before, to: cell, kind: kind === 'cells' ? before.kind : kind }
  const parts = partsOf(before)
  const others = parts.filter(part => !isSamePart(part, pressed))
  return joinParts(others.length < parts.length ? others : [...parts, pressed])
}

/** @param {SelectionPart} one @param {SelectionPart} other */
const isSamePart = (one, other) =>
  one.kind === other.kind && isSameCell(one.from, other.from) && isSameCell(one.to, other.to)

/** @param {CellRef | undefined} one @param {CellRef} other */
export const isSameCell = (one, other) => one?.row === other.row && one.column === other.column

/**
 * The selection after a key; null where the key moves nothing. An arrow past the first or the last row leads to a cell
 * on the page before or after.
 *
 * @param {Selection | null | undefined} before @param {string} action of the key, for example `doExtendLeft`
 * @param {CellRef} focus @param {boolean} enters whether the keys begin at the focus cell, rather than beside it
 * @param {CellRange} extent of the page @param {ColumnOrder} [order]
 * @returns {{selection: Selection} | {past: 'next' | 'previous', cell: CellRef} | null}
 */
export function move(before, action, focus, enters, extent, { at, of } = AS_IN_TABLE) {
  const by = MOVES[action.replace('Extend', '')]
  if (!by) return null
  const extend = action.startsWith('doExtend')
  const [down, across] = enters ? [0, 0] : by
  const { top, left, bottom, right } = extent
  const position = within(left, at(focus.column) + across, right)
  const to = { row: within(top, focus.row + down, bottom), column: across ? of(position) : focus.column }
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
 * @param {SelectionPart} selection
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
 * @param {ColumnOrder} [order]
 * @returns {CellRef}
 */
export function focusWithin({ row, column }, { top, bottom, right }, { at, of } = AS_IN_TABLE) {
  const isOn = row >= top && row <= bottom
  const asFarDown = rowsOf(pageOf(bottom), bottom).first + ((row - 1) % PAGE_ROWS)
  return { row: isOn ? row : within(top, asFarDown, bottom), column: of(Math.min(at(column), right)) }
}
