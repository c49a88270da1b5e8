/** The handles of a header: the button of a column's menu, its edge to drag, and its name to put elsewhere. */

import { widthOf } from '../../grid/layout.js'
import { clip, visible } from '../../text/format.js'
import { phrase } from '../../text/language.js'
import { attribute, make, part, show } from '../dom.js'
import { edgeUnder } from './columns.js'

/**
 * @import { Columns } from './columns.js'
 * @import { Grid } from './grid.js'
 */

const MOVED = 8 // pixels that are no slip of the hand
const NARROWEST = 32 // pixels
const BUTTON = 26 // pixels
const NEAR = 40 // pixels from the side of the table where a drag scrolls it
const PULL = 12 // pixels that it scrolls in a frame
const MAX_NAME = 60 // characters

/**
 * @typedef {object} HandleParts
 * @property {() => number} current the column of the focus cell
 * @property {(column: number) => boolean} isSelected whether the whole column is selected
 * @property {(column: number) => void} onPick this column alone is to be selected
 */

/** @param {HTMLElement} scroller @param {Grid} grid @param {Columns} columns @param {HandleParts} parts */
export function createHandles(scroller, grid, columns, { current, isSelected, onPick }) {
  listenToEdges(grid, columns)
  listenToDrags(scroller, grid, columns, isSelected, onPick)
  return { place: createMenuButton(scroller, grid, columns, current) }
}

/** The element of a column's name, where it is drawn. @param {Grid} grid @param {number} column */
const nameOf = (grid, column) =>
  [...grid.head.querySelectorAll('th')].find(name => {
    const spot = grid.spotOf(name)
    return spot?.kind === 'columns' && spot.column === column
  })

/**
 * The button that opens a column's menu. It stands on the name under the pointer, else on that of the focus cell.
 *
 * @param {HTMLElement} scroller
 * @param {Grid} grid
 * @param {Columns} columns
 * @param {() => number} current
 * @returns {() => void} puts it in place
 */
function createMenuButton(scroller, grid, columns, current) {
  const button = part('column-button')
  /** @type {number | null} */
  let hovered = null
  let column = 0
  let due = 0

  function place() {
    due = 0
    const isIn = scroller.contains(document.activeElement) || document.activeElement === button
    const next = hovered ?? (isIn ? current() : null)
    const box = next !== null && nameOf(grid, next)?.getBoundingClientRect()
    const sight = scroller.getBoundingClientRect()
    const right = box ? Math.min(box.right, sight.left + scroller.clientWidth) : 0
    const isSeen = box && right - BUTTON > Math.max(box.left, leftOf(grid, next, sight.left))
    show(button, Boolean(isSeen))
    if (!isSeen) return
    column = next
    button.style.translate = `${right - BUTTON - sight.left}px ${box.top - sight.top}px`
    button.style.height = `${box.height - 1}px`
    attribute(button, 'aria-label', phrase('menuOf', { name: clip(visible(grid.name(column) ?? ''), MAX_NAME) }))
  }

  function placeSoon() {
    if (due === 0) due = requestAnimationFrame(place)
  }

  /** @param {PointerEvent} event */
  function hover({ target, pointerType }) {
    if (pointerType === 'touch' || (target instanceof Node && button.contains(target))) return
    const spot = grid.spotOf(target)
    const next = spot?.kind === 'columns' ? spot.column : null
    if (next !== hovered) placeSoon()
    hovered = next
  }

  button.onclick = () => columns.open(column)
  part('viewer').addEventListener('pointerover', hover)
  part('viewer').addEventListener('pointerleave', hover)
  for (const kind of ['focusin', 'focusout']) part('viewer').addEventListener(kind, placeSoon)
  scroller.addEventListener('scroll', placeSoon)
  return placeSoon
}

/** Where cells beside the pinned ones come into sight. @param {Grid} grid @param {number} column @param {number} left */
function leftOf(grid, column, left) {
  const { positions, pinned, order } = grid.layout()
  const isPinned = (positions[column] ?? 0) < pinned
  const last = pinned > 0 && !isPinned ? nameOf(grid, order[pinned - 1] ?? 0) : grid.head.querySelector('.corner')
  return last?.getBoundingClientRect().right ?? left
}

/** An edge shows itself under the pointer, and can be dragged. @param {Grid} grid @param {Columns} columns */
function listenToEdges(grid, columns) {
  /** @type {{column: number, x: number, width: number, isMoved: boolean} | null} */
  let held = null
  /** @type {Element | undefined} */
  let shown

  /** @param {number | null} column */
  function mark(column) {
    const next = column === null ? undefined : nameOf(grid, column)
    grid.head.toggleAttribute('data-edge', column !== null)
    if (next === shown) return
    shown?.removeAttribute('data-edge')
    next?.setAttribute('data-edge', '')
    shown = next
  }

  grid.head.addEventListener('pointermove', event => held || mark(edgeUnder(grid, event)))
  grid.head.addEventListener('pointerleave', () => held || mark(null))
  grid.head.addEventListener('pointerdown', event => {
    const column = edgeUnder(grid, event)
    if (event.button !== 0 || column === null) return
    event.preventDefault() // nothing is selected by it
    held = { column, x: event.clientX, width: widthOf(grid.layout(), column), isMoved: false }
  })
  addEventListener('pointermove', ({ clientX }) => {
    if (!held) return
    const width = Math.max(NARROWEST, Math.round(held.width + clientX - held.x))
    columns.set(held.column, { width }, false)
    held.isMoved = true
    mark(held.column)
  })
  for (const end of ['pointerup', 'pointercancel']) {
    addEventListener(end, () => {
      if (held?.isMoved) columns.set(held.column, {})
      held = null
    })
  }
}

/**
 * Drag a selected column elsewhere: its name goes with the pointer, and a line shows where it would stand.
 *
 * @param {HTMLElement} scroller @param {Grid} grid @param {Columns} columns
 * @param {HandleParts['isSelected']} isSelected @param {HandleParts['onPick']} onPick
 */
function listenToDrags(scroller, grid, columns, isSelected, onPick) {
  /** @type {{column: number, x: number, event: PointerEvent, position: number | null} | null} */
  let held = null
  let due = 0 // the frame in which the table scrolls on
  const ghost = make('div', 'column-ghost')
  const line = make('i', 'drop-line')
  ghost.ariaHidden = line.ariaHidden = 'true'

  function end() {
    held = null
    ghost.remove()
    line.remove()
    part('viewer').toggleAttribute('data-moving', false)
  }

  /** Follow the pointer. Near a side of the table, it scrolls on. */
  function drag() {
    if (!held || !ghost.isConnected) return
    const { clientX, clientY } = held.event
    const { left, right } = scroller.getBoundingClientRect()
    const by = clientX < left + NEAR ? -PULL : clientX > right - NEAR ? PULL : 0
    scroller.scrollLeft += by
    ghost.style.translate = `${clientX + 12}px ${clientY + 12}px`
    const place = gapUnder(scroller, grid, clientX, held.column)
    held.position = place?.position ?? null
    show(line, place !== null)
    if (place) line.style.translate = `${place.x - left - 1}px`
    cancelAnimationFrame(due) // each move of the pointer comes here, too
    if (by) due = requestAnimationFrame(drag)
  }

  grid.head.addEventListener('pointerdown', event => {
    const spot = grid.spotOf(event.target)
    if (event.defaultPrevented || event.button !== 0 || event.pointerType === 'touch') return
    if (spot?.kind !== 'columns' || event.shiftKey || event.ctrlKey || event.metaKey || !isSelected(spot.column)) return
    event.preventDefault() // it stays selected
    held = { column: spot.column, x: event.clientX, event, position: null }
  })
  addEventListener('pointermove', event => {
    if (!held) return
    held.event = event
    if (!ghost.isConnected) {
      if (Math.abs(event.clientX - held.x) <= MOVED) return
      ghost.textContent = clip(visible(grid.name(held.column) ?? ''), MAX_NAME)
      part('viewer').append(ghost, line)
      part('viewer').toggleAttribute('data-moving', true)
    }
    drag()
  })
  addEventListener('pointerup', () => {
    if (!held) return
    const { column, position } = held
    if (!ghost.isConnected) onPick(column)
    end()
    if (position !== null) columns.moveTo(column, position)
  })
  addEventListener('pointercancel', end)
  addEventListener(
    'keydown',
    event => {
      if (event.key !== 'Escape' || !held) return
      event.stopImmediatePropagation()
      end()
    },
    true
  )
}

/**
 * The gap between two columns that is nearest to a pointer; null where the column would stay where it is.
 *
 * @param {HTMLElement} scroller
 * @param {Grid} grid
 * @param {number} x
 * @param {number} column that is dragged
 */
function gapUnder(scroller, grid, x, column) {
  const { positions, pinned } = grid.layout()
  const { top, left, right } = scroller.getBoundingClientRect()
  const at = Math.max(left + 1, Math.min(right - 2, x))
  const spot = document
    .elementsFromPoint(at, top + 8)
    .map(element => grid.spotOf(element))
    .find(Boolean)
  if (spot?.kind !== 'columns') return null
  const box = spot.element.getBoundingClientRect()
  const [from, to] = [positions[column] ?? -1, positions[spot.column] ?? 0]
  const isNeighbour = Math.abs(to - from) === 1 // the two change places
  const isAfter = isNeighbour ? to > from : at > (box.left + box.right) / 2
  const position = to + (isAfter ? 1 : 0)
  if (position < pinned || position === from || position === from + 1) return null
  return { position, x: isAfter ? box.right : box.left }
}
