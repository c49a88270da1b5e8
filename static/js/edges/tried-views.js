/** The views that I read alone: each is said in a line with a way back, and follows its table as that grows. */

import { numberOf, rowsOf } from '../protocol/paging.js'
import { dataRows, leftRow, viewOn } from '../state/views.js'
import { createGrowingView } from './growing-view.js'
import { loadWords } from './question-words.js'

/**
 * @import { TablePage } from '../state/browsing.js'
 * @import { State, ViewPlace } from '../state/state.js'
 *
 * @typedef {{view: string, from: ViewPlace, row: number | undefined}} TriedView `row` of the table that I was on
 */

/** @param {Parameters<typeof createGrowingView>[0]} parts */
export function createTriedViews({ state, dispatch, ...parts }) {
  const grow = createGrowingView({ state, dispatch, ...parts })
  /** @type {TriedView | null} */
  let awaited = null

  /** Say which view is on screen, if it still is. @param {TriedView} tried */
  async function tell({ view, from, row }) {
    await loadWords()
    const { alone, me, page, doc } = state()
    if (alone?.view !== view || viewOn(page) !== view || !page) return
    const all = dataRows(doc)
    const rows = view ? page.total_number : all
    const left = leftRow({ doc }, page, row, true)
    const toast = {
      kind: /** @type {const} */ ('viewed'),
      by: me,
      mine: true,
      alone: true,
      view,
      rows,
      all,
      from,
      left
    }
    dispatch({ type: 'toast-shown', toast })
  }

  return {
    /** A view is on its way. @param {string} view @param {TablePage} page before it @param {number} [row] that I am on */
    begin(view, page, row) {
      const first = numberOf(page, rowsOf(page.page_no, 0).first)
      awaited = { view, from: { view: viewOn(page), page_no: page.page_no, row: first }, row }
    },
    /** @param {State} next */
    show({ alone, page }) {
      grow()
      const tried = awaited
      if (!tried) return
      if (alone && viewOn(page) !== tried.view) return
      awaited = null
      if (alone) tell(tried)
    }
  }
}
