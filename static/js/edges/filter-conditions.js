/** The conditions of a column in its filter panel: an operator and a value in each row, and why one cannot be met. */

import { isBare, operatorsFor } from '../view/filters.js'
import { phrase } from '../text/language.js'
import { make, makeButton, sayOrHide, show } from './dom.js'

/**
 * @import { Condition } from '../view/boxes.js'
 * @import { Reading } from '../view/filters.js'
 *
 * @typedef {{element: HTMLElement, field: HTMLInputElement, condition: () => Condition | null,
 *   refuse: (why: string) => void}} ConditionRow
 */

/** What operators are called where dates are compared, or where their own names have another meaning. */
const CALLED = /** @type {const} */ ({ gt: 'after', gte: 'since', lt: 'before', lte: 'until' })

/** @param {string} operator @param {Reading} reading */
function operatorName(operator, reading) {
  const dated = reading === 'date' && CALLED[/** @type {keyof typeof CALLED} */ (operator)]
  if (dated) return phrase(dated)
  return operator === 'contains' ? phrase('holding') : phrase(/** @type {'gt'} */ (operator))
}

/** @param {() => void} onChange */
export function createFilterConditions(onChange) {
  const list = make('ul')
  const add = makeButton('link-button', `+ ${phrase('addCondition')}`, () => {
    const row = addRow({ operator: operatorsFor(reading)[0] ?? 'contains', values: [''] })
    row.element.querySelector('select')?.focus()
  })
  /** @type {Reading} */
  let reading = 'text'
  /** @type {ConditionRow[]} */
  let rows = []

  /** @param {Condition} condition */
  function addRow(condition) {
    const row = newRow(condition, reading, onChange, () => {
      rows = rows.filter(other => other !== row)
      row.element.remove()
      add.focus()
      onChange()
    })
    rows.push(row)
    list.append(row.element)
    return row
  }

  return {
    element: make('div', 'filter-conditions', list, add),
    add,
    /** @param {readonly Condition[]} conditions @param {Reading} next */
    open(conditions, next) {
      reading = next
      rows = []
      list.replaceChildren()
      for (const condition of conditions) addRow(condition)
    },
    rows: () => rows,
    /** Put the operators in the order that fits the column, unless somebody is at it. @param {Reading} next */
    read(next) {
      reading = next
      const conditions = rows.map(row => row.condition())
      if (conditions.every(condition => condition !== null) && !list.contains(document.activeElement))
        this.open(/** @type {Condition[]} */ (conditions), next)
    }
  }
}

/**
 * @param {Condition} condition @param {Reading} reading
 * @param {() => void} onChange @param {() => void} onRemove
 * @returns {ConditionRow}
 */
function newRow(condition, reading, onChange, onRemove) {
  const operator = make('select')
  operator.ariaLabel = phrase('conditionOf')
  const isListed = /^(?:not)?in$/.test(condition.operator)
  const known = operatorsFor(reading)
  for (const value of isListed ? [...known, condition.operator] : known)
    operator.add(new Option(operatorName(value, reading), value))
  operator.value = condition.operator
  const field = make('input')
  field.ariaLabel = phrase('conditionValue')
  field.autocomplete = 'off'
  field.spellcheck = false
  field.value = condition.values[0] ?? ''
  const why = make('p', 'filter-why')
  why.role = 'status'
  why.hidden = true
  const remove = makeButton('step', '×', onRemove)
  remove.ariaLabel = phrase('dropCondition')
  let isTouched = field.value !== ''
  const arrange = () => show(field, !isBare(operator.value) && !(isListed && operator.value === condition.operator))
  operator.onchange = () => {
    arrange()
    onChange()
  }
  field.oninput = () => {
    isTouched = true
    onChange()
  }
  arrange()
  return {
    element: make('li', '', operator, field, remove, why),
    field,
    /** The condition; null while nothing was typed into a new one. */
    condition() {
      if (isListed && operator.value === condition.operator) return condition
      if (isBare(operator.value)) return { operator: operator.value, values: [] }
      return isTouched ? { operator: operator.value, values: [field.value] } : null
    },
    refuse(reason) {
      sayOrHide(why, reason)
      if (reason) why.scrollIntoView({ block: 'nearest' })
      field.setAttribute('aria-invalid', String(reason !== ''))
    }
  }
}
