/** The form that stands for a condition while it is changed in place. */

import { phrase } from '../text/language.js'
import { parseQuery, WHOLE, writeQuery } from '../view/query.js'
import { conditionWords } from '../view/sentence.js'
import { make, makeButton, show } from './dom.js'

/** @import { ColumnFilter, ColumnNaming } from '../view/query.js' */

const OPERATORS = [
  ...['exact', 'not', 'contains', 'notcontains', 'startswith', 'endswith', 'gt', 'gte', 'lt', 'lte'],
  ...['in', 'notin', 'isblank', 'notblank', 'regex']
]

/** @param {string} operator */
const needsValue = operator => !operator.endsWith('blank')

/**
 * @param {ColumnFilter} filter
 * @param {ColumnNaming} names
 * @param {(next: ColumnFilter | null) => void} onEnd null where nothing is changed
 */
export function makeConditionForm(filter, names, onEnd) {
  const form = make('form', 'chip condition')
  const title = names.title(filter.column)
  const select = make('select')
  select.ariaLabel = phrase('changeCondition', { what: conditionWords(filter, names) })
  for (const operator of OPERATORS) select.add(new Option(operatorWords(filter.column, operator, names), operator))
  select.value = filter.operator
  const field = make('input')
  field.value = valueText(filter, names)
  field.spellcheck = false
  field.autocomplete = 'off'
  field.ariaLabel = phrase('valueOf', { name: title })
  const adapt = () => show(field, needsValue(select.value))
  select.onchange = adapt
  adapt()
  form.onsubmit = event => {
    event.preventDefault()
    const next = conditionOf(filter.column, select.value, field.value, names)
    if (next) onEnd(next)
    else field.ariaInvalid = 'true'
  }
  field.oninput = () => {
    field.ariaInvalid = null
  }
  form.onkeydown = event => {
    event.stopPropagation() // the keys of the table rest
    if (event.key === 'Escape') onEnd(null)
  }
  const cancel = makeButton('remove', '×', () => onEnd(null))
  cancel.ariaLabel = phrase('cancel')
  form.append(make('span', 'words', title), select, field, make('button', 'apply', phrase('apply')), cancel)
  return form
}

/** What an operator is called: a condition without its column and its value. @param {number} column @param {string} operator @param {ColumnNaming} names */
function operatorWords(column, operator, names) {
  if (operator === 'in' || operator === 'notin') return phrase(operator === 'in' ? 'oneOf' : 'noneOf')
  const words = conditionWords({ column, operator, values: ['1'] }, { ...names, title: () => '§', count: () => 1 })
  return words
    .replace('§', '')
    .replace(/“1”|\/1\/|1/, '')
    .trim()
}

/** The value of a condition as it is typed. @param {ColumnFilter} filter @param {ColumnNaming} names */
function valueText(filter, names) {
  if (!needsValue(filter.operator)) return ''
  const query = writeQuery({ ...WHOLE, filters: [filter] }, names)
  return decodeURIComponent(query.slice(query.indexOf('=') + 1))
}

/**
 * The condition that was typed, or null where it cannot mean anything.
 *
 * @param {number} column @param {string} operator @param {string} value @param {ColumnNaming} names
 */
function conditionOf(column, operator, value, names) {
  const suffix = operator === 'exact' ? '' : `__${operator}`
  const text = needsValue(operator) ? encodeURIComponent(value) : '1'
  const view = parseQuery(`${encodeURIComponent(names.reference(column) + suffix)}=${text}`, names)
  return view?.filters[0] ?? null
}
