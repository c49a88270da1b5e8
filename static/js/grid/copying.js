/**
 * Copying: the rows and columns of what is selected, and their cells as text.
 *
 * @typedef {{row: number, columns: Span[]}} SelectedLine the positions that are selected in a row, counted from 1
 * @typedef {{rows: readonly number[], columns: readonly number[]}} CellBlock the cells of some rows in some columns, in
 *   the order in which they are seen
 */

import { columnsOf, hasColumn } from './column-windows.js'

/**
 * @import { Seen, Span } from '../protocol/frames.js'
 * @import { Layout } from './layout.js'
 * @import { CellRange, ColumnOrder } from './selection.js'
 */

/** Put what ranges cover together, row by row. @param {readonly CellRange[]} ranges finite @returns {SelectedLine[]} */
export function linesOf(ranges) {
  /** @type {Map<number, Span[]>} */
  const lines = new Map()
  for (const { top, bottom, left, right } of ranges) {
    for (let row = top; row <= bottom; row++) lines.set(row, [...(lines.get(row) ?? []), [left + 1, right + 1]])
  }
  return [...lines].sort(([one], [other]) => one - other).map(([row, spans]) => ({ row, columns: merged(spans) }))
}

/** @param {Span[]} spans */
function merged(spans) {
  /** @type {Span[]} */
  const found = []
  for (const [first, last] of spans.sort(([one], [other]) => one - other)) {
    const before = found.at(-1)
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last)
    else found.push([first, last])
  }
  return found
}

/**
 * The block that lines make, or null where they differ: then they cannot be pasted side by side.
 *
 * @param {readonly SelectedLine[]} lines
 * @param {ColumnOrder} order
 * @returns {CellBlock | null}
 */
export function blockOf(lines, { of }) {
  const shape = JSON.stringify(lines[0]?.columns)
  if (lines.some(({ columns }) => JSON.stringify(columns) !== shape)) return null
  return { rows: lines.map(({ row }) => row), columns: columnsOf(lines[0]?.columns ?? []).map(of) }
}

/** The columns of a block that are not here, or that have a cut cell in it. @param {Seen} page @param {CellBlock} block */
export function missingColumns(page, { rows, columns }) {
  const chosen = new Set(rows)
  const cut = new Set(page.cut.filter(([row]) => chosen.has(row)).map(([, column]) => column - 1))
  return columns.filter(column => column < page.n_columns && (cut.has(column) || !hasColumn(page, column)))
}

/** The first and the last of some columns, in the table's order. @param {Iterable<number>} columns */
export function boundsOf(columns) {
  let [first, last] = [Infinity, 0]
  for (const column of columns) [first, last] = [Math.min(first, column), Math.max(last, column)]
  return /** @type {const} */ ([first, last])
}

/**
 * The number of hidden columns between these.
 *
 * @param {Pick<Layout, 'positions'>} layout
 * @param {Iterable<number>} columns
 * @param {boolean} isWhole whether whole rows are meant
 */
export function hiddenAmong({ positions }, columns, isWhole) {
  const [first, last] = isWhole ? [0, positions.length] : boundsOf(columns)
  return positions.subarray(first, last + 1).reduce((count, position) => count + (position < 0 ? 1 : 0), 0)
}

/**
 * The cells of a block, row by row; a cell that a short row lacks is empty.
 *
 * @param {CellBlock} block
 * @param {readonly (readonly string[] | undefined)[]} data
 * @param {number} first number of the first of these rows
 */
export const cellsOf = ({ rows, columns }, data, first) =>
  rows.map(row => columns.map(column => data[row - first]?.[column] ?? ''))

/**
 * Write a block as spreadsheets paste it: cells are quoted only where they would otherwise fall apart.
 *
 * @param {CellBlock} block
 * @param {readonly (readonly string[] | undefined)[]} data
 * @param {number} first number of the first of these rows
 * @param {readonly string[] | null} names of the columns, to come first
 */
export function textOf(block, data, first, names) {
  const rows = cellsOf(block, data, first)
  if (names) rows.unshift(block.columns.map(column => names[column] ?? ''))
  return rows.map(row => row.map(quoted).join('\t')).join('\n')
}

/** @param {string} cell */
function quoted(cell) {
  return /^"|[\t\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
