/** The selection in the status bar: its place, its size, and the sum of its numbers. */

import { hasRange } from '../grid/column-windows.js'
import { cellsIn, rangeOn } from '../grid/selection.js'
import { selectionWords } from '../screen/sums.js'
import { clip, visible } from '../text/format.js'
import { phrase } from '../text/language.js'
import { part, say, show } from './dom.js'
import { nameOf, unnamed } from '../grid/layout.js'

/**
 * @import { CellRange } from '../grid/selection.js'
 * @import { State } from '../state/state.js'
 */

/** @param {() => CellRange} extent of the page */
export function createSelectionSummary(extent) {
  /** @type {State | null} */
  let shown = null

  return {
    /** @param {State} state */
    show(state) {
      const { doc, page, selection } = state
      if (shown && selection === shown.selection && page === shown.page && doc === shown.doc) return
      shown = state
      const bounds = extent()
      const range = selection && page && rangeOn(selection, bounds)
      show(part('copy-cells'), Boolean(range))
      if (!range) return say(part('place'), '')
      const { top, left, bottom, right } = range
      const cells = hasRange(page, range) ? cellsIn(page.data, bounds.top, range).flat() : null
      const name = (doc && nameOf(doc, page, left)) || unnamed(left)
      const one = `${clip(visible(name), 40)} · ${phrase('rowNumber', { n: top })}`
      say(part('place'), selectionWords(selection, bottom - top + 1, right - left + 1, cells) || one)
    }
  }
}
