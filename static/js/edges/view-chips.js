/** The conditions of a view as chips in the strip: each can be changed in place, switched off, and removed. */

import { viewSummary } from '../screen/sentences.js'
import { maySpeak } from '../state/state.js'
import { dataRows, viewOf, viewOn } from '../state/views.js'
import { phrase } from '../text/language.js'
import { isSameFilter, sortedBy, withFilter } from '../view/editing.js'
import { WHOLE } from '../view/query.js'
import { conditionWords, viewWords } from '../view/sentence.js'
import { makeConditionForm } from './condition-form.js'
import { attribute, make, makeButton, part, show } from './dom.js'
import { createRunning } from './running.js'

/**
 * @import { State } from '../state/state.js'
 * @import { ColumnFilter, ColumnNaming, View } from '../view/query.js'
 */

/**
 * @typedef {(edit: (view: View) => View) => void} ChangeView
 *
 * @typedef {object} ChipHandlers
 * @property {ChangeView} onChange
 * @property {() => void} onOffer
 * @property {() => void} onPlot the plot is to be looked at
 * @property {() => void} onLeave the focus has to go elsewhere
 * @property {() => void} onCancel the view, or its page, is waited for no longer
 *
 * @typedef {{words: string, isOff?: boolean, why?: string, onEdit?: () => void, onSwitch?: () => void, onRemove: () => void}} Chip
 * @typedef {{state: State, names: ColumnNaming, view: View}} DrawnView
 */

/** @param {ChipHandlers} handlers */
export function createViewChips({ onChange, onOffer, onPlot, onLeave, onCancel }) {
  const place = keptAtLeft(part('view'))
  const resting = createResting()
  const running = createRunning(onCancel)
  let shown = ''
  let drawn = /** @type {DrawnView | null} */ (null)
  /** The condition that is being changed. @type {ColumnFilter | null} */
  let edited = null

  /** @type {ChangeView} */
  function change(edit) {
    if (place.contains(document.activeElement)) onLeave()
    onChange(edit)
    draw()
  }

  /** @param {ColumnFilter} filter */
  function edit(filter) {
    edited = filter
    draw()
    place.querySelector('input')?.select()
  }

  /** @param {ColumnFilter} filter @param {ColumnNaming} names */
  function editor(filter, names) {
    return makeConditionForm(filter, names, next => {
      edited = null
      if (next) resting.drop(filter)
      change(view => (next ? withFilter(view, filter, next) : view))
    })
  }

  function clear() {
    resting.open('')
    change(() => WHOLE)
  }

  function draw() {
    if (!drawn) return
    const { view, names, state } = drawn
    const filters = resting.beside(view.filters)
    const chips = filters.map(filter =>
      edited && isSameFilter(edited, filter)
        ? editor(filter, names)
        : chipElement(filterChip(filter, names, resting, change, edit))
    )
    const others = otherChips(view, names, change, onPlot).map(chipElement)
    const ways = waysOn(state, chips.length + others.length, onOffer, clear)
    place.replaceChildren(countElement(state), running.element, ...chips, ...others, ...ways)
  }

  return {
    /** Mark a condition that could not be: it is switched off, and says why. */
    fail: resting.fail,
    /** @param {State} state @param {ColumnNaming | null} names @param {View | null} view */
    show(state, names, view) {
      resting.open(state.uuid ?? '')
      running.follow(state.looking)
      const isShown = Boolean(names && view && (viewOf(state) || state.asked || resting.any()))
      show(place, isShown)
      if (!names || !view) return
      drawn = { names, view, state }
      if (!state.asked && viewOn(state.page) === viewOf(state)) view.filters.forEach(resting.drop) // all these are on
      const key = JSON.stringify([view, countWords(state), canOffer(state), resting.beside([])])
      if (!isShown || key === shown || edited) return
      shown = key
      draw()
    }
  }
}

/**
 * Have the strip begin at its left: the find bar's field may have pushed the count out of it.
 *
 * @param {HTMLElement} place of the chips
 */
function keptAtLeft(place) {
  const strip = part('strip')
  strip.addEventListener('focusout', ({ target, relatedTarget }) => {
    const isChip = place.contains(/** @type {Node} */ (target))
    const stays = strip.contains(/** @type {Node?} */ (relatedTarget)) || document.activeElement === target
    if (!isChip && !stays) strip.scrollLeft = 0
  })
  return place
}

/**
 * @param {ColumnFilter} filter
 * @param {ColumnNaming} names
 * @param {ReturnType<typeof createResting>} resting
 * @param {ChangeView} change
 * @param {(filter: ColumnFilter) => void} edit
 * @returns {Chip}
 */
function filterChip(filter, names, resting, change, edit) {
  const isOff = resting.has(filter)
  return {
    words: conditionWords(filter, names),
    isOff,
    why: resting.why(filter),
    onEdit: () => edit(filter),
    onSwitch() {
      resting.toggle(filter)
      change(view => withFilter(view, filter, isOff ? filter : null))
    },
    onRemove() {
      resting.drop(filter)
      change(view => withFilter(view, filter, null))
    }
  }
}

/** The conditions that are switched off, for a document. */
function createResting() {
  let uuid = ''
  /** @type {ColumnFilter[]} */
  let filters = []
  const without = (/** @type {ColumnFilter} */ filter) => filters.filter(other => !isSameFilter(other, filter))
  const has = (/** @type {ColumnFilter} */ filter) => without(filter).length < filters.length
  /** Why conditions could not be. @type {Map<string, string>} */
  const reasons = new Map()

  return {
    has,
    any: () => filters.length > 0,
    why: (/** @type {ColumnFilter} */ filter) => reasons.get(JSON.stringify(filter)) ?? '',
    /** @param {ColumnFilter} filter @param {string} why */
    fail(filter, why) {
      reasons.set(JSON.stringify(filter), why)
      filters = [...without(filter), filter]
    },
    /** @param {ColumnFilter} filter */
    toggle(filter) {
      reasons.delete(JSON.stringify(filter))
      filters = has(filter) ? without(filter) : [...filters, filter]
    },
    /** @param {ColumnFilter} filter */
    drop(filter) {
      filters = without(filter)
    },
    /** These, and those that are switched off. @param {readonly ColumnFilter[]} active */
    beside: active => [...active.filter(filter => !has(filter)), ...filters],
    /** @param {string} next */
    open(next) {
      if (next !== uuid) filters = []
      uuid = next
    }
  }
}

/** @param {State} state */
const countElement = state => make('span', 'count', countWords(state))

/** The buttons behind the chips. @param {State} state @param {number} chips @param {() => void} onOffer @param {() => void} clear */
const waysOn = (state, chips, onOffer, clear) => [
  ...(canOffer(state) ? [makeButton('chip', phrase('offerView'), onOffer)] : []),
  ...(chips > 1 ? [makeButton('link-button', phrase('wholeTableAgain'), clear)] : [])
]

/** How many rows there are, once that is known. @param {State} state */
function countWords(state) {
  const { page, asked, doc } = state
  const view = viewOf(state)
  if (asked || viewOn(page) !== view) return phrase('stillLooking')
  const { total_number: rows = 0, counting } = page ?? {}
  return viewSummary({ view, rows, counting, all: dataRows(doc) }, () => '')
}

/** Whether others can be asked to look at what I see alone. @param {State} state */
const canOffer = state =>
  state.alone !== null && state.people.count > 1 && maySpeak(state) && viewOf(state) !== viewOn(state.room)

/**
 * The order, the search, the choice of columns and the plot, each with a chip.
 *
 * @param {View} view @param {ColumnNaming} names @param {ChangeView} change @param {() => void} onPlot
 */
function otherChips(view, names, change, onPlot) {
  const order = view.sorts.map(key => ({
    words: viewWords({ ...WHOLE, sorts: [key] }, names),
    onEdit: () => change(one => sortedBy(one, key.column, key.descending ? 'ascending' : 'descending', true)),
    onRemove: () => change(one => sortedBy(one, key.column, 'none', true))
  }))
  const search = {
    words: viewWords({ ...WHOLE, search: view.search }, names),
    onRemove: () => change(one => ({ ...one, search: WHOLE.search }))
  }
  const columns = {
    words: viewWords({ ...WHOLE, columns: view.columns }, names),
    onRemove: () => change(one => ({ ...one, columns: [] }))
  }
  const plot = {
    words: viewWords({ ...WHOLE, plot: view.plot }, names),
    onEdit: onPlot,
    onRemove: () => change(one => ({ ...one, plot: null }))
  }
  const others = [...(view.columns.length > 0 ? [columns] : []), ...(view.plot ? [plot] : [])]
  return [...(view.search.text ? [search] : []), ...order, ...others]
}

/** @param {Chip} chip */
function chipElement({ words, isOff = false, why = '', onEdit, onSwitch, onRemove }) {
  const element = make('span', 'chip condition')
  element.classList.toggle('off', isOff)
  element.classList.toggle('failed', why !== '')
  if (onSwitch) {
    const button = makeButton('dot', '', onSwitch)
    button.role = 'switch'
    attribute(button, 'aria-checked', String(!isOff))
    button.ariaLabel = phrase('switchCondition', { what: words })
    element.append(button)
  }
  if (onEdit) {
    const button = makeButton('words', words, onEdit)
    button.title = why || phrase('changeCondition', { what: words })
    element.append(button)
  } else element.append(make('span', 'words', words))
  const remove = makeButton('remove', '×', onRemove)
  remove.ariaLabel = phrase('removeCondition', { what: words })
  element.append(remove)
  return element
}
