/**
 * The mouse and fingers on the grid: a press selects, a drag extends the selection, a finger scrolls and taps.
 *
 * @typedef {object} PointerOptions
 * @property {HTMLElement} scroller
 * @property {Grid} grid
 * @property {() => Selection | null | undefined} selection
 * @property {(selection: Selection | null) => void} onSelect
 * @property {(stays?: boolean) => void} onOpen the row of the selected cell is to be shown whole; `stays` where it is
 * @property {(x: number, y: number) => void} onMenu open the menu of what is selected
 * @property {(column: number) => void} onColumnMenu
 */

import { isSameCell, press, rangeOn, select } from '../../grid/selection.js'
import { make } from '../dom.js'

/**
 * @import { Selection } from '../../grid/selection.js'
 * @import { Grid } from './grid.js'
 * @import { Spot } from './table.js'
 */

const REST_MS = 500 // of a finger: longer than a tap takes
const GRIP = 14 // pixels of the handle that stay in sight
const PULL = 4 // pixels beyond the edge for each pixel that the table scrolls in a frame

/** The spot of an event; null where a link or a button takes it. @param {Grid} grid @param {Event} event */
const spotAt = (grid, { target }) =>
  target instanceof Element && target.closest('a, button') ? null : grid.spotOf(target)

/** @param {PointerOptions} options @returns {() => void} draws the handle */
export function createPointer(options) {
  const { scroller, grid, selection, onSelect, onOpen, onMenu, onColumnMenu } = options
  const handle = make('i', 'handle')
  const hold = listenToDrags(options, handle)
  listenToHandle(options, handle, hold)
  const isMac = navigator.platform.startsWith('Mac')
  let isTouch = false
  let timer = 0
  let hasRested = false // so long that letting go is no tap

  /** @param {Spot} spot @param {{extend?: boolean, add?: boolean}} [keys] */
  const take = (spot, keys = {}) => onSelect(press(selection(), spot, keys, grid.extent()))

  /** Open the menu of what is selected, or else of a spot. @param {Spot} spot @param {MouseEvent} event */
  function openMenu(spot, { clientX, clientY }) {
    if (spot.kind === 'columns') return onColumnMenu(spot.column)
    const isSelected = spot.element.matches('[aria-selected], [data-within]')
    if (spot.kind === 'page' || !isSelected) take(spot)
    onMenu(clientX, clientY)
  }

  /**
   * A finger that stays where it is opens the menu; one that moves scrolls.
   *
   * @param {Spot} spot
   * @param {PointerEvent} event
   */
  function rest(spot, event) {
    hasRested = true
    openMenu(spot, event)
  }

  scroller.addEventListener('pointerdown', event => {
    const spot = spotAt(grid, event)
    hasRested = false
    isTouch = event.pointerType === 'touch'
    if (!spot || event.button !== 0 || event.defaultPrevented) return
    if (isMac && event.ctrlKey) return // it opens the menu there
    if (!isTouch) {
      take(spot, { extend: event.shiftKey, add: event.ctrlKey || event.metaKey })
      const isAdded = isSameCell(selection()?.to, spot) // a press with Ctrl may have taken it away
      hold(spot.kind === 'page' || !isAdded ? null : event)
      return
    }
    clearTimeout(timer)
    timer = setTimeout(rest, REST_MS, spot, event) // some browsers tell of no menu that a finger asks for
  })
  for (const end of ['pointerup', 'pointercancel']) addEventListener(end, () => clearTimeout(timer))
  scroller.addEventListener('touchend', event => {
    if (hasRested && event.cancelable) event.preventDefault() // no mouse follows, which would take the focus from the menu
  })
  scroller.addEventListener('click', event => {
    if (!(event instanceof PointerEvent) || event.pointerType !== 'touch' || hasRested) return
    const spot = spotAt(grid, event)
    const { from, to, kind } = selection() ?? {}
    if (!spot) return
    const isSelected = kind === 'cells' && from === to && to?.row === spot.row && to.column === spot.column
    if (isSelected && spot.kind === kind) onOpen()
    else take(spot)
  })
  scroller.addEventListener('contextmenu', event => {
    const spot = spotAt(grid, event)
    if (!spot || event.shiftKey || event.defaultPrevented) return
    event.preventDefault()
    clearTimeout(timer)
    if (!hasRested) openMenu(spot, event)
    hasRested = isTouch
  })
  listenToRests(options, take)
  scroller.addEventListener('dblclick', event => {
    if (grid.spotOf(event.target)?.kind === 'cells') onOpen()
  })
  return () => drawHandle(options, handle, isTouch)
}

/**
 * Open the record where the rest of a cut cell is asked for.
 *
 * @param {PointerOptions} options
 * @param {(spot: Spot) => void} take
 */
function listenToRests({ scroller, grid, onOpen }, take) {
  scroller.addEventListener('click', ({ target }) => {
    const spot = target instanceof Element && target.matches('.rest') && grid.spotOf(target)
    if (!spot) return
    take(spot)
    onOpen(true)
  })
}

/**
 * Extend the selection by its handle.
 *
 * @param {PointerOptions} options
 * @param {HTMLElement} handle
 * @param {(event: PointerEvent) => void} hold
 */
function listenToHandle({ grid, selection, onSelect }, handle, hold) {
  handle.addEventListener('pointerdown', event => {
    const { of } = grid.order()
    const [before, range] = [selection(), rangeOn(selection(), grid.extent(), grid.order())]
    if (!before || !range) return
    const { top, left, bottom, right } = range
    hold(event)
    onSelect(select({ row: top, column: of(left) }, { row: bottom, column: of(right) }, before.kind))
  })
}

/**
 * Draw the handle at the last corner of the selection, for fingers only.
 *
 * @param {PointerOptions} options
 * @param {HTMLElement} handle
 * @param {boolean} isTouch
 */
function drawHandle({ scroller, grid, selection }, handle, isTouch) {
  const range = isTouch && rangeOn(selection(), grid.extent(), grid.order())
  const kind = selection()?.kind
  const { row, column } = (range && grid.corner()) || {} // only now: it has the table laid out
  const last = range && (kind === 'rows' ? column : grid.order().of(range.right))
  const end = range && grid.cell(kind === 'columns' ? (row ?? 1) : range.bottom, last || 0)
  if (!end) return handle.remove()
  if (!handle.isConnected) scroller.append(handle)
  const right = Math.min(end.offsetLeft + end.offsetWidth, scroller.scrollLeft + scroller.clientWidth - GRIP)
  handle.style.translate = `${right}px ${end.offsetTop + end.offsetHeight}px`
}

/**
 * Extend the selection by a mouse that is held, or by a finger on the handle.
 *
 * @param {PointerOptions} options
 * @param {HTMLElement} handle
 */
function listenToDrags({ scroller, grid, selection, onSelect }, handle) {
  /** @type {PointerEvent | null} the last move */
  let held = null
  let due = 0 // the frame in which the table scrolls on

  /** The part of the screen where cells are in sight, without the header and the row numbers. */
  function cellsInSight() {
    const { left, top, right, bottom } = scroller.getBoundingClientRect()
    const corner = scroller.querySelector('.corner')?.getBoundingClientRect()
    return {
      left: corner?.right ?? left,
      top: corner?.bottom ?? top,
      right: Math.min(right, left + scroller.clientWidth),
      bottom: Math.min(bottom, top + scroller.clientHeight)
    }
  }

  /** Select as far as the pointer is; beyond the edge the table scrolls. */
  function drag() {
    const before = selection()
    due = 0
    if (!held || !before) return
    const { clientX, clientY } = held
    const { left, top, right, bottom } = cellsInSight()
    const x = Math.max(left + 1, Math.min(right - 1, clientX))
    const y = Math.max(top + 1, Math.min(bottom - 1, clientY))
    const { to, kind } = before
    const spot = grid.spotOf(document.elementsFromPoint(x, y).find(element => element !== handle) ?? null)
    if (spot && !isSameCell(spot, to)) onSelect({ ...before, to: { row: spot.row, column: spot.column } })
    const [across, down] = [kind === 'rows' ? 0 : clientX - x, kind === 'columns' ? 0 : clientY - y]
    if (!across && !down) return
    scroller.scrollBy(across / PULL, down / PULL)
    due = requestAnimationFrame(drag)
  }

  addEventListener('pointermove', event => {
    if (!held) return
    held = event.buttons === 0 ? null : event
    if (!due) drag()
  })
  for (const end of ['pointerup', 'pointercancel']) addEventListener(end, () => (held = null))
  return (/** @type {PointerEvent | null} */ event) => (held = event)
}
