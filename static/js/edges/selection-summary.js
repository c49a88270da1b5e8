/** The selection in the status bar: its place, its size, and the sum of its numbers. */

import { blockOf, cellsOf, linesOf, missingColumns } from '../grid/copying.js'
import { rangesOn } from '../grid/selection.js'
import { numberOf, rowsOf } from '../protocol/paging.js'
import { extentOf, selectionWords } from '../screen/sums.js'
import { headerRow } from '../state/state.js'
import { clip, visible } from '../text/format.js'
import { phrase } from '../text/language.js'
import { optionLabel, part, say, show } from './dom.js'
import { isNumeric, nameOf, unnamed } from '../grid/layout.js'

/**
 * @import { Layout } from '../grid/layout.js'
 * @import { CellBlock } from '../grid/copying.js'
 * @import { Doc } from '../protocol/frames.js'
 * @import { TablePage } from '../state/browsing.js'
 * @import { State } from '../state/state.js'
 * @import { Grid } from './grid/grid.js'
 */

/** @param {Grid} grid */
export function createSelectionSummary({ extent, layout, order }) {
  /** @type {State | null} */
  let shown = null
  /** @type {Layout['choices'] | null} */
  let choices = null

  /**
   * The selected columns and their cells; null where some of these are not here.
   *
   * @param {Doc} doc
   * @param {TablePage} page
   * @param {readonly CellBlock[]} blocks
   */
  function columnsOf(doc, page, blocks) {
    if (blocks.some(block => missingColumns(page, block).length > 0)) return null
    const columns = [...new Set(blocks.flatMap(block => block.columns))]
    return columns.map(column => {
      const lens = choices?.get(column)?.lens || page.lenses[column] || ''
      const own = blocks.filter(block => block.columns.includes(column))
      const rows = own.flatMap(block => block.rows).filter(row => numberOf(page, row) !== headerRow(doc)) // a name is no value
      return {
        name: nameOf(doc, page, column) || unnamed(column),
        isNumeric: isNumeric(layout(), page, column),
        lens,
        lensLabel: lens && optionLabel('column-lens', lens),
        cells: cellsOf({ rows, columns: [column] }, page.data, rowsOf(page.page_no, 0).first).flat()
      }
    })
  }

  return {
    /** @param {State} state */
    show(state) {
      const { doc, page, selection } = state
      const isSame = selection === shown?.selection && page === shown?.page && doc === shown?.doc
      if (isSame && choices === layout().choices) return
      shown = state
      choices = layout().choices
      const lines = linesOf(rangesOn(selection, extent(), order()))
      show(part('copy-cells'), lines.length > 0)
      if (!doc || !page || !selection || lines.length === 0) return say(part('place'), '')
      const whole = blockOf(lines, order())
      const blocks = whole ? [whole] : lines.flatMap(line => blockOf([line], order()) ?? [])
      const n = blocks.reduce((sum, { rows, columns }) => sum + rows.length * columns.length, 0)
      const [{ rows: [row = 0] = [], columns: [column = 0] = [] } = {}] = blocks
      const name = nameOf(doc, page, column) || unnamed(column)
      const one = `${clip(visible(name), 40)} · ${phrase('rowNumber', { n: numberOf(page, row) })}`
      const extentWords = extentOf(selection, whole, n, row => numberOf(page, row))
      const words = () => selectionWords(extentWords, columnsOf(doc, page, blocks))
      say(part('place'), n === 1 ? one : words())
    }
  }
}
