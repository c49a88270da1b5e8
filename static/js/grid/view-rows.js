/** The rows of a view: a selection counts them as the view does, and links and other people count as the table does. */

import { rowOn, rowsOf } from '../protocol/paging.js'
import { spansOf } from './column-windows.js'
import { joinParts, partsOf, rangeOf, select } from './selection.js'

/**
 * @import { NumberedPage } from '../protocol/paging.js'
 * @import { Selection, SelectionPart } from './selection.js'
 */

/**
 * A selection on a page, with its rows as they are numbered in the table; null where a view has none of them here.
 *
 * @param {Selection} selection @param {NumberedPage} page
 */
export function toTableRows(selection, page) {
  const { first } = rowsOf(page.page_no, 0)
  return renumbered(selection, page, (number, i) => ({ from: first + i, to: number }))
}

/**
 * A selection of rows of the table, as it is on a page; null where a view has none of them here.
 *
 * @param {Selection} selection @param {NumberedPage} page
 */
export const toViewRows = (selection, page) =>
  renumbered(selection, page, number => ({ from: number, to: rowOn(page, number) ?? 0 }))

/**
 * Go from one way to count rows to the other. Rows that then stand apart are parts of their own.
 *
 * @param {Selection} selection @param {NumberedPage} page
 * @param {(number: number, i: number) => {from: number, to: number}} count a row in both ways
 */
function renumbered(selection, { row_numbers }, count) {
  if (!row_numbers) return selection
  const rows = row_numbers.map(count)
  /** @param {SelectionPart} part @returns {SelectionPart[]} */
  const parts = part => {
    if (part.kind === 'columns') return [part]
    const { top, bottom } = rangeOf(part)
    const found = rows.filter(({ from }) => from >= top && from <= bottom).map(({ to }) => to)
    const isUpward = part.to.row < part.from.row
    const ends = spansOf(found.map(row => row - 1)).map(([first, last]) => (isUpward ? [last, first] : [first, last]))
    return ends.map(([from = 1, to = 1]) => select({ ...part.from, row: from }, { ...part.to, row: to }, part.kind))
  }
  return joinParts(partsOf(selection).flatMap(parts))
}
