/** The selection in the status bar: its place, its size, and the sum of its numbers. */

import { hasRange } from '../grid/column-windows.js'
import { cellsIn, rangeOn } from '../grid/selection.js'
import { rowsOf } from '../protocol/paging.js'
import { plainNumber } from '../screen/lenses.js'
import { selectionWords } from '../screen/sums.js'
import { clip, visible } from '../text/format.js'
import { phrase } from '../text/language.js'
import { optionLabel, part, say, show } from './dom.js'
import { nameOf, unnamed } from '../grid/layout.js'

/**
 * @import { Layout } from '../grid/layout.js'
 * @import { CellRange } from '../grid/selection.js'
 * @import { TablePage } from '../state/browsing.js'
 * @import { State } from '../state/state.js'
 */

/** @param {{extent: () => CellRange, layout: () => Layout}} grid */
export function createSelectionSummary({ extent, layout }) {
  /** @type {State | null} */
  let shown = null
  /** @type {Layout['choices'] | null} */
  let choices = null

  /** @param {TablePage} page @param {number} column @returns {string} */
  const lensAt = (page, column) => choices?.get(column)?.lens || page.lenses[column] || ''

  return {
    /** @param {State} state */
    show(state) {
      const { doc, page, selection } = state
      const isSame = selection === shown?.selection && page === shown?.page && doc === shown?.doc
      if (isSame && choices === layout().choices) return
      shown = state
      choices = layout().choices
      const range = selection && page && rangeOn(selection, extent())
      show(part('copy-cells'), Boolean(range))
      if (!range) return say(part('place'), '')
      const { top, left, bottom, right } = range
      const lenses = Array.from({ length: right - left + 1 }, (_, i) => lensAt(page, left + i))
      const rows = hasRange(page, range) ? cellsIn(page.data, rowsOf(page.page_no, 0).first, range) : null
      const cells = rows?.flatMap(row => row.map((cell, i) => plainNumber(cell, lenses[i]))) ?? null
      const named = [...new Set(lenses)].filter(Boolean).map(lens => optionLabel('column-lens', lens))
      const name = (doc && nameOf(doc, page, left)) || unnamed(left)
      const one = `${clip(visible(name), 40)} · ${phrase('rowNumber', { n: top })}`
      say(part('place'), selectionWords(selection, bottom - top + 1, right - left + 1, cells, named.join(', ')) || one)
    }
  }
}
