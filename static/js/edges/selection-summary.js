/** The selection in the status bar: its place, its size, and the sum of its numbers. */

import { blockOf, cellsOf, linesOf, missingColumns } from '../grid/copying.js'
import { rangesOn } from '../grid/selection.js'
import { rowsOf } from '../protocol/paging.js'
import { plainNumber } from '../screen/lenses.js'
import { extentOf, selectionWords } from '../screen/sums.js'
import { clip, visible } from '../text/format.js'
import { phrase } from '../text/language.js'
import { optionLabel, part, say, show } from './dom.js'
import { nameOf, unnamed } from '../grid/layout.js'

/**
 * @import { Layout } from '../grid/layout.js'
 * @import { CellBlock } from '../grid/copying.js'
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

  /** @param {TablePage} page @param {number} column @returns {string} */
  const lensAt = (page, column) => choices?.get(column)?.lens || page.lenses[column] || ''

  /**
   * The cells of blocks, with numbers as plain numbers; null where some are not here.
   *
   * @param {TablePage} page
   * @param {readonly CellBlock[]} blocks
   */
  function numbersOf(page, blocks) {
    if (blocks.some(block => missingColumns(page, block).length > 0)) return null
    return blocks.flatMap(block => {
      const lenses = block.columns.map(column => lensAt(page, column))
      return cellsOf(block, page.data, rowsOf(page.page_no, 0).first).flatMap(row =>
        row.map((cell, i) => plainNumber(cell, lenses[i]))
      )
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
      if (!page || !selection || lines.length === 0) return say(part('place'), '')
      const whole = blockOf(lines, order())
      const blocks = whole ? [whole] : lines.flatMap(line => blockOf([line], order()) ?? [])
      const n = blocks.reduce((sum, { rows, columns }) => sum + rows.length * columns.length, 0)
      const [{ rows: [row = 0] = [], columns: [column = 0] = [] } = {}] = blocks
      const lenses = new Set(blocks.flatMap(({ columns }) => columns.map(one => lensAt(page, one))))
      const named = [...lenses].filter(Boolean).map(lens => optionLabel('column-lens', lens))
      const name = (doc && nameOf(doc, page, column)) || unnamed(column)
      const one = `${clip(visible(name), 40)} · ${phrase('rowNumber', { n: row })}`
      const words = () => selectionWords(extentOf(selection, whole, n), numbersOf(page, blocks), named.join(', '))
      say(part('place'), n === 1 ? one : words())
    }
  }
}
