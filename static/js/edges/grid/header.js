/** Columns by hand: their widths and their order, the menu of one, and the bar that stands for all of a wide table. */

import { allShown, chosen } from '../../grid/layout.js'
import { phrase } from '../../text/language.js'
import { called, makeButton, part, show } from '../dom.js'
import { columnChoices, keepColumns } from '../storage.js'

const EDGE = 6 // pixels from a column's edge that take hold of it
const MOVED = 8 // pixels that are no slip of the hand
const NARROWEST = 32
const WIDE = 4 // screens: from here on a bar stands for all of them

/**
 * @typedef {import('../../grid/layout.js').Choice} Choice
 * @typedef {ReturnType<typeof import('./grid.js').createGrid>} Grid
 */

/** @param {HTMLElement} scroller @param {Grid} grid @param {() => number} current the column where the hands are @param {() => boolean} taken whether whole columns are selected */
export function createColumns(scroller, grid, current, taken) {
  const menu = part('column-menu')
  const bar = part('columns-bar', HTMLInputElement)
  /** @type {string | null} */
  let uuid = null
  /** @type {readonly Choice[]} */
  let choices = []
  /** What is held: an edge to make a column wider, or a column to put it elsewhere. @type {{column: number, x: number, width: number} | null} */
  let held = null
  let due = 0

  /** @param {readonly Choice[]} next */
  function choose(next) {
    choices = next
    grid.choose(choices)
    drawBarSoon()
    if (uuid && !held) keepColumns(uuid, choices)
  }

  /** @param {number} column @param {Partial<Choice>} choice */
  function set(column, choice) {
    const name = grid.name(column)
    if (name !== null) choose(chosen(choices, { name, at: column, ...choice }, grid.choiceOf(column)))
  }

  /** Put a column where another one stands. @param {number} column @param {number} other */
  function move(column, other) {
    const to = grid.placeOf(other)
    if (column !== other && to >= 0) set(column, { to, pinned: undefined })
  }

  /** What can be done with a column. @type {Record<string, (column: number) => void>} */
  const acts = {
    doPinColumn: column => set(column, { pinned: grid.placeOf(column) >= 0 || undefined, to: undefined }),
    doHideColumn: column => set(column, { hidden: true }),
    doFitColumn: column => set(column, { width: Math.ceil(grid.wish(column)) }),
    doColumnLeft: column => move(column, grid.beside(column, -1)),
    doColumnRight: column => move(column, grid.beside(column, 1)),
    doShowColumns: () => choose(allShown(choices)),
  }

  /** The column whose right edge is under the pointer. @param {MouseEvent} event */
  function edgeUnder({ target, clientX }) {
    const spot = grid.spotOf(target)
    if (spot?.kind !== 'columns') return null
    const { left, right } = spot.element.getBoundingClientRect()
    if (right - clientX <= EDGE) return spot.column
    const before = grid.beside(spot.column, -1)
    return clientX - left <= EDGE && before !== spot.column ? before : null
  }

  grid.head.addEventListener('pointermove', event => grid.head.toggleAttribute('data-edge', edgeUnder(event) !== null))
  grid.head.addEventListener('pointerdown', event => {
    const edge = edgeUnder(event)
    const spot = grid.spotOf(event.target)
    const moves = taken() && spot?.kind === 'columns' && spot.element.hasAttribute('data-within') // it was selected before
    if (event.button !== 0 || !spot || (edge === null && !moves)) return
    event.preventDefault() // nothing is selected by it
    held = { column: edge ?? spot.column, x: event.clientX, width: edge === null ? 0 : grid.widthOf(edge) }
  })
  addEventListener('pointermove', ({ clientX }) => {
    if (held?.width) set(held.column, { width: Math.max(NARROWEST, Math.round(held.width + clientX - held.x)) })
  })
  addEventListener('pointerup', ({ clientX, target }) => {
    if (!held) return
    const { column, x, width } = held
    const spot = grid.spotOf(target)
    held = null
    if (width) choose(choices)
    else if (spot && Math.abs(clientX - x) > MOVED) move(column, spot.column)
  })
  grid.head.addEventListener('dblclick', event => {
    const edge = edgeUnder(event)
    if (edge !== null) acts['doFitColumn']?.(edge)
  })

  grid.head.addEventListener('contextmenu', event => {
    const spot = grid.spotOf(event.target)
    if (spot?.kind !== 'columns') return
    event.preventDefault()
    const { left, bottom } = spot.element.getBoundingClientRect()
    menu.replaceChildren(...Object.entries(acts).map(([id, act]) => {
      const pinned = id === 'doPinColumn' && grid.placeOf(spot.column) < 0
      return makeButton('', pinned ? phrase('unpinColumn') : called(id), () => {
        menu.hidePopover()
        act(spot.column)
      })
    }))
    menu.style.left = `${Math.min(left, innerWidth - 240)}px`
    menu.style.top = `${bottom}px`
    menu.showPopover()
    menu.querySelector('button')?.focus()
  })

  /** Once a frame at most, when the table is laid out anyway: asking for its width in between would lay it out once more. */
  function drawBarSoon() {
    due ||= requestAnimationFrame(drawBar)
  }

  function drawBar() {
    due = 0
    const { clientWidth, scrollWidth, scrollLeft } = scroller
    show(bar, scrollWidth > WIDE * clientWidth)
    bar.value = String(scrollLeft / (scrollWidth - clientWidth))
  }

  bar.addEventListener('input', () => {
    scroller.scrollLeft = Number(bar.value) * (scroller.scrollWidth - scroller.clientWidth)
  })
  scroller.addEventListener('scroll', drawBarSoon, { passive: true })
  addEventListener('resize', drawBarSoon)

  return {
    /** @param {string} action @returns {boolean} whether it did something */
    act(action) {
      acts[action]?.(current())
      return action in acts
    },
    /** @param {import('../../state/state.js').State} state */
    show(state) {
      if (state.uuid !== uuid) {
        uuid = state.uuid
        choose(uuid ? columnChoices(uuid) : [])
      }
      drawBarSoon()
    },
  }
}
