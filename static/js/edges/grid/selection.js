/**
 * The selection in the grid: keys and pointers move it, one cell has the focus, and its cells can be copied.
 *
 * @typedef {ReturnType<typeof createGridSelection>} GridSelection
 *
 * @typedef {object} SelectionHandlers
 * @property {(selection: Selection | null) => void} onSelect
 * @property {(step: 'next' | 'previous', cell: CellRef) => void} onPast an arrow leads to a cell on the page before
 *   or after
 * @property {() => void} onOpen the selected row is to be shown whole
 * @property {(found: {rows: number, columns: number, text: string | null}) => void} onCopied
 */

import { hasRange } from '../../grid/column-windows.js'
import { cellsIn, focusOf, focusWithin, move, rangeOn, select, selectAll, toTsv } from '../../grid/selection.js'
import { rowsOf } from '../../protocol/paging.js'
import { headerRow } from '../../state/state.js'
import { isTyping } from '../keyboard.js'
import { createPointer } from './pointer.js'

/**
 * @import { CellRange, CellRef, Selection } from '../../grid/selection.js'
 * @import { State } from '../../state/state.js'
 * @import { Grid } from './grid.js'
 */

const FLASH_MS = 1600

/** @param {HTMLElement} scroller @param {Grid} grid @param {SelectionHandlers} handlers */
export function createGridSelection(scroller, grid, { onSelect, onPast, onOpen, onCopied }) {
  /** @type {State | null} */
  let state = null
  const selection = () => state?.selection
  const focus = createFocus(scroller, grid, createPointer({ scroller, grid, selection, onSelect, onOpen }))

  /** @param {Selection} next on this page */
  function go(next) {
    onSelect(next)
    grid.reveal(next.to.row, next.to.column)
  }

  /** The selected cells of this page. @param {boolean} [named] with the columns' names above */
  function selected(named) {
    return state && selectedCells(state, grid.extent(), named)
  }

  document.addEventListener('copy', event => {
    const found = selected()
    if (!found || isTyping(event.target) || !getSelection()?.isCollapsed) return
    if (found.text !== null) event.clipboardData?.setData('text/plain', found.text)
    event.preventDefault()
    onCopied(found)
  })

  return {
    go,
    selected,
    settle: focus.settle,
    reveal: focus.reveal,
    place: focus.cell,
    /** @param {string} action @returns {boolean} whether it was one of these */
    act(action) {
      const cell = focus.cell()
      const enters = !selection() && !focus.isIn()
      const moved = move(selection(), action, enters ? grid.corner() : cell, enters, grid.extent())
      if (moved && 'past' in moved) onPast(moved.past, moved.cell)
      else if (moved) go(moved.selection)
      else if (action === 'doSelectAll') onSelect(selectAll(grid.extent()))
      else if (action === 'doSelectRow') onSelect(select(cell, cell, 'rows'))
      else if (action === 'doSelectColumn') onSelect(select(cell, cell, 'columns'))
      else return false
      return true
    },
    /** Select the row in sight instead, in the same column. */
    follow() {
      if (selection()) onSelect(select({ ...focus.cell(), row: grid.corner().row }))
    },
    flash() {
      scroller.toggleAttribute('data-flash', true)
      setTimeout(() => scroller.toggleAttribute('data-flash', false), FLASH_MS)
    },
    /** @param {State} next */
    show(next) {
      const before = state
      state = next
      focus.show(next, before)
    }
  }
}

/**
 * The cell that has the focus, and that Tab leads to.
 *
 * @param {HTMLElement} scroller @param {Grid} grid @param {() => void} drawHandle
 */
function createFocus(scroller, grid, drawHandle) {
  /** @type {CellRef} its row is 0 before there is one */
  let cell = { row: 0, column: 0 }
  /** @type {HTMLElement | null} */
  let element = null
  let isIn = false // whether the keyboard's focus is in the grid, or was when its cell went away

  function settle() {
    const { body } = document
    cell = focusWithin(cell.row === 0 ? grid.corner() : cell, grid.extent())
    const next = grid.cell(cell.row, cell.column)
    if (next !== element) {
      element?.removeAttribute('tabindex')
      if (next) next.tabIndex = 0
      element = next
      scroller.tabIndex = next ? -1 : 0
    }
    const focused = document.activeElement
    if (isIn && (focused === body || scroller.contains(focused))) (next ?? scroller).focus({ preventScroll: true })
    drawHandle()
  }

  const reveal = () => grid.reveal(cell.row, cell.column)

  document.addEventListener('focusin', ({ target }) => {
    isIn = target instanceof Node && scroller.contains(target)
    if (target === scroller) element?.focus({ preventScroll: true })
  })

  return {
    settle,
    reveal,
    cell: () => cell,
    isIn: () => isIn,
    /** @param {State} state @param {State | null} before */
    show({ page, selection }, before) {
      if (!page) scroller.tabIndex = 0 // there is no cell to have the focus
      if (!page || (selection === before?.selection && page === before?.page)) return
      if (selection) {
        const { top, bottom } = grid.extent()
        cell = focusOf(selection, cell)
        if (page.page_no !== before?.page?.page_no && cell.row >= top && cell.row <= bottom) reveal()
      }
      settle()
    }
  }
}

/**
 * The selected cells of a page; no text where some are not here.
 *
 * @param {State} state
 * @param {CellRange} extent of the page
 * @param {boolean} [named] with the columns' names above
 */
function selectedCells({ doc, page, selection }, extent, named = false) {
  const range = rangeOn(selection, extent)
  if (!range || !page || !doc) return null
  const counts = { rows: range.bottom - range.top + 1, columns: range.right - range.left + 1 }
  if (!hasRange(page, range)) return { ...counts, text: null }
  const isNamed = named && doc.dialect.header && range.top > headerRow(doc)
  const names = isNamed ? cellsIn([page.header], 1, { ...range, top: 1, bottom: 1 }) : []
  return { ...counts, text: toTsv([...names, ...cellsIn(page.data, rowsOf(page.page_no, 0).first, range)]) }
}
