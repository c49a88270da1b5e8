/** The filter panel of a column: its range, its values, its conditions. What is chosen is applied at once. */

import { conditionsOn, isSame, partConditions, problemOf, valuesCondition, withConditions } from '../view/filters.js'
import { WHOLE } from '../view/query.js'
import { clip, visible } from '../text/format.js'
import { phrase } from '../text/language.js'
import { make, makeButton, part, say, sayOrHide } from './dom.js'
import { createFilterConditions } from './filter-conditions.js'
import { createFilterRange } from './filter-range.js'
import { createFilterValues } from './filter-values.js'
import { RefusedError } from './summaries.js'

/**
 * @import { Condition } from '../view/boxes.js'
 * @import { View } from '../view/query.js'
 * @import { Summaries } from './summaries.js'
 */

const PAUSE_MS = 250 // in typing and ticking, before the table follows
const MAX_NAME = 60 // characters
const MARGIN = 8 // pixels from the edges of the window

/**
 * @typedef {{column: number, name: string, view: View}} Opening
 * @typedef {{condition: Condition, refuse: (why: string) => unknown, field: HTMLElement}} Wanted `field` is what it was typed
 *   into
 */

/**
 * @param {Summaries} summaries
 * @param {(column: number, conditions: Condition[]) => void} onConditions
 * @param {() => void} onClose
 */
export function createFilterPanel(summaries, onConditions, onClose) {
  const form = createFilterForm(summaries, applySoon)
  const applying = createApplying(summaries, onConditions)
  const status = make('output', 'soft')
  const clear = makeButton('button small', phrase('clearFilter'), () => {
    form.open({ ...opening, view: withConditions(opening.view, opening.column, []) })
    apply()
  })
  const done = makeButton('button small', phrase('doneFilter'), () => panel.hidePopover())
  const panel = newPanel(form, make('p', 'filter-foot', status, clear, done))
  /** @type {Opening} */
  let opening = { column: 0, name: '', view: WHOLE }
  /** @type {Element | null} */
  let name = null
  let timer = 0
  let counted = '' // the question whose rows the values are counted in
  new ResizeObserver(() => name && place(panel, name)).observe(panel)

  /** The view in whose rows the values are counted: all conditions but the column's own. @param {View} view */
  const keyOf = view => summaries.key(withConditions(view, opening.column, []))

  function apply() {
    clearTimeout(timer)
    timer = 0
    applying.apply(form.wanted())
  }

  function applySoon() {
    clearTimeout(timer)
    timer = setTimeout(apply, PAUSE_MS)
  }

  panel.addEventListener('toggle', event => {
    if (/** @type {ToggleEvent} */ (event).newState !== 'closed') return
    if (timer) apply()
    form.close()
    onClose()
  })

  return {
    /** @param {Opening} next @param {Element} below */
    open(next, below) {
      opening = next
      counted = keyOf(next.view)
      name = below
      say(status, '')
      applying.begin(next)
      form.open(next)
      panel.showPopover()
      form.enter()
    },
    /** The column that it filters, from 1; 0 while it is closed. */
    column: () => (panel.matches(':popover-open') ? opening.column : 0),
    /** Count in the rows of another view: somebody has changed it meanwhile. @param {View} view */
    refresh(view) {
      const key = keyOf(view)
      if (key === counted) return
      counted = key
      opening = { ...opening, view }
      form.refresh(view)
    },
    /** Say how many rows are left. @param {string} words */
    count: words => say(status, words)
  }
}

/** @param {ReturnType<typeof createFilterForm>} form @param {HTMLElement} foot */
function newPanel({ title, body }, foot) {
  const panel = make('div', 'filter-panel', title, body, foot)
  panel.popover = 'auto'
  panel.role = 'dialog'
  panel.setAttribute('aria-labelledby', title.id)
  panel.addEventListener('keydown', event => {
    if (event.key !== 'Escape') event.stopPropagation() // no key is a shortcut here
  })
  part('viewer').append(panel)
  return panel
}

/** What is chosen for a column. @param {Summaries} summaries @param {() => void} onChange */
function createFilterForm(summaries, onChange) {
  const title = make('h2')
  title.id = 'filter-title'
  const why = make('p', 'filter-why')
  why.role = 'status'
  const range = createFilterRange(onChange)
  const values = createFilterValues(summaries, onChange)
  const conditions = createFilterConditions(onChange)
  /** @type {Opening | null} */
  let opening = null
  const refuse = (/** @type {string} */ reason) => reason && sayOrHide(why, reason)

  return {
    title,
    body: make('div', 'filter-body', range.element, why, values.element, conditions.element),
    enter: () => values.field.focus(),
    close: values.close,
    /** @param {Opening} next */
    async open(next) {
      opening = next
      const { column, name, view } = next
      const parts = partConditions(conditionsOn(view, column))
      say(title, phrase('filterOf', { name: clip(visible(name), MAX_NAME) }))
      sayOrHide(why, '')
      range.open(parts.from, parts.to)
      values.open({ view, column }, parts.values, parts.isOut)
      conditions.open(parts.rest, 'text')
      const shape = await summaries.shape(view, column).catch(() => null)
      if (opening !== next || !shape) return
      range.show(shape)
      conditions.read(shape.reading)
    },
    /** Count in the rows of another view. @param {View} view */
    async refresh(view) {
      if (!opening) return
      const { column } = opening
      values.refresh({ view, column })
      const shape = await summaries.shape(view, column).catch(() => null)
      if (opening?.column === column && shape) range.show(shape)
    },
    /** The conditions as they stand, each with what says that it cannot be met. @returns {Wanted[]} */
    wanted() {
      const { from, to } = range.ends()
      const picked = values.picked()
      const listed = valuesCondition(picked.values, picked.isOut)
      const low = from ? [{ condition: { operator: 'gte', values: [from] }, refuse, field: range.from }] : []
      const high = to ? [{ condition: { operator: 'lte', values: [to] }, refuse, field: range.to }] : []
      const list = listed ? [{ condition: listed, refuse, field: values.field }] : []
      const rows = conditions.rows().flatMap(row => {
        const condition = row.condition()
        return condition ? [{ condition, refuse: row.refuse, field: row.field }] : []
      })
      sayOrHide(why, '')
      return [...low, ...high, ...list, ...rows]
    }
  }
}

/**
 * Applies what can be applied: a condition that no row can meet, or that the server refuses, says so and rests.
 *
 * @param {Summaries} summaries
 * @param {(column: number, conditions: Condition[]) => void} onAccepted
 */
function createApplying(summaries, onAccepted) {
  let column = 0
  let applied = /** @type {readonly Condition[]} */ ([])
  let generation = 0
  /** What was last accepted of each field: it stands while half of something else is typed. @type {Map<HTMLElement, Condition>} */
  let good = new Map()

  return {
    /** @param {Opening} opening */
    begin(opening) {
      column = opening.column
      applied = conditionsOn(opening.view, column)
      generation++
      good = new Map()
    },
    /** @param {Wanted[]} wanted */
    async apply(wanted) {
      const own = ++generation
      /** @type {Condition[]} */
      const accepted = []
      for (const { condition, refuse, field } of wanted) {
        const problem = problemOf(condition, accepted)
        const reason = problem ? phrase(problem) : await refusal(summaries, column, condition)
        if (own !== generation) return
        refuse(reason)
        const before = good.get(field)
        const taken = reason ? !problem && before?.operator === condition.operator && before : condition
        if (taken) accepted.push(taken)
        if (taken) good.set(field, taken)
      }
      if (!isSame(accepted, applied)) onAccepted(column, accepted)
      applied = accepted
    }
  }
}

/**
 * Why the server would refuse a condition; nothing where it takes it.
 *
 * @param {Summaries} summaries @param {number} column @param {Condition} condition
 */
export async function refusal(summaries, column, condition) {
  if (!/^[gl]te?$|^regex$/.test(condition.operator)) return '' // these can always be met
  try {
    await summaries.rows({ ...WHOLE, filters: [{ column, ...condition }] })
    return ''
  } catch (error) {
    return error instanceof RefusedError ? error.message : phrase('notNow')
  }
}

/** Place a panel below an element, within the window. @param {HTMLElement} panel @param {Element} below */
function place(panel, below) {
  const { left, bottom } = below.getBoundingClientRect()
  const { offsetWidth, offsetHeight } = panel
  panel.style.left = `${Math.max(MARGIN, Math.min(left, innerWidth - offsetWidth - MARGIN))}px`
  panel.style.top = `${Math.max(MARGIN, Math.min(bottom + 2, innerHeight - offsetHeight - MARGIN))}px`
}
