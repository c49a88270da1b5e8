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
const BUTTON = 12 // pixels: beside the name of the focus cell
const HOVERED = 26 // over the name under the pointer
const SORT_BUTTON = 24 // pixels
const NARROW = 11 // pixels of the same button in the padding of a name
const SHORT = 110 // pixels of a column whose name no button may cover
const EDGE = 6 // pixels that take hold of a column's edge
const NEAR = 40 // pixels from the side of the table where a drag scrolls it
const PULL = 12 // pixels that it scrolls in a frame
const MAX_NAME = 60 // characters

/**
 * @typedef {object} HandleParts
 * @property {() => number} current the column of the focus cell
 * @property {(column: number) => boolean} isSelected whether the whole column is selected
 * @property {(ordering: 'next', isMore: boolean, column: number) => void} onSort
 * @property {(column: number) => void} onFilter
 * @property {(column: number) => void} onPick this column alone is to be selected
 */

/** @param {HTMLElement} scroller @param {Grid} grid @param {Columns} columns @param {HandleParts} handlers */
export function createHandles(scroller, grid, columns, handlers) {
  listenToEdges(grid, columns)
  listenToDrags(scroller, grid, columns, handlers.isSelected, handlers.onPick)
  return { place: createNameButtons(scroller, grid, columns, handlers) }
}

/** The element of a column's name, where it is drawn. @param {Grid} grid @param {number} column */
const nameOf = (grid, column) =>
  [...grid.head.querySelectorAll('th')].find(name => {
    const spot = grid.spotOf(name)
    return spot?.kind === 'columns' && spot.column === column
  })

/**
 * The buttons that filter a column, sort by it and open its menu. They stand on the name under the pointer, else on that
 * of the focus cell.
 *
 * @param {HTMLElement} scroller
 * @param {Grid} grid
 * @param {Columns} columns
 * @param {HandleParts} handlers
 * @returns {() => void} puts them in place
 */
function createNameButtons(scroller, grid, columns, { current, onSort, onFilter }) {
  const button = part('column-button')
  const sortButton = part('sort-button')
  const filterButton = part('filter-button')
  const buttons = [button, sortButton, filterButton]
  const isOwn = (/** @type {unknown} */ target) => target instanceof Node && buttons.some(one => one.contains(target))
  /** @type {number | null} */
  let hovered = null
  let column = 0
  let due = 0

  function place() {
    due = 0
    const isIn = scroller.contains(document.activeElement) || isOwn(document.activeElement)
    const next = hovered ?? (isIn ? current() : null)
    const name = next === null ? undefined : nameOf(grid, next)
    const box = name?.getBoundingClientRect()
    const sight = scroller.getBoundingClientRect()
    const right = box ? Math.min(box.right, sight.left + scroller.clientWidth) : 0
    column = next ?? column
    const left = box ? Math.max(box.left, leftOf(grid, column, sight.left)) : 0
    const { menu, sort, filter, isNarrow, isWide } = buttonsOn({ left, right }, textOf(name), hovered !== null)
    const isSeen = box && menu > left
    show(button, Boolean(isSeen))
    show(sortButton, Boolean(isSeen && hovered !== null && sort))
    show(filterButton, Boolean(isSeen && hovered !== null && filter))
    if (!isSeen || !name) return
    const places = [menu, sort, filter]
    for (const [i, one] of buttons.entries()) {
      one.style.translate = `${(places[i] ?? 0) - sight.left}px ${box.top - sight.top}px`
      one.style.height = `${box.height - 1}px`
      one.style.setProperty('--name', getComputedStyle(name).backgroundColor)
    }
    button.toggleAttribute('data-hovered', isWide)
    sortButton.toggleAttribute('data-narrow', isNarrow)
    const title = clip(visible(grid.name(column) ?? ''), MAX_NAME)
    attribute(button, 'aria-label', phrase('menuOf', { name: title }))
    attribute(sortButton, 'aria-label', phrase('sortButton', { name: title }))
    attribute(filterButton, 'aria-label', phrase('filterOf', { name: title }))
  }

  function placeSoon() {
    if (due === 0) due = requestAnimationFrame(place)
  }

  /** @param {PointerEvent} event */
  function hover({ target, pointerType }) {
    if (pointerType === 'touch' || isOwn(target)) return
    const spot = grid.spotOf(target)
    const next = spot?.kind === 'columns' ? spot.column : null
    if (next !== hovered) placeSoon()
    hovered = next
  }

  button.onclick = () => columns.open(column)
  filterButton.onclick = () => onFilter(column)
  sortButton.onclick = ({ shiftKey }) => onSort('next', shiftKey, column)
  part('viewer').addEventListener('pointerover', hover)
  part('viewer').addEventListener('pointerleave', hover)
  for (const kind of ['focusin', 'focusout']) part('viewer').addEventListener(kind, placeSoon)
  scroller.addEventListener('scroll', placeSoon)
  return placeSoon
}

/** The ends of what stands in a name. @param {HTMLElement | undefined} name */
function textOf(name) {
  const range = document.createRange()
  if (name) range.selectNodeContents(name)
  return range.getBoundingClientRect()
}

/**
 * Where the buttons stand on a name; 0 where there is no room. They cover the end of a long name: its middle is left to be
 * pressed. On a short one they stand beside the text, if need be in its padding.
 *
 * @param {{left: number, right: number}} name
 * @param {{left: number, right: number}} text
 * @param {boolean} isHovered
 */
function buttonsOn({ left, right }, text, isHovered) {
  const isShort = right - left < SHORT
  const isWide = isHovered && (!isShort || right - text.right >= HOVERED)
  const menu = right - (isWide ? HOVERED : BUTTON)
  const [sort, filter] = [menu - SORT_BUTTON, menu - 2 * SORT_BUTTON]
  const middle = (left + right) / 2
  const end = isShort ? Math.max(text.right, middle + 2) : middle + 2
  if (sort >= end) return { menu, sort, filter: filter >= end ? filter : 0, isNarrow: false, isWide }
  const before = left + EDGE
  const room = Math.min(text.left, middle - 2) - before
  const isNarrow = room < SORT_BUTTON
  const at = isNarrow ? Math.max(left, Math.min(before, text.left - NARROW)) : before
  return { menu, sort: at, filter: room < 2 * SORT_BUTTON ? 0 : before + SORT_BUTTON, isNarrow, isWide }
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
  /** @type {{column: number, x: number, width: number, next: number | null} | null} */
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
    held = { column, x: event.clientX, width: widthOf(grid.layout(), column), next: null }
  })
  addEventListener('pointermove', ({ clientX }) => {
    if (!held) return
    held.next = Math.max(NARROWEST, Math.round(held.width + clientX - held.x))
    columns.set(held.column, { width: held.next }, false)
    mark(held.column)
  })
  for (const end of ['pointerup', 'pointercancel']) {
    addEventListener(end, () => {
      if (held?.next) columns.set(held.column, { width: held.next })
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
