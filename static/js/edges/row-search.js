/**
 * The search of every row: a bar below the strip. It shows only the rows with hits, or leads from hit to hit in the view
 * on screen, with a map of them beside the page slider. Filters stay as they are.
 */

import { select } from '../grid/selection.js'
import { viewOf, viewOn } from '../state/views.js'
import { phrase } from '../text/language.js'
import { hitPattern } from '../view/filters.js'
import { attribute, make, makeButton, part, say, sayOrHide, show } from './dom.js'
import { highlightMatches } from './find-bar.js'
import { createHits } from './row-hits.js'
import { createRunning } from './running.js'

/**
 * @import { Selection } from '../grid/selection.js'
 * @import { State } from '../state/state.js'
 * @import { RowSearch, View } from '../view/query.js'
 * @import { RowHits, Summaries } from './summaries.js'
 */

const PAUSE_MS = 250 // in typing, before the server is asked
const SLICES = 200

/**
 * @typedef {object} SearchParts
 * @property {() => State} state
 * @property {Summaries} summaries
 * @property {() => View | null} view that is on screen
 * @property {(edit: (view: View) => View) => void} onChange
 * @property {(selection: Selection) => void} onGo to a row, counted as the view on screen does
 * @property {() => void} onLeave
 */

/** @param {SearchParts} parts */
export function createRowSearch({ state, summaries, view, onChange, onGo, onLeave }) {
  const running = createRunning(() => bar.count(hits.stop()))
  const bar = createBar(
    { onType: () => begin(PAUSE_MS), onBegin: () => begin(), onStep: step, onClose: close },
    running.element
  )
  const hits = createHits(state, summaries, view, { onProgress: running.show, onPartial: () => draw() })
  let timer = 0
  let searched = '' // the rows

  /** Search anew: something else is typed, or other rows are on screen. @param {number} [pause] ms */
  function begin(pause = 0) {
    clearTimeout(timer)
    hits.leave() // now: a step that is taken until then counts
    timer = setTimeout(look, pause)
  }

  async function look() {
    const search = bar.search()
    searched = rowsOn(state())
    const why = await hits.find(search)
    if (why === null) return // something else was asked meanwhile
    running.hide()
    bar.refuse(why)
    if (why) return
    draw()
    const wanted = bar.only.checked ? search : { ...search, text: '' }
    if (!isSameSearch(view()?.search ?? wanted, wanted)) onChange(one => ({ ...one, search: wanted }))
  }

  const draw = () => drawHits(bar, hits.found(), hits.at())

  /** Go to the next row with a hit, or to the one before. @param {1 | -1} direction */
  async function step(direction) {
    const row = await hits.step(bar.search(), direction)
    if (row === null) return
    onGo(select({ row, column: state().selection?.to.column ?? 0 }, undefined, 'rows'))
    draw()
  }

  /** @param {string} text that was looked for on the page */
  function open(text) {
    bar.open(true)
    fillBar(bar, view()?.search, text)
    bar.field.select()
    begin()
  }

  function close() {
    if (!bar.isOpen()) return false
    bar.open(false)
    running.hide()
    hits.forget()
    draw()
    onLeave()
    return true
  }

  /** @param {State} next */
  function showRows(next) {
    const search = view()?.search
    if (!bar.isOpen() || !search || !isHere(next) || rowsOn(next) === searched) return
    bar.follow(search)
    searched = rowsOn(next)
    begin(PAUSE_MS)
  }

  return { open, step, close, draw, show: showRows, isOpen: () => bar.isOpen() && bar.field.value !== '' }
}

/** @param {ReturnType<typeof createBar>} bar @param {RowSearch | undefined} search of the view @param {string} text */
function fillBar(bar, search, text) {
  if (search?.text) bar.fill(search, true)
  else if (text) bar.fill({ ...bar.search(), text }, bar.only.checked)
}

/** @param {ReturnType<typeof createBar>} bar @param {RowHits | null} found @param {number | null} at the row that was gone to */
function drawHits(bar, found, at) {
  bar.count(found ? countWords(found, at) : '')
  drawMap(bar.only.checked || !found ? [] : found.map)
  highlightMatches('hits', bar.isOpen() ? hitPattern(bar.search()) : null)
}

/** Tells the rows on screen from others. @param {State} state */
const rowsOn = ({ doc, page }) => JSON.stringify([doc?.version, doc?.edition, doc?.rows, viewOn(page)])

/** Whether the view that I see is on screen. @param {State} state */
const isHere = state => state.page !== null && !state.asked && viewOn(state.page) === viewOf(state)

/** @param {RowSearch} one @param {RowSearch} other */
const isSameSearch = (one, other) =>
  one.text === other.text &&
  (one.text === '' || (one.case === other.case && one.word === other.word && one.regex === other.regex))

/** @param {RowHits} found @param {number | null} at the row that was gone to */
function countWords({ hits: n, before, partial }, at) {
  if (partial) return phrase('hitsSoFar', { n })
  if (n === 0) return phrase('noHit')
  return at === null ? phrase('hitRows', { n }) : phrase('hitOf', { which: before + 1, n })
}

/**
 * @param {{onType: () => void, onBegin: () => void, onStep: (direction: 1 | -1) => void, onClose: () => void}} handlers
 * @param {HTMLElement} running how far a search is
 */
function createBar({ onType, onBegin, onStep, onClose }, running) {
  const field = newField(onType, onStep)
  const switches = {
    case: newSwitch('Aa', 'matchCase', onBegin),
    word: newSwitch('“ab”', 'wholeWord', onBegin),
    regex: newSwitch('.*', 'useRegex', onBegin)
  }
  const only = make('input')
  only.type = 'checkbox'
  only.onchange = onBegin
  const count = make('output', 'soft')
  const why = make('p', 'filter-why')
  why.role = 'status'
  why.hidden = true
  const form = make('form', 'row-search', field, ...Object.values(switches))
  form.append(
    newStep('↑', 'previousHit', () => onStep(-1)),
    newStep('↓', 'nextHit', () => onStep(1)),
    count,
    running,
    make('label', '', only, phrase('onlyHits')),
    why,
    newStep('×', 'close', onClose)
  )
  form.hidden = true
  form.role = 'search'
  form.ariaLabel = phrase('searchRows')
  form.onsubmit = event => event.preventDefault()
  part('strip').after(form)

  return {
    field,
    only,
    isOpen: () => !form.hidden,
    open: (/** @type {boolean} */ isOpen) => show(form, isOpen),
    /** @returns {RowSearch} */
    search: () => ({
      text: field.value,
      case: isPressed(switches.case),
      word: isPressed(switches.word),
      regex: isPressed(switches.regex)
    }),
    /** @param {RowSearch} search @param {boolean} isOnly */
    fill(search, isOnly) {
      field.value = search.text
      only.checked = isOnly
      for (const name of /** @type {const} */ (['case', 'word', 'regex']))
        switches[name].ariaPressed = String(search[name])
    },
    /** Show the search of the view on screen, if it has one, or had one. @param {RowSearch} search */
    follow(search) {
      if (search.text || only.checked) this.fill(search.text ? search : this.search(), search.text !== '')
    },
    count: (/** @type {string} */ words) => say(count, words),
    /** Say why it cannot be searched. @param {string} reason */
    refuse(reason) {
      sayOrHide(why, reason)
      attribute(field, 'aria-invalid', reason ? 'true' : null)
    }
  }
}

/** @param {() => void} onType @param {(direction: 1 | -1) => void} onStep */
function newField(onType, onStep) {
  const field = make('input')
  field.type = 'search'
  field.autocomplete = 'off'
  field.spellcheck = false
  field.enterKeyHint = 'search'
  field.placeholder = field.ariaLabel = phrase('searchRows')
  field.oninput = onType
  field.onkeydown = event => {
    if (event.key !== 'Enter' || event.isComposing) return
    event.preventDefault()
    onStep(event.shiftKey ? -1 : 1)
  }
  return field
}

/** @param {string} sign @param {'nextHit' | 'previousHit' | 'close'} words @param {() => void} onPress */
function newStep(sign, words, onPress) {
  const button = makeButton('step', sign, onPress)
  button.title = button.ariaLabel = phrase(words)
  return button
}

/** @param {HTMLElement} button */
const isPressed = button => button.ariaPressed === 'true'

/** @param {string} sign @param {'matchCase' | 'wholeWord' | 'useRegex'} words @param {() => void} onChange */
function newSwitch(sign, words, onChange) {
  const button = makeButton('row-switch', '', () => {
    button.ariaPressed = String(!isPressed(button))
    onChange()
  })
  button.dataset.sign = sign // the stylesheet shows it: it is no part of the name
  button.ariaPressed = 'false'
  button.title = button.ariaLabel = phrase(words)
  return button
}

/** Draw where the hits are, beside the page slider. @param {readonly number[]} counts of the slices of the view */
function drawMap(counts) {
  const place = document.getElementById('rail-hits') ?? make('div')
  if (!place.id) {
    place.id = 'rail-hits'
    place.ariaHidden = 'true'
    part('rail').append(place)
  }
  const most = Math.max(1, ...counts)
  const ticks = counts.flatMap((count, i) => {
    if (count === 0) return []
    const tick = make('i')
    tick.style.top = `${(100 * i) / SLICES}%`
    tick.style.opacity = String(0.35 + (0.65 * count) / most)
    return tick
  })
  place.replaceChildren(...ticks)
}
