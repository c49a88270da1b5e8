/** The values of a column in its filter panel: each with its count, to be ticked, looked for, and pasted as a list. */

import { partList } from '../view/filters.js'
import { boundWords } from '../screen/shape-words.js'
import { clip, visible } from '../text/format.js'
import { number, phrase } from '../text/language.js'
import { make, makeButton, say, sayOrHide, show } from './dom.js'
import { createRunning } from './running.js'

/**
 * @import { View } from '../view/query.js'
 * @import { CountedValues, Summaries } from './summaries.js'
 */

const PAUSE_MS = 200 // in typing, before the server is asked
const MOST_TICKED = 200 // ticked values that are shown
const MOST_SAID = 12 // values that are named in a sentence
const MAX_LETTERS = 120 // of a value

/** @typedef {{view: View, column: number}} Asked */

/**
 * @param {Summaries} summaries
 * @param {() => void} onChange
 */
export function createFilterValues(summaries, onChange) {
  const field = newField()
  const outside = newChoice(onChange)
  const list = make('ul')
  const note = make('p', 'soft')
  note.role = 'status'
  /** The ticked values, and in how many rows each is. @type {Map<string, number | null>} */
  let ticked = new Map()
  let asked = /** @type {Asked | null} */ (null)

  /** @param {CountedValues} found */
  function fill(found) {
    const { shown, more } = arranged(found, ticked, field.value)
    const items = shown.map(([value, count]) =>
      newItem(value, count, ticked.has(value), isOn => {
        if (isOn) ticked.set(value, count)
        else ticked.delete(value)
        onChange()
      })
    )
    const held = document.activeElement
    list.replaceChildren(...items)
    if (held instanceof HTMLInputElement && held !== document.activeElement && held.type === 'checkbox')
      [...list.querySelectorAll('input')].find(box => box.value === held.value)?.focus()
    list.toggleAttribute('data-sampled', found.bound > 0)
    sayOrHide(note, more > 0 ? phrase('moreTicked', { n: more }) : shownWords(found))
    if (field.value === '' && found.distinct !== null) nameField(field, phrase('searchValues', { n: found.distinct }))
  }

  const looking = createLooking(summaries, field, found => {
    if (found instanceof Error) sayOrHide(note, found.message)
    else fill(found)
  })
  const pasting = createPasting(async values => {
    if (!asked) return null
    const found = await summaries.counts(asked.view, asked.column, values)
    for (const [value, count] of found.values) ticked.set(value, count)
    field.value = ''
    await looking.look(asked)
    onChange()
    return found
  })
  const choice = make('p', 'filter-choice', outside, pasting.button)

  return {
    element: make('div', 'filter-values', field, looking.element, list, note, choice, pasting.form),
    field,
    /** @param {Asked} next @param {readonly string[]} values that are ticked @param {boolean} isOut */
    open(next, values, isOut) {
      asked = next
      ticked = new Map(values.map(value => [value, null]))
      outside.value = isOut ? 'out' : ''
      field.value = ''
      list.replaceChildren()
      sayOrHide(note, phrase('searching'))
      pasting.close()
      looking.look(asked)
    },
    /** Count in the rows of another view, and keep the ticks and the text. @param {Asked} next */
    refresh(next) {
      asked = next
      looking.look(asked)
    },
    picked: () => ({ values: [...ticked.keys()], isOut: outside.value === 'out' }),
    close() {
      looking.stop()
      asked = null
    }
  }
}

/**
 * Looks for the values that hold what is typed, after a pause.
 *
 * @param {Summaries} summaries @param {HTMLInputElement} field
 * @param {(found: CountedValues | Error) => void} onFound
 */
function createLooking(summaries, field, onFound) {
  const running = createRunning(() => {
    stop()
    onFound(new Error(phrase('stoppedLooking')))
  })
  let asking = new AbortController()
  let asked = /** @type {Asked | null} */ (null)
  let timer = 0

  /** @param {Asked | null} next */
  async function look(next) {
    asked = next
    stop()
    asking = new AbortController()
    const { signal } = asking
    if (!asked) return
    const show = (/** @type {CountedValues | Error} */ found) => signal.aborted || onFound(found)
    const listening = { signal, onProgress: running.show, onSample: show }
    show(await summaries.values(asked.view, asked.column, field.value, listening).catch(error => error))
    if (!signal.aborted) running.hide()
  }

  function stop() {
    asking.abort()
    running.hide()
    clearTimeout(timer)
  }

  field.oninput = () => {
    clearTimeout(timer)
    timer = setTimeout(() => look(asked), PAUSE_MS)
  }
  return { element: running.element, look, stop }
}

function newField() {
  const field = make('input')
  field.type = 'search'
  field.autocomplete = 'off'
  field.spellcheck = false
  nameField(field, phrase('searchValues', { n: 2 }).replace(/\s*2\s*/, ' '))
  return field
}

/** @param {HTMLInputElement} field @param {string} words */
function nameField(field, words) {
  field.placeholder = words
  field.ariaLabel = words
}

/** Whether the ticked values are the only ones, or left out. @param {() => void} onChange */
function newChoice(onChange) {
  const choice = make('select')
  choice.add(new Option(phrase('onlyThese'), ''))
  choice.add(new Option(phrase('notThese'), 'out'))
  choice.ariaLabel = phrase('conditionOf')
  choice.onchange = onChange
  return choice
}

/**
 * Put the ticked values that hold what is typed before the others.
 *
 * @param {CountedValues} found @param {Map<string, number | null>} ticked @param {string} typed
 */
function arranged({ values }, ticked, typed) {
  const counts = new Map(values)
  for (const [value, count] of ticked) ticked.set(value, counts.get(value) ?? count)
  const wanted = typed.toLowerCase()
  const first = [...ticked].filter(([value]) => value.toLowerCase().includes(wanted))
  const others = values.filter(([value]) => !ticked.has(value))
  const shown = [...first.slice(0, MOST_TICKED), ...others]
  return { shown, more: Math.max(0, first.length - MOST_TICKED) }
}

/** @param {CountedValues} found */
function shownWords({ distinct, values, bound }) {
  if (distinct === null) return phrase('sampledFirst', { bound: boundWords(bound) })
  if (distinct === 0) return phrase('noValue')
  return distinct > values.length ? phrase('valuesShown', { n: values.length, all: distinct }) : ''
}

/**
 * A list is pasted, and it is said which of its values no row has.
 *
 * @param {(values: string[]) => Promise<CountedValues | null>} onValues
 */
function createPasting(onValues) {
  const text = make('textarea')
  text.rows = 4
  text.spellcheck = false
  text.placeholder = text.ariaLabel = phrase('pasteListHint')
  const answer = make('output')
  const form = make('form', 'filter-paste', text)
  const button = makeButton('button small', phrase('pasteList'), () => {
    show(form, form.hidden === true)
    button.ariaExpanded = String(!form.hidden)
    if (!form.hidden) text.focus()
  })
  const tick = make('button', 'button small', phrase('tickThese'))
  form.append(make('p', '', tick, answer))
  form.onsubmit = async event => {
    event.preventDefault()
    const values = partList(text.value)
    if (values.length === 0) return
    const found = await onValues(values).catch(error => error)
    if (found instanceof Error) return say(answer, found.message)
    say(answer, foundWords(values, found?.unknown ?? []))
  }
  const close = () => {
    show(form, false)
    button.ariaExpanded = 'false'
    text.value = ''
    say(answer, '')
  }
  return { button, form, close }
}

/** @param {readonly string[]} values @param {readonly string[]} unknown */
function foundWords(values, unknown) {
  if (unknown.length === 0) return phrase('allFound', { n: values.length })
  const list = unknown.slice(0, MOST_SAID).map(value => clip(visible(value), MAX_LETTERS))
  const rest = unknown.length > MOST_SAID ? ', …' : ''
  return phrase('notFound', { n: unknown.length, all: values.length, list: list.join(', ') + rest })
}

/** @param {string} value @param {number | null} count @param {boolean} isOn @param {(isOn: boolean) => void} onTick */
function newItem(value, count, isOn, onTick) {
  const box = make('input')
  box.type = 'checkbox'
  box.checked = isOn
  box.value = value
  box.onchange = () => onTick(box.checked)
  const words =
    value === '' ? make('i', 'soft', phrase('emptyValue')) : make('bdi', '', clip(visible(value), MAX_LETTERS))
  return make('li', '', make('label', '', box, words, make('span', 'soft', count === null ? '' : number(count))))
}
