/** The rail: the whole table from top to bottom, my page as a window in it. */

import { phrase } from '../language.js'
import { pagesOf } from '../pager.js'
import { railPage, railWindow } from '../viewport.js'
import { rowRange } from '../words.js'
import { attribute, part, say, show } from './dom.js'

const LEAST = 26 // pixels: a window that can be taken hold of
const STEPS = new Map([['ArrowDown', 1], ['ArrowRight', 1], ['ArrowUp', -1], ['ArrowLeft', -1]])

/** @param {(page: number) => void} onPage */
export function createRail(onPage) {
  const rail = part('rail', HTMLElement)
  const frame = part('rail-window', HTMLElement)
  const hint = part('rail-hint', HTMLElement)
  let rows = 0
  let page = 1
  let room = 0 // pixels, known without asking for a layout
  /** @type {number | null} the page under the pointer while it is held */
  let held = null

  function draw() {
    const pages = Math.max(1, pagesOf(rows))
    const at = held ?? page
    const { top, height } = railWindow(Math.min(at, pages), pages, room, LEAST)
    frame.style.transform = `translateY(${4 + top}px)`
    frame.style.height = `${height}px`
    rail.toggleAttribute('data-single', pages === 1)
    rail.toggleAttribute('data-dragging', held !== null)
    attribute(rail, 'aria-valuemax', String(pages))
    attribute(rail, 'aria-valuenow', String(at))
    attribute(rail, 'aria-valuetext', phrase('pageOf', { n: at, pages }))
    show(hint, held !== null)
    if (held === null) return
    say(hint, `${phrase('page', { n: held })} · ${rowRange(held, rows)}`)
    hint.style.top = `${Math.max(16, 4 + top + height / 2)}px`
  }

  /** @param {PointerEvent} event */
  function pageUnder({ clientY }) {
    return railPage(clientY - rail.getBoundingClientRect().top - 4, pagesOf(rows), room, LEAST)
  }

  /** @param {number | null} next */
  function hold(next) {
    held = next
    draw()
  }

  rail.addEventListener('pointerdown', event => {
    if (event.button !== 0 || pagesOf(rows) < 2) return
    rail.setPointerCapture(event.pointerId)
    hold(pageUnder(event))
  })
  rail.addEventListener('pointermove', event => {
    if (held !== null) hold(pageUnder(event))
  })
  rail.addEventListener('pointerup', () => {
    const chosen = held
    hold(null)
    if (chosen !== null && chosen !== page) onPage(chosen) // everyone moves, so only once it is let go
  })
  rail.addEventListener('pointercancel', () => hold(null))
  rail.addEventListener('keydown', event => {
    const step = STEPS.get(event.key)
    const target = event.key === 'Home' ? 1 : event.key === 'End' ? pagesOf(rows) : step ? page + step : 0
    if (event.ctrlKey || event.altKey || event.metaKey || !target) return
    event.preventDefault()
    if (target >= 1 && target <= pagesOf(rows)) onPage(target)
  })
  new ResizeObserver(() => {
    room = rail.clientHeight - 8
    draw()
  }).observe(rail)

  return {
    /** @param {import('../state.js').State} state */
    show(state) {
      rows = state.doc?.rows ?? 0
      page = state.wanted ?? state.page?.page_no ?? 1
      draw()
    },
  }
}
