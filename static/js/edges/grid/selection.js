/** Hands on the grid: cells, rows and columns are selected by mouse, finger and keys, and one cell has the focus. */

import { cellsIn, moved, rangeOf, select, shared, toTsv } from '../../grid/selection.js'
import { isWhole } from '../../grid/column-windows.js'
import { make } from '../dom.js'
import { isTyping } from '../keyboard.js'

const FLASH_MS = 1600
const REST_MS = 500 // of a finger: longer than a tap takes
const GRIP = 14 // pixels of the handle that stay in sight

/** @type {Record<string, [down: number, across: number]>} */
const MOVES = {
  doLeft: [0, -1],
  doRight: [0, 1],
  doUp: [-1, 0],
  doDown: [1, 0],
  doRowStart: [0, -Infinity],
  doRowEnd: [0, Infinity],
  doTop: [-Infinity, 0],
  doBottom: [Infinity, 0]
}

/**
 * @typedef {import('../../state/state.js').State} State
 * @typedef {import('../../grid/selection.js').Selection} Selection
 * @typedef {import('../../grid/selection.js').Place} Place
 * @typedef {object} Handlers
 * @property {(selection: Selection | null) => void} onSelect
 * @property {(step: 'next' | 'previous', place: Place) => void} onPast an arrow leads to a place on the page before or after
 * @property {() => void} onOpen the selected row is to be shown whole
 * @property {(found: {rows: number, columns: number, text: string | null}) => void} onCopied
 */

/** @param {HTMLElement} scroller @param {ReturnType<typeof import('./grid.js').createGrid>} grid @param {Handlers} handlers */
export function createHands(scroller, grid, { onSelect, onPast, onOpen, onCopied }) {
  /** @type {State | null} */
  let state = null
  /** Where the focus is, or comes to. @type {Place} */
  let cursor = { row: 0, column: 0 }
  /** @type {HTMLElement | null} the cursor's cell */
  let cell = null
  let inside = false // whether the focus is in the grid, or was when its cell went away
  /** @type {PointerEvent | null} the last move of a mouse that is held, or of a finger on the handle */
  let held = null
  /** By it a finger takes hold of what is selected. */
  const handle = make('i', 'handle')
  let touched = false
  let resting = 0
  let rested = false // long enough: letting go is no tap

  /** The one cell that Tab leads to follows the cursor. */
  function settle() {
    const { top, bottom, right } = grid.extent()
    if (cursor.row === 0) cursor = grid.corner()
    if (cursor.row < top || cursor.row > bottom)
      cursor = { ...cursor, row: Math.min(bottom, top + ((cursor.row - 1) % 100)) }
    cursor.column = Math.min(cursor.column, right)
    const next = grid.cell(cursor.row, cursor.column)
    if (next !== cell) {
      cell?.removeAttribute('tabindex')
      if (next) next.tabIndex = 0
      cell = next
      scroller.tabIndex = next ? -1 : 0
    }
    const focused = document.activeElement
    if (inside && (focused === document.body || scroller.contains(focused)))
      (next ?? scroller).focus({ preventScroll: true })
    grip()
  }

  /** What is selected of this page. */
  const range = () => state?.selection && shared(rangeOf(state.selection), grid.extent())

  /** The handle is at the last corner of what is selected, for fingers only. */
  function grip() {
    const [found, kind] = [touched && range(), state?.selection?.kind]
    const seen = grid.corner()
    const end =
      found && grid.cell(kind === 'columns' ? seen.row : found.bottom, kind === 'rows' ? seen.column : found.right)
    if (!end) return handle.remove()
    if (!handle.isConnected) scroller.append(handle)
    const right = Math.min(end.offsetLeft + end.offsetWidth, scroller.scrollLeft + scroller.clientWidth - GRIP)
    handle.style.translate = `${right}px ${end.offsetTop + end.offsetHeight}px`
  }

  handle.addEventListener('pointerdown', event => {
    const found = range()
    if (!found || !state?.selection) return
    const { top, left, bottom, right } = found
    held = event
    onSelect(select({ row: top, column: left }, { row: bottom, column: right }, state.selection.kind))
  })

  document.addEventListener('focusin', ({ target }) => {
    inside = target instanceof Node && scroller.contains(target)
    if (target === scroller) cell?.focus({ preventScroll: true })
  })

  // Selecting

  const all = () => {
    const { top, bottom } = grid.extent()
    return select({ row: bottom, column: 0 }, { row: top, column: 0 }, 'rows')
  }

  /** @param {import('./grid.js').Spot} spot @param {boolean} extend */
  function take({ kind, row, column }, extend) {
    const before = state?.selection
    const place = { row, column }
    if (kind === 'page') onSelect(all())
    else if (!extend || !before) onSelect(select(place, place, kind))
    else onSelect(select(before.from, place, kind === 'cells' ? before.kind : kind))
  }

  /** @param {number} down @param {number} across @param {boolean} extend */
  function move(down, across, extend) {
    const selection = state?.selection
    const start = selection || inside ? cursor : grid.corner()
    const to = selection || inside ? moved(start, down, across, grid.extent()) : start
    const past = Math.abs(down) === 1 && to.row === start.row
    if (past && !extend && selection) return onPast(down > 0 ? 'next' : 'previous', { ...to, row: to.row + down })
    go(extend ? { ...(selection ?? select(start)), to } : select(to))
  }

  /** @param {Selection} selection of this page */
  function go(selection) {
    onSelect(selection)
    grid.reveal(selection.to.row, selection.to.column)
  }

  /** What is pressed; nothing where a link or a button takes it. @param {Event} event */
  const pressed = ({ target }) =>
    target instanceof Element && target.closest('a, button') ? null : grid.spotOf(target)

  scroller.addEventListener('pointerdown', event => {
    const spot = pressed(event)
    rested = false
    touched = event.pointerType === 'touch'
    if (!spot || event.button !== 0 || event.defaultPrevented) return
    if (touched) return rest(spot)
    take(spot, event.shiftKey)
    held = spot.kind === 'page' ? null : event
  })
  addEventListener('pointermove', event => {
    if (!held) return
    const idle = isWithin(held) // else frame after frame sees to it
    held = event.buttons === 0 ? null : event
    if (idle) drag()
  })
  /** What the cells may be seen in: not the header, not the row numbers. */
  function sight() {
    const { left, top, right, bottom } = scroller.getBoundingClientRect()
    const corner = scroller.querySelector('.corner')?.getBoundingClientRect()
    return {
      left: corner?.right ?? left,
      top: corner?.bottom ?? top,
      right: Math.min(right, left + scroller.clientWidth),
      bottom: Math.min(bottom, top + scroller.clientHeight)
    }
  }

  /** @param {{clientX: number, clientY: number}} point */
  function isWithin({ clientX, clientY }) {
    const { left, top, right, bottom } = sight()
    return clientX >= left && clientX < right && clientY >= top && clientY < bottom
  }

  /** Select as far as the mouse or the finger is; beyond the edge the table comes along. */
  function drag() {
    if (!held || !state?.selection) return
    const { clientX, clientY } = held
    const { left, top, right, bottom } = sight()
    const x = Math.max(left + 1, Math.min(right - 1, clientX))
    const y = Math.max(top + 1, Math.min(bottom - 1, clientY))
    const { from, to, kind } = state.selection
    const spot = grid.spotOf(document.elementsFromPoint(x, y).find(element => element !== handle) ?? null)
    if (spot && (spot.row !== to.row || spot.column !== to.column))
      onSelect(select(from, { row: spot.row, column: spot.column }, kind))
    if (isWithin(held)) return
    scroller.scrollBy(kind === 'rows' ? 0 : (clientX - x) / 4, kind === 'columns' ? 0 : (clientY - y) / 4)
    requestAnimationFrame(drag)
  }

  /** A finger that stays where it is selects as far as there; one that moves scrolls. @param {import('./grid.js').Spot} spot */
  function rest(spot) {
    clearTimeout(resting)
    if (spot.kind === 'columns') return
    resting = setTimeout(() => {
      rested = true
      take(spot, true)
    }, REST_MS)
  }

  for (const end of ['pointerup', 'pointercancel']) {
    addEventListener(end, () => {
      clearTimeout(resting)
      held = null
    })
  }

  scroller.addEventListener('click', event => {
    if (!(event instanceof PointerEvent) || event.pointerType !== 'touch' || rested) return
    const spot = pressed(event)
    const { from, to, kind } = state?.selection ?? {}
    if (!spot) return
    if (kind === 'cells' && spot.kind === kind && from === to && to?.row === spot.row && to.column === spot.column)
      onOpen()
    else take(spot, false)
  })
  scroller.addEventListener('dblclick', event => {
    if (grid.spotOf(event.target)?.kind === 'cells') onOpen()
  })

  // Copying

  /** What is selected of this page; no text where not all of it is here. @param {boolean} [named] with the columns' names above */
  function selected(named = false) {
    const found = range()
    if (!found || !state?.page || !state.doc) return null
    const { data, header } = state.page
    const counts = { rows: found.bottom - found.top + 1, columns: found.right - found.left + 1 }
    if (!isWhole(state.page, found)) return { ...counts, text: null }
    const rows = cellsIn(data, grid.extent().top, found)
    const names =
      named && state.doc.dialect.header && found.top > 1 ? cellsIn([header], 1, { ...found, top: 1, bottom: 1 }) : []
    return { ...counts, text: toTsv([...names, ...rows]) }
  }

  document.addEventListener('copy', event => {
    const found = selected()
    if (!found || isTyping(event.target) || !getSelection()?.isCollapsed) return
    if (found.text !== null) event.clipboardData?.setData('text/plain', found.text)
    event.preventDefault()
    onCopied(found)
  })

  const reveal = () => grid.reveal(cursor.row, cursor.column)

  return {
    go,
    selected,
    settle,
    reveal,
    place: () => cursor,
    /** @param {string} action @returns {boolean} whether it was one of these */
    act(action) {
      const extend = action.startsWith('doExtend')
      const by = MOVES[action.replace('Extend', '')]
      if (by) move(...by, extend)
      else if (action === 'doSelectAll') onSelect(all())
      else if (action === 'doSelectRow') onSelect(select(cursor, cursor, 'rows'))
      else if (action === 'doSelectColumn') onSelect(select(cursor, cursor, 'columns'))
      else return false
      return true
    },
    /** The selection goes along with the screen. */
    follow() {
      if (state?.selection) onSelect(select({ ...cursor, row: grid.corner().row }))
    },
    flash() {
      scroller.toggleAttribute('data-flash', true)
      setTimeout(() => scroller.toggleAttribute('data-flash', false), FLASH_MS)
    },
    /** @param {State} next */
    show(next) {
      const [before, selection] = [state, next.selection]
      state = next
      if (!next.page) scroller.tabIndex = 0 // there is no cell to have the focus
      if (!next.page || (selection === before?.selection && next.page === before?.page)) return
      const { top, bottom } = grid.extent()
      if (selection) {
        const { kind, to } = selection
        cursor = { row: kind === 'columns' ? cursor.row : to.row, column: kind === 'rows' ? cursor.column : to.column }
        const moved = next.page.page_no !== before?.page?.page_no || !before
        if (moved && cursor.row >= top && cursor.row <= bottom) reveal()
      }
      settle()
    }
  }
}
