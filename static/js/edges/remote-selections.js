/** What others point at: the cells that they have selected, framed in their colours, and rings where all are to look. */

import { pageOf, PAGE_ROWS } from '../protocol/paging.js'
import { named } from '../screen/sentences.js'
import { inColour, make } from './dom.js'

const RING_MS = 4000
const NAMES = 12 // with more on one page the names would hide the table

/**
 * @typedef {import('../state/state.js').State} State
 * @typedef {import('../protocol/frames.js').Area} Area
 * @typedef {import('../protocol/frames.js').Person} Person
 */

/** @param {HTMLElement} scroller @param {(row: number, column: number) => HTMLElement | null} cellAt a cell that is drawn */
export function createMarks(scroller, cellAt) {
  const layer = make('div', 'marks')
  layer.ariaHidden = 'true'
  /** @type {{key: string, element: HTMLElement, area: Area}[]} */
  let frames = []
  /** @type {{element: HTMLElement, area: Area}[]} */
  let rings = []
  /** @type {State | null} */
  let shown = null
  let due = 0

  /** Put each where its cells are; those of columns that are not drawn are out of sight. */
  function place() {
    due = 0
    if (!layer.isConnected && frames.length + rings.length > 0) scroller.append(layer)
    const spans = [...frames, ...rings].map(({ element, area }) => ({ element, box: boxOf(area) }))
    for (const { element, box } of spans) {
      element.hidden = box === null
      if (!box) continue
      element.style.transform = `translate(${box.left}px, ${box.top}px)`
      element.style.width = `${box.width}px`
      element.style.height = `${box.height}px`
    }
  }

  /** @param {Area} area */
  function boxOf([row, column, lastRow, lastColumn]) {
    const [first, last] = [corner(row, column, lastColumn, 1), corner(lastRow, lastColumn, column, -1)]
    if (!first || !last) return null
    const table = /** @type {HTMLElement} */ (first.offsetParent)
    const [left, top] = [first.offsetLeft + table.offsetLeft, first.offsetTop + table.offsetTop]
    const [right, bottom] = [
      last.offsetLeft + table.offsetLeft + last.offsetWidth,
      last.offsetTop + table.offsetTop + last.offsetHeight
    ]
    return { left, top, width: right - left, height: bottom - top }
  }

  /** The nearest cell of a row that is drawn, from one column towards another. @param {number} row @param {number} from @param {number} to @param {1 | -1} by */
  function corner(row, from, to, by) {
    const most = Math.abs(to - from)
    for (let i = 0; i <= Math.min(most, 400); i++) {
      const cell = cellAt(row, from + by * i)
      if (cell) return cell
    }
    return null
  }

  /** What is framed as it was stays: its name has been seen. @param {State} state */
  function frame({ selections, page, people, me }) {
    const old = new Map(frames.map(one => [one.key, one.element]))
    const on = page && selections?.version === page.version && selections.page_no === page.page_no
    const others = on ? (selections?.selections ?? []).filter(({ by }) => by.who !== me.who) : []
    frames = others.map(({ by, area }, i) => {
      const key = [area, i < NAMES, by.who, by.name].join()
      const element =
        old.get(key) ?? layer.appendChild(make('div', (area[0] - 1) % PAGE_ROWS < 2 ? 'mark-area below' : 'mark-area'))
      if (!old.delete(key) && i < NAMES) element.append(make('bdi', 'mark-name', named(by.name)))
      inColour(element, people.people.find(({ who }) => who === by.who) ?? by).style.zIndex = String(-i) // the newest above
      return { key, element, area }
    })
    for (const element of old.values()) element.remove()
  }

  function soon() {
    if (!due && frames.length + rings.length > 0) due = requestAnimationFrame(place)
  }

  scroller.addEventListener('scroll', soon, { passive: true })
  new ResizeObserver(soon).observe(scroller)

  return {
    /** @param {State} state */
    show(state) {
      const { selections, page, people } = state
      const before = shown
      shown = state
      if (page?.page_no !== before?.page?.page_no || page?.version !== before?.page?.version) {
        for (const { element } of rings) element.remove()
        rings = []
      } else if (selections === before?.selections && page === before.page && people === before.people) return
      frame(state)
      place()
    },
    /** A ring around a cell of this page, for a moment. @param {number} row @param {number} column from 1 @param {Person | null} by */
    ring(row, column, by) {
      if (pageOf(row) !== shown?.page?.page_no) return
      const element = inColour(make('div', 'mark-ring'), by ?? { who: '0' })
      const one = { element, area: /** @type {Area} */ ([row, column, row, column]) }
      rings.push(one)
      layer.append(element)
      place()
      setTimeout(() => {
        element.remove()
        rings = rings.filter(other => other !== one)
      }, RING_MS)
    },
    /** Whether a cell is in sight. @param {number} row @param {number} column from 1 */
    sees(row, column) {
      const cell = cellAt(row, column)
      if (!cell) return false
      const [box, sight] = [cell.getBoundingClientRect(), scroller.getBoundingClientRect()]
      return box.top >= sight.top && box.bottom <= sight.bottom && box.left < sight.right && box.right > sight.left
    }
  }
}
