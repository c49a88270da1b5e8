/** Filters as people make them: a column's own, those that replace others, and those that no row can meet. */

import { isEmptyRange } from './boxes.js'

/**
 * @import { Condition } from './boxes.js'
 * @import { ColumnFilter, RowSearch, View } from './query.js'
 *
 * @typedef {'number' | 'date' | 'text'} Reading how a column is sorted and compared
 * @typedef {'cannotBe' | 'rangeEmpty' | 'blankBoth' | 'blankCompared' | 'boxValue'} FilterProblem why no row can meet a
 *   condition: the key of a text
 */

const ORDERED = ['gt', 'gte', 'lt', 'lte']
const TEXTUAL = ['contains', 'notcontains', 'startswith', 'endswith']
const EQUAL = ['exact', 'not']
const BLANK = ['isblank', 'notblank']

/** Operators without a value. @param {string} operator */
export const isBare = operator => BLANK.includes(operator)

/** The operators for a column; those that make most sense come first. @param {Reading} reading */
export const operatorsFor = reading =>
  reading === 'text' ? [...TEXTUAL, ...EQUAL, 'regex', ...BLANK] : [...ORDERED, ...EQUAL, ...BLANK, ...TEXTUAL, 'regex']

/** The filters on a column, as conditions. @param {View} view @param {number} column @returns {Condition[]} */
export const conditionsOn = ({ filters }, column) =>
  filters.filter(one => one.column === column).map(({ operator, values }) => ({ operator, values }))

/**
 * Put conditions in the place of all filters on a column.
 *
 * @param {View} view @param {number} column @param {readonly Condition[]} conditions
 * @returns {View}
 */
export const withConditions = (view, column, conditions) => ({
  ...view,
  filters: [
    ...view.filters.filter(one => one.column !== column),
    ...conditions.map(({ operator, values }) => ({ column, operator, values }))
  ]
})

/** Whether conditions ask the same, in whatever order. @param {readonly Condition[]} one @param {readonly Condition[]} other */
export const isSame = (one, other) => keyOf(one) === keyOf(other)

/** @param {readonly Condition[]} conditions */
const keyOf = conditions =>
  conditions
    .map(({ operator, values }) => JSON.stringify([operator, [...values].sort()]))
    .sort()
    .join()

const FAMILIES = [['exact', 'in'], ['gt', 'gte'], ['lt', 'lte'], BLANK]

/**
 * Add a filter. It replaces those on its column that say the same kind of thing; values that are left out add up.
 *
 * @param {View} view @param {ColumnFilter} filter
 * @returns {View}
 */
export function addFilter(view, filter) {
  const family = FAMILIES.find(operators => operators.includes(filter.operator)) ?? []
  const isOut = (/** @type {ColumnFilter} */ one) => one.operator === 'not' || one.operator === 'notin'
  const own = view.filters.filter(one => one.column === filter.column)
  const [out] = isOut(filter) ? own.filter(isOut) : []
  const kept = view.filters.filter(one => one !== out && !(own.includes(one) && family.includes(one.operator)))
  const values = out ? [...new Set([...out.values, ...filter.values])] : filter.values
  const operator = out && values.length > 1 ? 'notin' : filter.operator
  return { ...view, filters: [...kept, { ...filter, operator, values }] }
}

/**
 * The condition that a cell is one of some values, or none of them.
 *
 * @param {readonly string[]} values @param {boolean} isOut
 * @returns {Condition | null}
 */
export function valuesCondition(values, isOut) {
  if (values.length === 0) return null
  if (values.length === 1) return { operator: isOut ? 'not' : 'exact', values }
  return { operator: isOut ? 'notin' : 'in', values }
}

/**
 * The conditions on a column in parts, as its panel has them.
 *
 * @param {readonly Condition[]} conditions
 */
export function partConditions(conditions) {
  const rest = [...conditions]
  /** @param {string[]} operators */
  const take = operators => {
    const at = rest.findIndex(({ operator }) => operators.includes(operator))
    return at < 0 ? null : (rest.splice(at, 1)[0] ?? null)
  }
  const values = take(['exact', 'in', 'not', 'notin'])
  const from = take(['gte'])?.values[0] ?? ''
  const to = take(['lte'])?.values[0] ?? ''
  return { values: values?.values ?? [], isOut: values?.operator.startsWith('not') ?? false, from, to, rest }
}

/**
 * Find what makes a condition meaningless beside those before it; null where nothing does.
 *
 * @param {Condition} condition @param {readonly Condition[]} others
 * @returns {FilterProblem | null}
 */
export function problemOf(condition, others) {
  const { operator, values } = condition
  if (!isBare(operator) && values[0] === '' && !EQUAL.includes(operator) && !/in$/.test(operator)) return 'boxValue'
  for (const other of others) {
    const problem = conflict(condition, other) ?? conflict(other, condition)
    if (problem) return problem
  }
  return null
}

/** @param {Condition} one @param {Condition} other @returns {FilterProblem | null} */
function conflict(one, other) {
  const [value = ''] = one.values
  const [limit = ''] = other.values
  if (/^gt/.test(one.operator) && /^lt/.test(other.operator)) {
    const isStrict = one.operator === 'gt' || other.operator === 'lt'
    return isEmptyRange(value, limit) || (isStrict && value === limit) ? 'rangeEmpty' : null
  }
  if (one.operator === 'isblank' && other.operator === 'notblank') return 'blankBoth'
  if (one.operator === 'isblank' && ORDERED.includes(other.operator)) return 'blankCompared'
  const isIn = FAMILIES[0]?.includes(one.operator)
  if (isIn && FAMILIES[0]?.includes(other.operator))
    return one.values.some(it => other.values.includes(it)) ? null : 'cannotBe'
  const isOut = other.operator === 'not' || other.operator === 'notin'
  return isIn && isOut && one.values.every(it => other.values.includes(it)) ? 'cannotBe' : null
}

/** Part a pasted list: a value a line or between tabs, or in one line between commas. @param {string} text */
export function partList(text) {
  const lines = text.trim().split(/[\r\n\t]+/)
  const values = lines.length > 1 ? lines : (lines[0]?.split(',') ?? [])
  return [...new Set(values.map(value => value.trim()).filter(Boolean))]
}

/**
 * Make the pattern that marks the hits of a search in cells, or null where this browser has none for it: RE2 is the one
 * that searches.
 *
 * @param {RowSearch} search
 */
export function hitPattern({ text, case: onCase, word, regex }) {
  if (!text) return null
  const inner = regex ? text.replace(/^\(\?i\)/, '') : text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  const source = word ? `(?<![\\p{L}\\p{N}_])(?:${inner})(?![\\p{L}\\p{N}_])` : inner
  try {
    const isExact = onCase && !(regex && text.startsWith('(?i)'))
    const pattern = new RegExp(source, isExact ? 'gu' : 'giu')
    return pattern.test('') ? null : pattern // one that matches nothing at all would mark between all letters
  } catch {
    return null
  }
}
