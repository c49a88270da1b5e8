/** The find bar: a field in the strip, and the matches on the page highlighted. */

import { PAGE_ROWS } from '../protocol/paging.js'
import { findPattern, findPlaces, findSpans, nextPlace } from '../screen/find.js'
import { foundWords } from '../screen/sentences.js'
import { part, say } from './dom.js'

/**
 * @import { CellRef } from '../grid/selection.js'
 * @import { State } from '../state/state.js'
 */

/** @param {HTMLElement} body of the table @param {{onGo: (place: CellRef) => void, onLeave: () => void}} handlers */
export function createFindBar(body, { onGo, onLeave }) {
  const field = part('find', HTMLInputElement)
  /** @type {RegExp | null} */
  let pattern = null
  /** @type {CellRef[]} */
  let places = []
  /** @type {State | null} */
  let state = null

  const at = () => state?.selection?.to ?? null

  function search() {
    pattern = findPattern(field.value)
    const page = state?.page
    places = pattern && page ? findPlaces(page.data, PAGE_ROWS * (page.page_no - 1) + 1, pattern) : []
    highlightMatches(body, pattern)
  }

  function showCount() {
    const now = at()
    const which = places.findIndex(({ row, column }) => row === now?.row && column === now.column)
    say(part('found'), pattern ? foundWords(places.length, which) : '')
  }

  /** @param {1 | -1} direction @param {CellRef | null} [from] */
  function step(direction, from = at()) {
    const place = places[nextPlace(places, from, direction)]
    if (place) onGo(place)
    return true
  }

  field.oninput = () => {
    search()
    const now = at()
    step(1, now && { ...now, column: now.column - 1 })
    showCount()
  }
  field.onkeydown = event => {
    if (event.key !== 'Enter' || event.isComposing) return
    event.preventDefault()
    step(event.shiftKey ? -1 : 1)
  }

  return {
    step,
    /** Highlight the matches in cells that came into sight. */
    highlight: () => highlightMatches(body, pattern),
    /** Close it, and return whether it was open. */
    close() {
      if (!field.value && document.activeElement !== field) return false
      field.value = ''
      search()
      showCount()
      onLeave()
      return true
    },
    /** @param {State} next */
    show(next) {
      const turned = next.page !== state?.page
      state = next
      if (turned && field.value) search()
      showCount()
    }
  }
}

/** @param {HTMLElement} body @param {RegExp | null} pattern */
function highlightMatches(body, pattern) {
  const texts = pattern ? [...body.querySelectorAll('td')].flatMap(textsIn) : []
  const ranges = texts.flatMap(text => (pattern ? rangesIn(text, pattern) : []))
  CSS.highlights?.set('found', new Highlight(...ranges))
}

/** @param {Node} node @returns {Text[]} */
const textsIn = node => [...node.childNodes].flatMap(child => (child instanceof Text ? child : textsIn(child)))

/** @param {Text} text @param {RegExp} pattern */
const rangesIn = (text, pattern) =>
  findSpans(text.data, pattern).map(
    ({ from, to }) => new StaticRange({ startContainer: text, startOffset: from, endContainer: text, endOffset: to })
  )
