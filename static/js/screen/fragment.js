/**
 * The fragment of a link, which names a place in the table as RFC 7111 does: `#row=5203`, `#row=10-20`, `#col=3`,
 * `#cell=4,1-6,2`; `*` is the last row or column. `#row=3;7` names several places: the first is the one to go to.
 */

import { spansOf } from '../grid/column-windows.js'
import { AS_IN_TABLE, joinParts, partsOf, rangeOf, select } from '../grid/selection.js'

/** @import { CellRef, ColumnOrder, Selection, SelectionPart } from '../grid/selection.js' */

const N = '([1-9]\\d{0,14}|\\*)'
const LINES = new RegExp(`^${N}(?:-${N})?$`)
const CELLS = new RegExp(`^${N},${N}(?:-${N},${N})?$`)
const MAX_PLACES = 20 // in a link

/** @param {string | undefined} row @param {string | undefined} column @returns {CellRef} */
const place = (row, column) => ({
  row: row === '*' ? Infinity : Number(row),
  column: column === '*' ? Infinity : Number(column) - 1
})

/** Parse what a fragment selects, or return null. @param {string} hash @returns {Selection | null} */
export function parseFragment(hash) {
  const [, axis = '', list = ''] = /^#(row|col|cell)=(.*)/.exec(hash.replace(/%2[ac]|%3b/gi, decodeURIComponent)) ?? []
  const places = list.split(';', MAX_PLACES).map(text => parsePlace(axis, text))
  return places[0] ? joinParts(places.filter(place => place !== null).reverse()) : null
}

/** @param {string} axis @param {string} text */
function parsePlace(axis, text) {
  if (axis === 'cell') {
    const [, row, column, lastRow = row, lastColumn = column] = CELLS.exec(text) ?? []
    return row ? select(place(row, column), place(lastRow, lastColumn)) : null
  }
  const [, first, last = first] = LINES.exec(text) ?? []
  if (!first) return null
  return axis === 'row'
    ? select(place(first, '1'), place(last, '1'), 'rows')
    : select(place('1', first), place('1', last), 'columns')
}

/**
 * Limit a selection to a table, or return null where nothing of it is in the table.
 *
 * @param {Selection} selection
 * @param {number} rows
 * @param {number} columns
 * @returns {Selection | null}
 */
export function inTable(selection, rows, columns) {
  return joinParts(partsOf(selection).flatMap(part => partInTable(part, rows, columns) ?? []))
}

/** @param {SelectionPart} part @param {number} rows @param {number} columns */
function partInTable({ kind, from, to }, rows, columns) {
  const last = { row: rows, column: columns - 1 }
  const start = {
    row: from.row === Infinity ? rows : from.row,
    column: from.column === Infinity ? last.column : from.column
  }
  if (start.row > rows || start.column > last.column || to.row < start.row || to.column < start.column) return null
  return select(start, { row: Math.min(to.row, rows), column: Math.min(to.column, last.column) }, kind)
}

/**
 * Write the fragment of a selection, the newest part first. Columns that are seen together may stand apart in the table.
 *
 * @param {Selection} selection
 * @param {ColumnOrder} [order]
 */
export function fragmentOf(selection, order = AS_IN_TABLE) {
  const { kind } = selection
  const parts = partsOf(selection).filter(part => part.kind === kind)
  const places = parts.reverse().flatMap(part => {
    const { top, left, bottom, right } = rangeOf(part, order)
    if (kind === 'rows') return span(top, bottom)
    const columns = spansOf(Array.from({ length: right - left + 1 }, (_, i) => order.of(left + i)))
    return columns.map(([first, last]) =>
      kind === 'columns' ? span(first, last) : span(`${top},${first}`, `${bottom},${last}`)
    )
  })
  return `#${{ rows: 'row', columns: 'col', cells: 'cell' }[kind]}=${places.slice(0, MAX_PLACES).join(';')}`
}

/** @param {string | number} first @param {string | number} last */
const span = (first, last) => (first === last ? `${first}` : `${first}-${last}`)
