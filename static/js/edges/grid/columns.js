/** Columns arranged by hand: by dragging, by the menu of a column and by the palette; and the bar of a wide table. */

import { columnBeside, showAll, widthOf, withChoice } from '../../grid/layout.js'
import { phrase } from '../../text/language.js'
import { called, makeButton, optionLabel, part, show } from '../dom.js'
import { columnChoices, keepColumns } from '../storage.js'

/**
 * @import { ColumnChoice } from '../../grid/layout.js'
 * @import { State } from '../../state/state.js'
 * @import { Grid } from './grid.js'
 */

const EDGE = 6 // pixels from a column's edge that take hold of it
const MOVED = 8 // pixels that are no slip of the hand
const NARROWEST = 32 // pixels
const MENU_WIDTH = 330 // pixels
const WIDE = 4 // screens: from here on there is a bar for all columns

/**
 * @typedef {Record<string, (column: number) => void>} ColumnActions in the order of a column's menu
 * @typedef {(column: number, choice: Partial<ColumnChoice>, isFinal?: boolean) => void} Arrange arranges a column
 */

/**
 * @param {HTMLElement} scroller @param {Grid} grid @param {() => number} current the column of the focus cell
 * @param {() => boolean} areSelected whether whole columns are selected
 */
export function createColumns(scroller, grid, current, areSelected) {
  const drawBar = createColumnsBar(scroller)
  /** @type {string | null} */
  let uuid = null
  /** @type {readonly ColumnChoice[]} */
  let choices = []
  /** @type {State['page']} */
  let page = null

  /** @param {readonly ColumnChoice[]} next @param {boolean} [isFinal] whether to keep them */
  function choose(next, isFinal = true) {
    choices = next
    grid.choose(choices)
    drawBar()
    if (uuid && isFinal) keepColumns(uuid, choices)
  }

  /** @type {Arrange} */
  function set(column, choice, isFinal) {
    const name = grid.name(column)
    if (name === null) return
    choose(withChoice(choices, { name, at: column, ...choice }, grid.layout().choices.get(column)), isFinal)
  }

  /**
   * Hide some columns, or show them again.
   *
   * @param {readonly number[]} columns
   * @param {boolean} hidden
   */
  function setHidden(columns, hidden) {
    const found = grid.layout().choices
    let next = choices
    for (const at of columns) {
      const name = found.get(at)?.name ?? grid.name(at)
      if (name !== null) next = withChoice(next, { name, at, hidden: hidden || undefined }, found.get(at))
    }
    choose(next)
  }

  const actions = actionsOf(grid, set, () => choose(showAll(choices)))
  listenToDrags(grid, set, areSelected)
  grid.head.addEventListener('contextmenu', event => openMenu(grid, set, actions, page, event))
  grid.head.addEventListener('dblclick', event => {
    const edge = edgeUnder(grid, event)
    if (edge !== null) actions.doFitColumn?.(edge)
  })
  return {
    setHidden,
    /** @param {string} action @returns {boolean} whether it did something */
    act(action) {
      actions[action]?.(current())
      return action in actions
    },
    /** @param {State} state */
    show(state) {
      page = state.page
      if (state.uuid !== uuid) {
        uuid = state.uuid
        choose(uuid ? columnChoices(uuid) : [])
      }
      drawBar()
    }
  }
}

/**
 * The position of a column among those that are not pinned; less than 0 where it is pinned or hidden.
 *
 * @param {Grid} grid
 * @param {number} column
 */
function placeOf(grid, column) {
  const { positions, pinned } = grid.layout()
  return (positions[column] ?? -1) - pinned
}

/** @param {Grid} grid @param {Arrange} set @param {() => void} onShowAll @returns {ColumnActions} */
function actionsOf(grid, set, onShowAll) {
  /** @param {number} across */
  const moveBy = across => (/** @type {number} */ column) =>
    move(grid, set, column, columnBeside(grid.layout(), column, across))
  return {
    doPinColumn: column => set(column, { pinned: placeOf(grid, column) >= 0 || undefined, to: undefined }),
    doHideColumn: column => set(column, { hidden: true }),
    doFitColumn: column =>
      set(column, { width: Math.ceil(grid.layout().natural[column] ?? widthOf(grid.layout(), column)) }),
    doColumnLeft: moveBy(-1),
    doColumnRight: moveBy(1),
    doShowColumns: onShowAll
  }
}

/**
 * Put a column where another one stands.
 *
 * @param {Grid} grid
 * @param {Arrange} set
 * @param {number} column
 * @param {number} other
 */
function move(grid, set, column, other) {
  const to = placeOf(grid, other)
  if (column !== other && to >= 0) set(column, { to, pinned: undefined })
}

/** The column whose right edge is under the pointer. @param {Grid} grid @param {MouseEvent} event */
function edgeUnder(grid, { target, clientX }) {
  const spot = grid.spotOf(target)
  if (spot?.kind !== 'columns') return null
  const { left, right } = spot.element.getBoundingClientRect()
  if (right - clientX <= EDGE) return spot.column
  const before = columnBeside(grid.layout(), spot.column, -1)
  return clientX - left <= EDGE && before !== spot.column ? before : null
}

/**
 * Drag an edge to make a column wider, or a selected column to put it elsewhere.
 *
 * @param {Grid} grid @param {Arrange} set @param {() => boolean} areSelected
 */
function listenToDrags(grid, set, areSelected) {
  /**
   * A column is held by its edge, or with no width by its header.
   *
   * @type {{column: number, x: number, width: number} | null}
   */
  let held = null

  grid.head.addEventListener('pointermove', event => {
    grid.head.toggleAttribute('data-edge', edgeUnder(grid, event) !== null)
  })
  grid.head.addEventListener('pointerdown', event => {
    const edge = edgeUnder(grid, event)
    const spot = grid.spotOf(event.target)
    const wasSelected = areSelected() && spot?.kind === 'columns' && spot.element.hasAttribute('data-within')
    if (event.button !== 0 || !spot || (edge === null && !wasSelected)) return
    event.preventDefault() // nothing is selected by it
    held = { column: edge ?? spot.column, x: event.clientX, width: edge === null ? 0 : widthOf(grid.layout(), edge) }
  })
  addEventListener('pointermove', ({ clientX }) => {
    if (!held?.width) return
    set(held.column, { width: Math.max(NARROWEST, Math.round(held.width + clientX - held.x)) }, false)
  })
  addEventListener('pointerup', ({ clientX, target }) => {
    if (!held) return
    const spot = grid.spotOf(target)
    if (held.width) set(held.column, {})
    else if (spot && Math.abs(clientX - held.x) > MOVED) move(grid, set, held.column, spot.column)
    held = null
  })
}

/**
 * @param {Grid} grid @param {Arrange} set @param {ColumnActions} actions @param {State['page']} page
 * @param {MouseEvent} event
 */
function openMenu(grid, set, actions, page, event) {
  const menu = part('column-menu')
  const lens = part('column-lens', HTMLSelectElement)
  const spot = grid.spotOf(event.target)
  if (spot?.kind !== 'columns') return
  event.preventDefault()
  const { left, bottom } = spot.element.getBoundingClientRect()
  const items = Object.entries(actions).map(([id, act]) => {
    const isPinned = id === 'doPinColumn' && placeOf(grid, spot.column) < 0
    return makeButton('', isPinned ? phrase('unpinColumn') : called(id), () => {
      menu.hidePopover()
      act(spot.column)
    })
  })
  part('column-actions').replaceChildren(...items)
  lens.value = grid.layout().choices.get(spot.column)?.lens ?? ''
  lens.onchange = () => {
    menu.hidePopover()
    set(spot.column, { lens: lens.value })
  }
  const found = page?.lenses[spot.column] || page?.kinds[spot.column] || 'text'
  const [automatic] = lens.options
  if (automatic) automatic.text = `${automatic.title} (${optionLabel(lens.id, found)})`
  menu.style.left = `${Math.min(left, innerWidth - MENU_WIDTH)}px`
  menu.style.top = `${bottom}px`
  menu.showPopover()
  items[0]?.focus()
}

/** The bar that stands for all columns of a wide table. @param {HTMLElement} scroller */
function createColumnsBar(scroller) {
  const bar = part('columns-bar', HTMLInputElement)
  let due = 0

  function draw() {
    due = 0
    const { clientWidth, scrollWidth, scrollLeft } = scroller
    show(bar, scrollWidth > WIDE * clientWidth)
    bar.value = String(scrollLeft / (scrollWidth - clientWidth))
  }

  /** At most once a frame, when the browser lays the table out anyway. */
  function drawSoon() {
    if (due === 0) due = requestAnimationFrame(draw)
  }

  bar.addEventListener('input', () => {
    scroller.scrollLeft = Number(bar.value) * (scroller.scrollWidth - scroller.clientWidth)
  })
  scroller.addEventListener('scroll', drawSoon)
  addEventListener('resize', drawSoon)
  return drawSoon
}
