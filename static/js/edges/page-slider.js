/** The rail: the whole table from top to bottom, my page as a window in it. */

import { phrase } from '../text/language.js'
import { pagesOf } from '../protocol/paging.js'
import { pageAt, thumbOf } from '../grid/windowing.js'
import { rowRange } from '../screen/sentences.js'
import { attribute, inColour, make, part, say, show } from './dom.js'

const DOT = 7 // pixels from one person to the next on the same page
const MOST_DOTS = 5 // on one page
const LEAST = 26 // pixels: a window that can be taken hold of
const STEPS = new Map([
  ['ArrowDown', 1],
  ['ArrowRight', 1],
  ['ArrowUp', -1],
  ['ArrowLeft', -1]
])

/** @param {(page: number) => void} onPage */
export function createRail(onPage) {
  const rail = part('rail')
  const frame = part('rail-window')
  const hint = part('rail-hint')
  let rows = 0
  let page = 1
  let room = 0 // pixels, known without asking for a layout
  /** The others, by the page that they are on. @type {Map<number, import('../protocol/frames.js').Present[]>} */
  let others = new Map()
  /** @type {import('../state/state.js').State['people'] | null} */
  let people = null
  /** @type {import('../state/state.js').State['room']} */
  let shared = null
  /** @type {number | null} the page under the pointer while it is held */
  let held = null

  function draw() {
    const pages = Math.max(1, pagesOf(rows))
    const at = held ?? page
    const { top, height } = thumbOf(Math.min(at, pages), pages, room, LEAST)
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

  function drawPeople() {
    const pages = Math.max(1, pagesOf(rows))
    const dots = [...others].flatMap(([page, people]) => {
      const { top, height } = thumbOf(Math.min(page, pages), pages, room, LEAST)
      return people.slice(0, MOST_DOTS).map((person, i) => {
        const dot = inColour(make('i'), person)
        dot.style.transform = `translateY(${top + height / 2 + DOT * (i - (Math.min(people.length, MOST_DOTS) - 1) / 2)}px)`
        return dot
      })
    })
    part('rail-people').replaceChildren(...dots)
  }

  /** @param {PointerEvent} event */
  function pageUnder({ clientY }) {
    return pageAt(clientY - rail.getBoundingClientRect().top - 4, pagesOf(rows), room, LEAST)
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
    drawPeople()
  }).observe(rail)

  return {
    /** @param {import('../state/state.js').State} state */
    show(state) {
      const stays = state.people === people && state.room === shared && rows === (state.doc?.rows ?? 0)
      people = state.people
      shared = state.room
      rows = state.doc?.rows ?? 0
      page = state.wanted ?? state.page?.page_no ?? 1
      draw()
      if (stays) return
      others = new Map()
      for (const person of people.people) {
        const at = person.page_no ?? shared?.page_no ?? 1
        if (person.who !== state.me.who) others.set(at, [...(others.get(at) ?? []), person])
      }
      drawPeople()
    }
  }
}
