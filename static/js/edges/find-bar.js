/** Finding on the page: a field in the strip, and what it finds made to stand out. */

import { finder, nextOf, placesOf, spansIn } from '../screen/find.js'
import { PAGE_ROWS } from '../protocol/paging.js'
import { foundWords } from '../screen/sentences.js'
import { part, say } from './dom.js'

/**
 * @typedef {import('../state/state.js').State} State
 * @typedef {import('../grid/selection.js').CellRef} CellRef
 */

/** @param {HTMLElement} body of the table @param {{onGo: (place: CellRef) => void, onLeave: () => void}} handlers */
export function createFinding(body, { onGo, onLeave }) {
  const field = part('find', HTMLInputElement)
  const count = part('found')
  /** @type {RegExp | null} */
  let wanted = null
  /** @type {CellRef[]} */
  let places = []
  /** @type {State | null} */
  let state = null

  const at = () => state?.selection?.to ?? null

  function look() {
    wanted = finder(field.value)
    const page = state?.page
    places = wanted && page ? placesOf(page.data, PAGE_ROWS * (page.page_no - 1) + 1, wanted) : []
    highlight()
  }

  function tell() {
    const now = at()
    const which = places.findIndex(({ row, column }) => row === now?.row && column === now.column)
    say(count, wanted ? foundWords(places.length, which) : '')
  }

  /** What is drawn is looked through again whenever other cells come into sight. */
  function highlight() {
    const cells = wanted || body.querySelector('.found') ? [...body.querySelectorAll('td')] : []
    const spans = cells.map(cell =>
      wanted ? textsIn(cell).flatMap(text => rangesIn(text, /** @type {RegExp} */ (wanted))) : []
    )
    if ('highlights' in CSS) CSS.highlights.set('found', new Highlight(...spans.flat()))
    else for (const [i, cell] of cells.entries()) cell.classList.toggle('found', Boolean(spans[i]?.length))
  }

  /** @param {1 | -1} direction */
  function step(direction) {
    const place = places[nextOf(places, at(), direction)]
    if (place) onGo(place)
    return true
  }

  field.addEventListener('input', () => {
    look()
    const now = at()
    const place = places[nextOf(places, now && { ...now, column: now.column - 1 }, 1)]
    if (place) onGo(place)
    tell()
  })
  field.addEventListener('keydown', event => {
    if (event.key !== 'Enter' || event.isComposing) return
    event.preventDefault()
    step(event.shiftKey ? -1 : 1)
  })

  return {
    highlight,
    step,
    /** Whether there was something to close. */
    close() {
      if (!field.value && document.activeElement !== field) return false
      field.value = ''
      look()
      tell()
      onLeave()
      return true
    },
    /** @param {State} next */
    show(next) {
      const turned = next.page !== state?.page
      state = next
      if (turned && field.value) look()
      tell()
    }
  }
}

/** @param {Node} node @returns {Text[]} */
function textsIn(node) {
  return [...node.childNodes].flatMap(child => (child instanceof Text ? child : textsIn(child)))
}

/** @param {Text} text @param {RegExp} wanted */
function rangesIn(text, wanted) {
  return spansIn(text.data, wanted).map(
    ({ from, to }) => new StaticRange({ startContainer: text, startOffset: from, endContainer: text, endOffset: to })
  )
}
