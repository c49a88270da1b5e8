/** The page slider: the whole table from top to bottom, with my page as its thumb and dots for the others. */

import { pageAt, thumbOf } from '../grid/windowing.js'
import { pagesOf } from '../protocol/paging.js'
import { rowRange } from '../screen/sentences.js'
import { versionOf } from '../state/browsing.js'
import { rowsShown } from '../state/views.js'
import { phrase } from '../text/language.js'
import { attribute, inColour, make, part, say, show } from './dom.js'

/**
 * @import { Present } from '../protocol/frames.js'
 * @import { State } from '../state/state.js'
 */

const DOT = 7 // pixels between two people on the same page
const MAX_DOTS = 5 // on one page
const LEAST = 26 // pixels: a thumb that can be taken hold of

/** @param {(page: number) => void} onPage */
export function createPageSlider(onPage) {
  const slider = part('rail')
  /** @type {State | null} */
  let state = null
  let height = 0 // pixels, known without asking for a layout
  /** @type {number | null} the page under the pointer while it is held */
  let held = null

  const rows = () => (state ? rowsShown(state) : 0)
  const pages = () => pagesOf(rows())
  const page = () => state?.wanted ?? state?.page?.page_no ?? 1

  /** @param {number | null} next */
  function hold(next) {
    held = next
    drawThumb(held ?? page(), held !== null, rows(), height)
  }

  /** @param {PointerEvent} event */
  const pageUnder = ({ clientY }) => pageAt(clientY - slider.getBoundingClientRect().top - 4, pages(), height, LEAST)

  slider.onpointerdown = event => {
    if (event.button !== 0 || pages() < 2) return
    slider.setPointerCapture(event.pointerId)
    hold(pageUnder(event))
  }
  slider.onpointermove = event => {
    if (held !== null) hold(pageUnder(event))
  }
  slider.onpointerup = () => {
    const chosen = held
    hold(null)
    if (chosen !== null && chosen !== page()) onPage(chosen) // only now, because the page turns for everyone
  }
  slider.onpointercancel = () => hold(null)
  slider.onkeydown = event => {
    const [before, after] = [page() - 1, page() + 1]
    const target = { Home: 1, End: pages(), ArrowUp: before, ArrowLeft: before, ArrowDown: after, ArrowRight: after }[
      event.key
    ]
    if (event.ctrlKey || event.altKey || event.metaKey || !target) return
    event.preventDefault()
    if (target >= 1 && target <= pages()) onPage(target)
  }
  new ResizeObserver(() => {
    height = slider.clientHeight - 8
    hold(held)
    if (state) drawPeople(state, height)
  }).observe(slider)

  return {
    /** @param {State} next */
    show(next) {
      const before = state
      state = next
      hold(held)
      const { people, room, doc } = next
      const isSame = people === before?.people && room === before.room && doc === before.doc
      if (!isSame) drawPeople(next, height)
    }
  }
}

/** @param {number} at the page @param {boolean} isHeld @param {number} rows @param {number} room in pixels */
function drawThumb(at, isHeld, rows, room) {
  const slider = part('rail')
  const thumb = part('rail-window')
  const hint = part('rail-hint')
  const pages = Math.max(1, pagesOf(rows))
  const { top, height } = thumbOf(Math.min(at, pages), pages, room, LEAST)
  thumb.style.transform = `translateY(${4 + top}px)`
  thumb.style.height = `${height}px`
  slider.toggleAttribute('data-single', pages === 1)
  slider.toggleAttribute('data-dragging', isHeld)
  attribute(slider, 'aria-valuemax', String(pages))
  attribute(slider, 'aria-valuenow', String(at))
  attribute(slider, 'aria-valuetext', phrase('pageOf', { n: at, pages }))
  show(hint, isHeld)
  if (!isHeld) return
  say(hint, `${phrase('page', { n: at })} · ${rowRange(at, rows)}`)
  hint.style.top = `${Math.max(16, 4 + top + height / 2)}px`
}

/** Draw a dot for each of the others, at the page they are on. @param {State} state @param {number} room in pixels */
function drawPeople({ people: { people }, room: shared, doc, newest, me }, room) {
  const pages = Math.max(1, pagesOf(doc?.rows ?? 0))
  /** @type {Map<number, Present[]>} */
  const byPage = new Map()
  for (const person of people) {
    const at = person.page_no ?? shared?.page_no ?? 1
    const isHere = versionOf(person, newest) === doc?.version // the pages of another version are others
    if (person.who !== me.who && isHere) byPage.set(at, [...(byPage.get(at) ?? []), person])
  }
  const dots = [...byPage].flatMap(([page, those]) => {
    const { top, height } = thumbOf(Math.min(page, pages), pages, room, LEAST)
    const middle = (Math.min(those.length, MAX_DOTS) - 1) / 2
    return those.slice(0, MAX_DOTS).map((person, i) => {
      const dot = inColour(make('i'), person)
      dot.style.transform = `translateY(${top + height / 2 + DOT * (i - middle)}px)`
      return dot
    })
  })
  part('rail-people').replaceChildren(...dots)
}
