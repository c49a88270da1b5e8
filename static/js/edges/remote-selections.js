/** The selections of the others, framed in their colours, and rings around the cells that they point at. */

import { PAGE_ROWS, rowOn } from '../protocol/paging.js'
import { shortName } from '../screen/sentences.js'
import { presentPerson } from '../state/browsing.js'
import { inColour, make } from './dom.js'

/**
 * @import { Area, Person } from '../protocol/frames.js'
 * @import { State } from '../state/state.js'
 */

const RING_MS = 4000
const MAX_NAMES = 12 // with more on one page, the names would hide the table
const MAX_STEPS = 400 // from column to column, to a cell that is drawn

/**
 * @typedef {(row: number, column: number) => HTMLElement | null} CellAt a cell that is drawn, its column from 1
 * @typedef {{element: HTMLElement, area: Area}} Outline
 */

/** @param {HTMLElement} scroller @param {CellAt} cellAt */
export function createRemoteSelections(scroller, cellAt) {
  const layer = make('div', 'marks')
  layer.ariaHidden = 'true'
  /** @type {(Outline & {key: string})[]} */
  let frames = []
  /** @type {Outline[]} */
  let rings = []
  /** @type {State | null} */
  let shown = null
  let due = 0

  function place() {
    due = 0
    if (!layer.isConnected && frames.length + rings.length > 0) scroller.append(layer)
    placeOutlines([...frames, ...rings], cellAt)
  }

  function placeSoon() {
    if (!due && frames.length + rings.length > 0) due = requestAnimationFrame(place)
  }

  scroller.addEventListener('scroll', placeSoon)
  new ResizeObserver(placeSoon).observe(scroller)

  return {
    /** Follow cells that were drawn elsewhere. */
    place: placeSoon,
    /** @param {State} state */
    show(state) {
      const { selections, page, people } = state
      const before = shown
      shown = state
      const old = before?.page
      if (page?.page_no !== old?.page_no || page?.version !== old?.version || page?.view !== old?.view) {
        for (const { element } of rings) element.remove()
        rings = []
      } else if (selections === before?.selections && page === old && people === before.people) return
      frames = frameSelections(layer, frames, state)
      place()
    },
    /**
     * Draw a ring around a cell of this page for some time.
     *
     * @param {number} number of the row
     * @param {number} column from 1
     * @param {Person | null} by
     */
    ring(number, column, by) {
      const row = shown?.page && rowOn(shown.page, number)
      if (!row) return
      const element = inColour(make('div', 'mark-ring'), by ?? { who: '0' })
      /** @type {Outline} */
      const ring = { element, area: [row, column, row, column] }
      rings.push(ring)
      layer.append(element)
      place()
      setTimeout(() => {
        element.remove()
        rings = rings.filter(other => other !== ring)
      }, RING_MS)
    },
    /** Whether a cell is in sight. @param {number} number of the row @param {number} column from 1 */
    sees(number, column) {
      const row = shown?.page && rowOn(shown.page, number)
      const cell = row && cellAt(row, column)
      if (!cell) return false
      const [box, sight] = [cell.getBoundingClientRect(), scroller.getBoundingClientRect()]
      return box.top >= sight.top && box.bottom <= sight.bottom && box.left < sight.right && box.right > sight.left
    }
  }
}

/**
 * Draw the frames of this page. A frame that did not change stays: its name has been seen.
 *
 * @param {HTMLElement} layer
 * @param {readonly (Outline & {key: string})[]} before
 * @param {State} state
 */
function frameSelections(layer, before, { selections, page, people, me }) {
  const old = new Map(before.map(({ key, element }) => [key, element]))
  const isOfPage = page && !page.view && selections?.version === page.version && selections.page_no === page.page_no
  const others = isOfPage ? (selections?.selections ?? []).filter(({ by }) => by.who !== me.who) : []
  const frames = others.map(({ by, area }, i) => {
    const key = [area, i < MAX_NAMES, by.who, by.name].join()
    const className = (area[0] - 1) % PAGE_ROWS < 2 ? 'mark-area below' : 'mark-area'
    const element = old.get(key) ?? layer.appendChild(make('div', className))
    if (!old.delete(key) && i < MAX_NAMES) element.append(make('bdi', 'mark-name', shortName(by.name)))
    inColour(element, presentPerson(people, by.who) ?? by).style.zIndex = String(-i) // the newest above
    return { key, element, area }
  })
  for (const element of old.values()) element.remove()
  return frames
}

/**
 * Put each outline around its cells, or hide it where they are not drawn.
 *
 * @param {Outline[]} outlines
 * @param {CellAt} cellAt
 */
function placeOutlines(outlines, cellAt) {
  const boxes = outlines.map(({ element, area }) => ({ element, box: boxOf(area, cellAt) })) // first all the reading
  for (const { element, box } of boxes) {
    element.hidden = box === null
    if (!box) continue
    element.style.transform = `translate(${box.left}px, ${box.top}px)`
    element.style.width = `${box.width}px`
    element.style.height = `${box.height}px`
  }
}

/** @param {Area} area @param {CellAt} cellAt */
function boxOf([row, column, lastRow, lastColumn], cellAt) {
  const first = nearestCell(cellAt, row, column, lastColumn)
  const last = nearestCell(cellAt, lastRow, lastColumn, column)
  if (!first || !last) return null
  const table = /** @type {HTMLElement} */ (first.offsetParent)
  const [one, other] = first.offsetLeft <= last.offsetLeft ? [first, last] : [last, first] // as I have ordered them
  const [left, top] = [one.offsetLeft, first.offsetTop]
  return {
    left: left + table.offsetLeft,
    top: top + table.offsetTop,
    width: other.offsetLeft + other.offsetWidth - left,
    height: last.offsetTop + last.offsetHeight - top
  }
}

/**
 * Find the nearest cell of a row that is drawn, from one column to another.
 *
 * @param {CellAt} cellAt
 * @param {number} row
 * @param {number} from
 * @param {number} to
 */
function nearestCell(cellAt, row, from, to) {
  const by = to < from ? -1 : 1
  for (let i = 0; i <= Math.min(Math.abs(to - from), MAX_STEPS); i++) {
    const cell = cellAt(row, from + by * i)
    if (cell) return cell
  }
  return null
}
