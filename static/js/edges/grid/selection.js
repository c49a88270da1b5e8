/**
 * The selection in the grid: keys and pointers move it, one cell has the focus, and its cells can be copied.
 *
 * @typedef {ReturnType<typeof createGridSelection>} GridSelection
 *
 * @typedef {object} SelectionHandlers
 * @property {(selection: Selection | null) => void} onSelect
 * @property {(step: 'next' | 'previous', cell: CellRef) => void} onPast an arrow leads to a cell on the page before
 *   or after
 * @property {(stays?: boolean) => void} onOpen the selected row is to be shown whole; `stays` where it is
 * @property {(x: number, y: number) => void} onMenu open the menu of what is selected
 * @property {(column: number) => void} onColumnMenu
 */

import { focusOf, focusWithin, move, select, selectAll } from '../../grid/selection.js'
import { isTyping } from '../keyboard.js'
import { createPointer } from './pointer.js'

/**
 * @import { CellRef, Selection } from '../../grid/selection.js'
 * @import { State } from '../../state/state.js'
 * @import { Grid } from './grid.js'
 */

const FLASH_MS = 1600

/** @param {HTMLElement} scroller @param {Grid} grid @param {SelectionHandlers} handlers */
export function createGridSelection(scroller, grid, { onPast, ...handlers }) {
  /** @type {State | null} */
  let state = null
  const { onSelect, onMenu } = handlers
  const selection = () => state?.selection
  const focus = createFocus(scroller, grid, createPointer({ scroller, grid, selection, ...handlers }))

  /** @param {Selection} next on this page @param {boolean} [isFound] whether rows around it are wanted, too */
  function go(next, isFound) {
    const { row, column } = next.to
    const { scrollTop } = scroller
    onSelect(next)
    grid.reveal(row, column)
    if (isFound && scroller.scrollTop !== scrollTop) grid.reveal(row, column, true)
  }

  /** @param {CellRef} cell */
  function openMenu(cell) {
    if (!selection()) onSelect(select(cell))
    const { left = 0, bottom = 0 } = grid.cell(cell.row, cell.column)?.getBoundingClientRect() ?? {}
    onMenu(left, bottom)
  }

  return {
    go,
    settle: focus.settle,
    seek: focus.seek,
    place: focus.cell,
    /** @param {string} action @returns {boolean} whether it was one of these */
    act(action) {
      const cell = focus.cell()
      const enters = !selection() && !focus.isIn()
      const moved = move(selection(), action, enters ? grid.corner() : cell, enters, grid.extent(), grid.order())
      if (moved && 'past' in moved) onPast(moved.past, moved.cell)
      else if (moved) go(moved.selection)
      else if (action === 'doSelectAll') onSelect(selectAll(grid.extent()))
      else if (action === 'doSelectRow') onSelect(select(cell, cell, 'rows'))
      else if (action === 'doSelectColumn') onSelect(select(cell, cell, 'columns'))
      else if (action === 'doMenu' && focus.isIn()) openMenu(cell)
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
  let isSought = false // the page that was gone to is not here yet
  let isIn = false // whether the keyboard's focus is in the grid, or was when its cell went away

  function settle() {
    const { body } = document
    cell = focusWithin(cell.row === 0 ? grid.corner() : cell, grid.extent(), grid.order())
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

  document.addEventListener('focusin', ({ target }) => {
    const isOfTable = target instanceof Element && scroller.contains(target) && !target.closest('.shape-row')
    isIn = isOfTable && !isTyping(target)
    if (target === scroller) element?.focus({ preventScroll: true })
  })

  return {
    settle,
    /** Scroll to a cell that was gone to, now or once its page is here. @param {boolean} isHere */
    seek(isHere) {
      isSought = !isHere
      if (isHere) grid.reveal(cell.row, cell.column, true)
    },
    cell: () => cell,
    isIn: () => isIn,
    /** @param {State} state @param {State | null} before */
    show({ page, selection }, before) {
      if (!page) scroller.tabIndex = 0 // there is no cell to have the focus
      if (!page || (selection === before?.selection && page === before?.page)) return
      if (selection) {
        const { top, bottom } = grid.extent()
        cell = focusOf(selection, cell)
        const isOther = page.page_no !== before?.page?.page_no || page.view !== before.page.view
        if (isOther && cell.row >= top && cell.row <= bottom) {
          grid.reveal(cell.row, cell.column, isSought)
          isSought = false
        }
      }
      settle()
    }
  }
}
