/** Printing: the cells of a page that go onto paper, and the bands of columns that fit side by side. */

import { hasColumn } from './column-windows.js'
import { linesOf } from './copying.js'
import { rangesOn } from './selection.js'

/**
 * @import { Seen } from '../protocol/frames.js'
 * @import { CellBlock } from './copying.js'
 * @import { CellRange, ColumnOrder, Selection } from './selection.js'
 */

/**
 * The rows and columns to print: what is selected on the page, else all of it. One selected cell is only where I am.
 *
 * @param {Selection | null} selection
 * @param {CellRange} extent of the page
 * @param {ColumnOrder} order
 * @returns {CellBlock}
 */
export function printedBlock(selection, extent, order) {
  const lines = linesOf(rangesOn(selection, extent, order))
  const [first] = lines
  const isCell = lines.length === 1 && first?.columns.length === 1 && first.columns[0]?.[0] === first.columns[0]?.[1]
  const chosen = lines.length === 0 || (isCell && selection?.kind === 'cells') ? linesOf([extent]) : lines
  const positions = new Set(chosen.flatMap(({ columns }) => columns.flatMap(([from, to]) => stretch(from - 1, to))))
  return { rows: chosen.map(({ row }) => row), columns: [...positions].sort((a, b) => a - b).map(order.of) }
}

/** @param {number} from @param {number} to half-open */
const stretch = (from, to) => Array.from({ length: to - from }, (_, i) => from + i)

/**
 * Divide columns into bands that fit side by side. Columns that are not here are left out.
 *
 * @param {readonly number[]} columns
 * @param {Seen} page
 * @param {(column: number) => number} widthOf
 * @param {number} room of the same unit
 */
export function bandsOf(columns, page, widthOf, room) {
  /** @type {number[][]} */
  const bands = []
  let left = 0
  for (const column of columns) {
    if (!hasColumn(page, column)) continue
    const width = widthOf(column)
    if (bands.length === 0 || left < width) {
      bands.push([])
      left = room
    }
    bands.at(-1)?.push(column)
    left -= width
  }
  return bands
}
