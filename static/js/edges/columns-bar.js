/** The bar of a wide table: a map of all columns, which names those under its thumb and under the pointer. */

import { knownName, pinnedWidth, positionAt, unnamed } from '../grid/layout.js'
import { clip, visible } from '../text/format.js'
import { number, phrase } from '../text/language.js'
import { attribute, make, part, say, show } from './dom.js'

/**
 * @import { Layout } from '../grid/layout.js'
 * @import { State } from '../state/state.js'
 */

const WIDE = 4 // screens: from here on there is a bar
const LEAST = 24 // pixels: a thumb that can be taken hold of
const MAX_NAME = 40 // characters
const MAX_TICKS = 400

/**
 * @param {HTMLElement} scroller
 * @param {() => Layout} layout
 * @param {(state: State) => Promise<string[]> | undefined} loadNames loads the names that are not here
 */
export function createColumnsBar(scroller, layout, loadNames) {
  const bar = part('columns-bar', HTMLInputElement)
  const names = createNames(layout, loadNames, () => hint())
  let thumb = LEAST // pixels
  let due = 0
  let pointer = /** @type {number | null} */ (null) // pixels from the bar's left, while it is over it

  const room = () => scroller.scrollWidth - scroller.clientWidth

  /** The columns in sight, for the thumb. */
  function sightWords() {
    const { scrollLeft, clientWidth } = scroller
    const ends = [scrollLeft + pinnedWidth(layout()) + 1, scrollLeft + clientWidth - LEAST]
    const [from = 1, to = 1] = ends.map(x => positionAt(layout(), x) + 1)
    return `${phrase('columnRange', { from, to })} · ${ends.map(names.at).join(' – ')}`
  }

  function draw() {
    const { clientWidth, scrollWidth, scrollLeft } = scroller
    due = 0
    show(part('columns-nav'), scrollWidth > WIDE * clientWidth)
    bar.value = String(room() > 0 ? scrollLeft / room() : 0)
    thumb = Math.max(LEAST, (clientWidth / scrollWidth) * bar.clientWidth)
    bar.style.setProperty('--thumb', `${thumb}px`)
    attribute(bar, 'aria-valuetext', sightWords())
    attribute(part('pin-first'), 'aria-pressed', String(layout().pinned > 0))
  }

  /** At most once a frame, when the browser lays the table out anyway. */
  function drawSoon() {
    if (due === 0) due = requestAnimationFrame(draw)
  }

  /** Name the column under the pointer, or those under the thumb. */
  function hint() {
    names.look()
    if (pointer === null) return hintAt(bar, sightWords(), thumb / 2 + Number(bar.value) * (bar.clientWidth - thumb))
    const share = Math.max(0, Math.min(1, (pointer - thumb / 2) / (bar.clientWidth - thumb)))
    hintAt(bar, names.numbered(share * room() + scroller.clientWidth / 2), pointer)
  }

  function leave() {
    pointer = null
    names.leave()
    show(part('columns-hint'), false)
  }

  bar.addEventListener('input', () => {
    scroller.scrollLeft = Number(bar.value) * room()
    pointer = null
    hint()
  })
  bar.addEventListener('pointermove', ({ offsetX, buttons }) => {
    if (buttons) return
    pointer = offsetX
    hint()
  })
  bar.addEventListener('focus', hint)
  for (const end of ['pointerleave', 'blur']) bar.addEventListener(end, leave)
  scroller.addEventListener('scroll', drawSoon)
  addEventListener('resize', drawSoon)
  return {
    draw: drawSoon,
    mark: (/** @type {readonly number[]} */ columns) => mark(columns, layout()),
    /** @param {State} state */
    show(state) {
      names.show(state)
      drawSoon()
    }
  }
}

/**
 * The names of the columns, those that are not here once somebody looks for them.
 *
 * @param {() => Layout} layout
 * @param {(state: State) => Promise<string[]> | undefined} load
 * @param {() => void} onLoaded
 */
function createNames(layout, load, onLoaded) {
  /** @type {State | null} */
  let state = null
  /** @type {readonly string[] | null} */
  let loaded = null
  let wanted = '' // the version whose names were asked for
  let isMissed = false // they did not come

  /** The column at a distance from the first one. @param {number} x */
  const columnAt = x => layout().order[positionAt(layout(), x)] ?? 0

  /** @param {number} x */
  function nameAt(x) {
    const column = columnAt(x)
    const { doc, page } = state ?? {}
    const known = doc && page ? knownName({ doc, page }, column) : null
    return clip(visible(known ?? loaded?.[column] ?? '') || unnamed(column), MAX_NAME)
  }

  return {
    /** @param {State} next */
    show(next) {
      state = next
    },
    at: nameAt,
    /** A name with its number. @param {number} x */
    numbered: x => `${number(columnAt(x) + 1)} · ${nameAt(x)}`,
    async look() {
      const version = `${state?.uuid} ${state?.page?.version}`
      if (!state || version === wanted) return
      wanted = version
      loaded = null
      const answer = await load(state)?.catch(() => null)
      if (version !== wanted) return
      isMissed = answer === null
      loaded = answer ?? null
      if (loaded && !part('columns-hint').hidden) onLoaded()
    },
    /** Nobody looks any more. Where the names did not come, who looks again asks again. */
    leave() {
      if (isMissed) wanted = ''
      isMissed = false
    }
  }
}

/** @param {HTMLElement} bar @param {string} words @param {number} x pixels from the bar's left */
function hintAt(bar, words, x) {
  const hint = part('columns-hint')
  show(hint, true)
  say(hint, words)
  const half = hint.offsetWidth / 2
  hint.style.left = `${Math.max(half, Math.min(bar.clientWidth - half, x))}px`
}

/** Mark where something was found. @param {readonly number[]} columns @param {Layout} layout */
function mark(columns, { offsets, positions }) {
  const whole = offsets.at(-1) || 1
  const ticks = columns.slice(0, MAX_TICKS).map(column => {
    const tick = make('i')
    tick.style.left = `${(100 * (offsets[positions[column] ?? 0] ?? 0)) / whole}%`
    return tick
  })
  part('columns-ticks').replaceChildren(...ticks)
}
