/**
 * The find bar: a field in the strip, and the matches on the page highlighted. The server finds what is in columns that
 * are not loaded.
 */

import { hasColumns } from '../grid/column-windows.js'
import { numberOf, PAGE_ROWS } from '../protocol/paging.js'
import { findPattern, findPlaces, findSpans, nextPlace, partHidden } from '../screen/find.js'
import { foundWords } from '../screen/sentences.js'
import { headerRow } from '../state/state.js'
import { phrase } from '../text/language.js'
import { find } from './address.js'
import { part, say, sayOrHide } from './dom.js'

/**
 * @import { Layout } from '../grid/layout.js'
 * @import { CellRef } from '../grid/selection.js'
 * @import { Doc, Found } from '../protocol/frames.js'
 * @import { TablePage } from '../state/browsing.js'
 * @import { State } from '../state/state.js'
 */

const PAUSE_MS = 150 // in typing, before the server is asked

/**
 * @typedef {{layout: () => Layout}} FindGrid
 *
 * @typedef {object} FindHandlers
 * @property {(place: CellRef) => void} onGo its row is 0 for a column's name
 * @property {(columns: {name: string, at: number}[]) => void} onShow these columns are to be shown again
 * @property {(columns: number[]) => void} onFound what was found is in these columns
 * @property {() => void} onLeave
 */

/** @param {FindGrid} grid @param {FindHandlers} handlers */
export function createFindBar(grid, { onGo, onShow, onFound, onLeave }) {
  const field = part('find', HTMLInputElement)
  const search = createSearch(grid, onFound, () => {
    if (search.which() < 0) step(1, true)
    showCount()
  })

  function showCount() {
    const { shown, hidden, more } = search.found()
    const n = hidden.length
    const isHidden = n > 0 && shown.length === 0 && !more // it is on this page
    say(part('found'), field.value && !isHidden ? foundWords(shown.length, search.which(), more) : '')
    sayOrHide(part('found-hidden'), n ? phrase(isHidden ? 'onlyHidden' : 'foundHidden', { n }) : '')
  }

  /** @param {1 | -1} direction @param {boolean} [orHere] whether it stays on a match */
  function step(direction, orHere) {
    const place = search.next(direction, orHere)
    if (place) onGo(place)
    return true
  }

  field.oninput = () => {
    search.begin(field.value)
    step(1, true)
    showCount()
  }
  field.onkeydown = event => {
    if (event.key !== 'Enter' || event.isComposing) return
    event.preventDefault()
    step(event.shiftKey ? -1 : 1)
  }
  part('found-hidden').onclick = () => {
    const { choices } = grid.layout()
    const columns = new Set(search.found().hidden.map(({ column }) => column))
    onShow([...columns].map(at => ({ name: choices.get(at)?.name ?? '', at })))
    field.focus()
  }

  return {
    step,
    /** Highlight the matches in cells that came into sight. */
    highlight() {
      search.highlight()
      showCount()
    },
    /** Close it, and return whether it was open. */
    close() {
      if (!field.value && document.activeElement !== field) return false
      field.value = ''
      search.begin('')
      showCount()
      onLeave()
      return true
    },
    /** @param {State} state */
    show(state) {
      search.show(state, field.value)
      showCount()
    }
  }
}

/**
 * The search of the page for a text. Its matches are those that are loaded, until the server has found all.
 *
 * @param {FindGrid} grid
 * @param {FindHandlers['onFound']} onFound
 * @param {() => void} onAnswer the server has answered
 */
function createSearch({ layout }, onFound, onAnswer) {
  /** @type {RegExp | null} */
  let pattern = null
  /** @type {CellRef[]} */
  let places = []
  let { positions } = layout()
  let parted = partHidden(places, positions)
  /** Whether there may be more: the server is asked, did not answer, or stopped early. @type {'' | 'asked' | 'unknown'} */
  let more = ''
  let timer = 0
  let asking = new AbortController()
  /** @type {State | null} */
  let state = null

  /** @param {string} text */
  function begin(text) {
    const { doc, page } = state ?? {}
    clearTimeout(timer)
    asking.abort() // an answer that is still on its way is of another text
    asking = new AbortController()
    pattern = findPattern(text)
    places = doc && page && pattern ? placesOn(doc, page, pattern) : []
    more = !pattern || !page || isWhole(page) ? '' : 'asked'
    if (more === 'asked') timer = setTimeout(ask, PAUSE_MS, text)
    arrange()
  }

  /** @param {string} text */
  async function ask(text) {
    const { uuid, page } = state ?? {}
    const { signal } = asking
    if (!uuid || !page) return
    const found = await find(uuid, page, text, signal).catch(() => null)
    if (signal.aborted) return
    more = found?.complete ? '' : 'unknown'
    if (found) places = placesIn(found, page)
    arrange()
    onAnswer()
  }

  function arrange() {
    positions = layout().positions
    parted = partHidden(places, positions)
    highlightMatches('found', pattern)
    onFound([...new Set(parted.shown.map(({ column }) => column))])
  }

  return {
    begin,
    found: () => ({ ...parted, more }),
    /** The number of the selected match, from 0; -1 where none is selected. */
    which() {
      const at = placeOf(state)
      return parted.shown.findIndex(({ row, column }) => row === at?.row && column === at.column)
    },
    /** @param {1 | -1} direction @param {boolean} [orHere] */
    next: (direction, orHere) => parted.shown[nextPlace(parted.shown, placeOf(state), direction, positions, orHere)],
    highlight: () => (positions === layout().positions ? highlightMatches('found', pattern) : arrange()),
    /** @param {State} next @param {string} text */
    show(next, text) {
      const isSame = isSameCells(state?.page, next.page)
      state = next
      if (!isSame && text) begin(text)
    }
  }
}

/** Whether all cells of a page are loaded. @param {TablePage} page */
const isWhole = page => page.cut.length === 0 && hasColumns(page, [[1, page.n_columns]])

/**
 * Whether pages differ at most in the columns that are loaded.
 *
 * @param {TablePage | null | undefined} one
 * @param {TablePage | null} other
 */
const isSameCells = (one, other) =>
  one?.page_no === other?.page_no &&
  one?.version === other?.version &&
  one?.edition === other?.edition &&
  String(one?.row_numbers) === String(other?.row_numbers) &&
  one?.data.length === other?.data.length

/** The selected place; a selected column stands for its name. @param {State | null} state */
function placeOf(state) {
  const { kind, to } = state?.selection ?? {}
  return to ? { ...to, row: kind === 'columns' ? 0 : to.row } : null
}

/** The places that the server has found. Those of a view are counted as it does. @param {Found} found @param {TablePage} page */
function placesIn({ names, matches }, { view, page_no, row_numbers }) {
  const first = PAGE_ROWS * (page_no - 1) + 1
  const rowOf = (/** @type {number} */ row) => (view ? first + (row_numbers?.indexOf(row) ?? 0) : row)
  const cells = matches.map(([row, column]) => ({ row: rowOf(row), column: column - 1 }))
  return [...names.map(column => ({ row: 0, column: column - 1 })), ...cells]
}

/**
 * List the matches among the names and cells that are loaded.
 *
 * @param {Doc} doc
 * @param {TablePage} page
 * @param {RegExp} pattern
 */
function placesOn(doc, page, pattern) {
  const { page_no, header, data } = page
  const names = doc.dialect.header ? findPlaces([header], 0, pattern) : []
  const cells = findPlaces(data, PAGE_ROWS * (page_no - 1) + 1, pattern)
  return [...names, ...cells.filter(({ row }) => numberOf(page, row) !== headerRow(doc))]
}

/**
 * Highlight what matches in the cells in sight.
 *
 * @param {string} name of the highlight in the stylesheet
 * @param {RegExp | null} pattern
 */
export function highlightMatches(name, pattern) {
  const texts = pattern ? [...part('grid').querySelectorAll('td, thead th:not(.corner)')].flatMap(textsIn) : []
  const ranges = texts.flatMap(text => (pattern ? rangesIn(text, pattern) : []))
  CSS.highlights?.set(name, new Highlight(...ranges))
}

/** @param {Node} node @returns {Text[]} */
const textsIn = node => [...node.childNodes].flatMap(child => (child instanceof Text ? child : textsIn(child)))

/** @param {Text} text @param {RegExp} pattern */
const rangesIn = (text, pattern) =>
  findSpans(text.data, pattern).map(
    ({ from, to }) => new StaticRange({ startContainer: text, startOffset: from, endContainer: text, endOffset: to })
  )
