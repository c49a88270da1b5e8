/** A view in words: the same sentence as pagecast/view/sentence.py says in titles and previews. */

import { visible } from '../text/format.js'
import { phrase } from '../text/language.js'

/** @import { ColumnFilter, ColumnNaming, RowSearch, SortKey, View, ViewPlot } from './query.js' */

const MOST_CONDITIONS = 5
const MOST_LISTED = 3
const MOST_LETTERS = 40

const CONDITIONS = /** @type {const} */ ({
  exact: 'isValue',
  not: 'isNot',
  in: 'isValue',
  notin: 'isNot',
  contains: 'contains',
  notcontains: 'containsNot',
  startswith: 'startsWith',
  endswith: 'endsWith',
  isblank: 'isBlank',
  notblank: 'isNotBlank',
  regex: 'matchesRegex'
})

/** Operators that have a sign, in every language. */
const SIGNS = new Map([
  ['gt', '>'],
  ['gte', '≥'],
  ['lt', '<'],
  ['lte', '≤']
])

/**
 * Say a view in words; nothing for the whole table.
 *
 * @param {View} view @param {ColumnNaming} names
 */
export function viewWords({ filters, search, sorts, columns, plot }, names) {
  const parts = filters.slice(0, MOST_CONDITIONS).map(one => conditionWords(one, names))
  if (filters.length > MOST_CONDITIONS) parts.push(phrase('moreValues', { n: filters.length - MOST_CONDITIONS }))
  if (search.text) parts.push(searchWords(search))
  if (sorts.length > 0) parts.push(orderWords(sorts, names))
  if (columns.length > 0) parts.push(phrase('columnsOnly', { n: columns.length }))
  if (plot) parts.push(plotWords(plot, names))
  return joined('both', parts)
}

/** @param {'both' | 'listed' | 'thenBy' | 'oneOfTwo'} key @param {readonly string[]} parts */
const joined = (key, parts) => (parts.length > 0 ? parts.reduce((one, other) => phrase(key, { one, other })) : '')

/** Name a column. A position is added to a name that others have, too. @param {number} column @param {ColumnNaming} names */
function columnWords(column, names) {
  const title = names.title(column)
  const place = phrase('columnNumber', { n: column })
  if (!title.trim()) return place
  return names.count(title) === 1 ? shown(title) : phrase('named', { name: shown(title), column: place })
}

/**
 * Say one condition, as its chip does.
 *
 * @param {ColumnFilter} filter @param {ColumnNaming} names
 */
export function conditionWords(filter, names) {
  const name = columnWords(filter.column, names)
  const sign = SIGNS.get(filter.operator)
  if (sign) return `${name} ${sign} ${valueWords(filter)}`
  const key = CONDITIONS[/** @type {keyof typeof CONDITIONS} */ (filter.operator)]
  if (key === 'isBlank' || key === 'isNotBlank') return phrase(key, { name })
  return phrase(key, { name, value: valueWords(filter) })
}

/** @param {ColumnFilter} filter */
function valueWords({ operator, values }) {
  if (operator === 'regex') return `/${shown(values[0] ?? '')}/`
  const isBare = !/with$|contains$/.test(operator)
  const quoted = values.slice(0, MOST_LISTED + 1).map(value => quote(value, isBare))
  if (quoted.length > MOST_LISTED) {
    const others = phrase('otherValues', { n: values.length - MOST_LISTED + 1 })
    quoted.splice(MOST_LISTED - 1, 2, others)
  }
  const last = quoted.pop() ?? ''
  return quoted.length > 0 ? phrase('oneOfTwo', { one: joined('listed', quoted), other: last }) : last
}

/** @param {RowSearch} search */
function searchWords(search) {
  const said = search.regex
    ? phrase('holdsRegex', { value: `/${shown(search.text)}/` })
    : phrase('holds', { value: quote(search.text, false) })
  if (search.case) return phrase(search.word ? 'withCaseAndWord' : 'withCase', { search: said })
  return search.word ? phrase('withWord', { search: said }) : said
}

/** @param {readonly SortKey[]} sorts @param {ColumnNaming} names */
function orderWords(sorts, names) {
  const keys = sorts.map(({ column, descending, natural }) => {
    const name = columnWords(column, names)
    if (natural) return phrase(descending ? 'naturalDescending' : 'naturalOrder', { name })
    return phrase(descending ? 'descending' : 'ascending', { name })
  })
  return phrase('sortedBy', { keys: joined('thenBy', keys) })
}

/** @type {Record<ViewPlot['kind'], ['histogramOf' | 'barsOf' | 'lineOf', 'scatterOf' | 'barsOfMean' | 'lineOfMean']>} */
const PLOTS = {
  histogram: ['histogramOf', 'scatterOf'],
  scatter: ['histogramOf', 'scatterOf'],
  bars: ['barsOf', 'barsOfMean'],
  line: ['lineOf', 'lineOfMean']
}

/** Say a plot, as its chip does. @param {ViewPlot} plot @param {ColumnNaming} names */
function plotWords({ kind, x, y }, names) {
  const [alone, withOther] = PLOTS[kind]
  const of = columnWords(x, names)
  return y ? phrase(withOther, { x: of, y: columnWords(y, names) }) : phrase(alone, { x: of })
}

/** @param {string} value @param {boolean} isBare whether it stands without quotation marks where these are not needed */
const quote = (value, isBare) =>
  isBare && value !== '' && !/[\s,;“”"'()，；（）]/.test(value) ? shown(value) : `“${shown(value)}”`

/** @param {string} text */
function shown(text) {
  const letters = [...text.slice(0, 2 * MOST_LETTERS + 2)]
  return visible(letters.length > MOST_LETTERS ? `${letters.slice(0, MOST_LETTERS).join('')}…` : text)
}
