/**
 * The fragment of a link, which names a place in the table as RFC 7111 does: `#row=5203`, `#row=10-20`, `#col=3`,
 * `#cell=4,1-6,2`; `*` is the last row or column. Of several selections the first counts.
 */

import { rangeOf, select } from '../grid/selection.js'

/** @import { CellRef, Selection } from '../grid/selection.js' */

const N = '([1-9]\\d{0,14}|\\*)'
const LINES = new RegExp(`^#(row|col)=${N}(?:-${N})?(?:;|$)`)
const CELLS = new RegExp(`^#cell=${N},${N}(?:-${N},${N})?(?:;|$)`)

/** @param {string | undefined} row @param {string | undefined} column @returns {CellRef} */
const place = (row, column) => ({
  row: row === '*' ? Infinity : Number(row),
  column: column === '*' ? Infinity : Number(column) - 1
})

/** Parse what a fragment selects, or return null. @param {string} hash @returns {Selection | null} */
export function parseFragment(hash) {
  const text = hash.replace(/%2[ac]|%3b/gi, decodeURIComponent)
  const [, axis, first, last = first] = LINES.exec(text) ?? []
  if (axis === 'row') return select(place(first, '1'), place(last, '1'), 'rows')
  if (axis === 'col') return select(place('1', first), place('1', last), 'columns')
  const [, row, column, lastRow = row, lastColumn = column] = CELLS.exec(text) ?? []
  return row ? select(place(row, column), place(lastRow, lastColumn)) : null
}

/**
 * Limit a selection to a table, or return null where nothing of it is in the table.
 *
 * @param {Selection} selection
 * @param {number} rows
 * @param {number} columns
 * @returns {Selection | null}
 */
export function inTable({ kind, from, to }, rows, columns) {
  const last = { row: rows, column: columns - 1 }
  const start = {
    row: from.row === Infinity ? rows : from.row,
    column: from.column === Infinity ? last.column : from.column
  }
  if (start.row > rows || start.column > last.column || to.row < start.row || to.column < start.column) return null
  return select(start, { row: Math.min(to.row, rows), column: Math.min(to.column, last.column) }, kind)
}

/** Write the fragment of a selection. @param {Selection} selection */
export function fragmentOf(selection) {
  const { top, left, bottom, right } = rangeOf(selection)
  if (selection.kind === 'rows') return `#row=${span(top, bottom)}`
  if (selection.kind === 'columns') return `#col=${span(left + 1, right + 1)}`
  return `#cell=${span(`${top},${left + 1}`, `${bottom},${right + 1}`)}`
}

/** @param {string | number} first @param {string | number} last */
const span = (first, last) => (first === last ? `${first}` : `${first}-${last}`)
