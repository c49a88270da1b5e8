/**
 * The query string of a view, as PROTOCOL.md has it: reads every way to write it, and writes one. Columns count from 1.
 *
 * @typedef {{column: number, descending: boolean, natural: boolean}} SortKey
 * @typedef {{column: number, operator: string, values: readonly string[]}} ColumnFilter
 * @typedef {{text: string, case: boolean, word: boolean, regex: boolean}} RowSearch
 * @typedef {{kind: 'histogram' | 'scatter' | 'bars' | 'line', x: number, y: number}} ViewPlot `y`: 0 for none
 * @typedef {{sorts: readonly SortKey[], filters: readonly ColumnFilter[], search: RowSearch, columns: readonly number[],
 *   plot: ViewPlot | null}} View
 * @typedef {ReturnType<typeof columnNames>} ColumnNaming
 */

const SUFFIXES = 'not,contains,notcontains,startswith,endswith,gt,gte,lt,lte,in,notin,isblank,notblank,regex'.split(',')
/** Parameters beside a view's: a column of this name is named by its position. */
export const RESERVED =
  'page_no,rows,columns,version,edition,language,format,row_numbers,spreadsheet,types,names,row,column,text'.split(',')
const NAME_BYTES = 200
const MOST = { filters: 64, sorts: 16, values: 20_000, letters: 1000, bytes: 65_536 }
const NO_SEARCH = { text: '', case: false, word: false, regex: false }
const SWITCHES = /** @type {const} */ (['case', 'word', 'regex'])

/** The view that asks nothing. @type {View} */
export const WHOLE = { sorts: [], filters: [], search: NO_SEARCH, columns: [], plot: null }

/** A query string that is no view: the server says why. */
class QueryError extends Error {}

/** @param {unknown} holds @returns {asserts holds} */
function check(holds) {
  if (!holds) throw new QueryError()
}

/** @param {string} operator */
const isList = operator => operator === 'in' || operator === 'notin'

/** @param {string} text */
const bytesOf = text => new TextEncoder().encode(text).length

/** @param {string} key */
function split(key) {
  const at = key.lastIndexOf('__')
  return at < 0 ? { head: '', operator: '' } : { head: key.slice(0, at), operator: key.slice(at + 2) }
}

/** @param {string} title */
const isPlain = title =>
  title !== '' &&
  !title.startsWith('_') &&
  !RESERVED.includes(title) &&
  !SUFFIXES.includes(split(title).operator) &&
  !/\p{Surrogate}/u.test(title) &&
  bytesOf(title) <= NAME_BYTES

/**
 * The names of a table's columns: by header where that is plain and unique, else by position.
 *
 * @param {readonly string[]} header of all columns: what is unique can be told from all of them only
 * @param {number} columns
 */
export function columnNames(header, columns) {
  /** @type {Map<string, number[]>} */
  const byTitle = new Map()
  /** @param {number} column */
  const title = column => header[column - 1] ?? ''
  for (let column = 1; column <= columns; column++) {
    const same = byTitle.get(title(column))
    if (same) same.push(column)
    else byTitle.set(title(column), [column])
  }
  /** @param {string} text */
  const count = text => byTitle.get(text)?.length ?? 0
  return {
    columns,
    title,
    count,
    /** @param {number} column */
    reference: column => (isPlain(title(column)) && count(title(column)) === 1 ? title(column) : `_c${column}`),
    /** @param {string} reference */
    find(reference) {
      const position = /^_c([1-9]\d{0,8})$/.exec(reference)
      const named = count(reference) === 1 && isPlain(reference) ? byTitle.get(reference)?.[0] : undefined
      const column = position ? Number(position[1]) : named
      check(column !== undefined && column <= columns)
      return column
    }
  }
}

/**
 * Read a query string, with or without its question mark. Returns null where it is no view.
 *
 * @param {string} query @param {ColumnNaming} names
 */
export function parseQuery(query, names) {
  try {
    return parse(query, names)
  } catch (error) {
    if (error instanceof QueryError || error instanceof URIError || error instanceof SyntaxError) return null
    throw error
  }
}

/** @param {string} query @param {ColumnNaming} names */
function parse(query, names) {
  /** @type {SortKey[]} */
  const sorts = []
  /** @type {ColumnFilter[]} */
  const filters = []
  /** @type {number[]} */
  const columns = []
  /** @type {Map<string, string>} */
  const search = new Map()
  /** @type {Map<string, string>} */
  const plot = new Map()
  for (const part of query.replace(/^\?/, '').split('&').filter(Boolean)) {
    const at = part.indexOf('=')
    const [key, value] = (at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)]).map(decode)
    check(key !== undefined && value !== undefined)
    const sort = /^_sort(_natural)?(_desc)?$/.exec(key)
    if (sort) sorts.push({ column: names.find(value), descending: !!sort[2], natural: !!sort[1] })
    else if (key === '_col') columns.push(names.find(value))
    else if (/^_search(_case|_word|_regex)?$/.test(key)) addSearch(search, key, value)
    else if (/^_plot(_x|_y)?$/.test(key)) {
      check((plot.get(key) ?? value) === value)
      plot.set(key, value)
    } else filters.push(parseFilter(key, value, names))
  }
  check(new Set(sorts.map(({ column }) => column)).size === sorts.length)
  const [onCase, word, regex] = SWITCHES.map(name => search.has(`_search_${name}`))
  const found = { text: search.get('_search') ?? '', case: !!onCase, word: !!word, regex: !!regex }
  const view = normalize({ sorts, filters, search: found, columns, plot: plotOf(plot, names) }, names.columns)
  const values = view.filters.reduce((sum, one) => sum + one.values.length, 0)
  check(view.filters.length <= MOST.filters && sorts.length <= MOST.sorts && values <= MOST.values)
  return view
}

/** @param {Map<string, string>} plot @param {ColumnNaming} names @returns {ViewPlot | null} */
function plotOf(plot, names) {
  if (plot.size === 0) return null
  const [kind = '', x = '', y = ''] = ['_plot', '_plot_x', '_plot_y'].map(key => plot.get(key))
  check(/^(histogram|scatter|bars|line)$/.test(kind))
  check(x && (kind !== 'scatter' || y))
  return { kind: /** @type {ViewPlot['kind']} */ (kind), x: names.find(x), y: y ? names.find(y) : 0 }
}

/** Decode a part of a query. A percent sign that begins no escape stands for itself. @param {string} text */
const decode = text => decodeURIComponent(text.replace(/\+/g, ' ').replace(/%(?![\da-f]{2})/gi, '%25'))

/** @param {Map<string, string>} search @param {string} key @param {string} value */
function addSearch(search, key, value) {
  check(key === '_search' || value === '1')
  if (value === '') return
  check(search.get(key) === undefined || search.get(key) === value)
  check([...value].length <= MOST.letters)
  search.set(key, value)
}

/** @param {string} key @param {string} value @param {ColumnNaming} names @returns {ColumnFilter} */
function parseFilter(key, value, names) {
  const { head, operator } = split(key)
  if (!SUFFIXES.includes(operator) || names.count(key) > 0) {
    return { column: names.find(key), operator: 'exact', values: valuesOf('exact', value) }
  }
  return { column: names.find(head), operator, values: valuesOf(operator, value) }
}

/** @param {string} operator @param {string} value @returns {string[]} */
function valuesOf(operator, value) {
  if (/blank$/.test(operator)) {
    check(value === '' || value === '1')
    return []
  }
  const values = isList(operator) ? listOf(value) : [value]
  check(value !== '' || isList(operator) || operator === 'exact' || operator === 'not')
  check(values.every(one => typeof one === 'string' && bytesOf(one) <= MOST.bytes && !/\p{Surrogate}/u.test(one)))
  check(values.length > 0 && (operator !== 'regex' || [...value].length <= MOST.letters))
  return values
}

const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/** Read a list: comma-separated, or in JSON, where numbers are texts as they stand. @param {string} value @returns {string[]} */
function listOf(value) {
  if (!value.startsWith('[')) return value.split(',')
  return JSON.parse(value.replace(STRING_OR_NUMBER, found => (found[0] === '"' ? found : `"${found}"`)))
}

/**
 * Make the one view that stands for all that ask the same.
 *
 * @param {View} view @param {number} columns
 * @returns {View}
 */
export function normalize(view, columns) {
  const sorts = view.sorts.filter(({ column }, i) => view.sorts.findIndex(one => one.column === column) === i)
  const chosen = [...new Set(view.columns)]
  const isAll = chosen.length === columns && chosen.every((column, i) => column === i + 1)
  const filters = view.filters.map(normalFilter).sort(compareFilters)
  return {
    sorts,
    filters: filters.filter((one, i) => i === 0 || compareFilters(one, filters[i - 1] ?? one) !== 0),
    search: view.search.text ? view.search : NO_SEARCH,
    columns: isAll ? [] : chosen,
    plot: view.plot?.kind === 'histogram' ? { ...view.plot, y: 0 } : view.plot
  }
}

/** @param {ColumnFilter} filter @returns {ColumnFilter} */
function normalFilter({ column, operator, values }) {
  if (!isList(operator)) return { column, operator, values }
  const sorted = [...new Set(values)].sort(compareTexts)
  return { column, operator: sorted.length > 1 ? operator : operator === 'in' ? 'exact' : 'not', values: sorted }
}

/** @param {ColumnFilter} one @param {ColumnFilter} other */
function compareFilters(one, other) {
  const first = one.column - other.column || compareTexts(one.operator, other.operator)
  const at = first ? -1 : one.values.findIndex((value, i) => value !== other.values[i])
  if (first || at < 0) return first || one.values.length - other.values.length
  return at < other.values.length ? compareTexts(one.values[at] ?? '', other.values[at]) : 1
}

/** Compare by code points, as the server does. @param {string} one @param {string} [other] */
function compareTexts(one, other = '') {
  let at = 0
  while (at < one.length && one[at] === other[at]) at++
  return rank(one.charCodeAt(at)) - rank(other.charCodeAt(at))
}

/** Rank a code unit, surrogates last; the end of a text comes first. @param {number} unit */
const rank = unit => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : Number.isNaN(unit) ? -1 : unit)

/**
 * Write the canonical query string of a view.
 *
 * @param {View} view @param {ColumnNaming} names
 */
export function writeQuery(view, names) {
  const { sorts, filters, search, columns, plot } = normalize(view, names.columns)
  /** @type {[string, string][]} */
  const pairs = []
  for (const one of filters) {
    const suffix = one.operator === 'exact' ? '' : `__${one.operator}`
    pairs.push([names.reference(one.column) + suffix, writeValues(one)])
  }
  for (const { column, descending, natural } of sorts) {
    pairs.push([`_sort${natural ? '_natural' : ''}${descending ? '_desc' : ''}`, names.reference(column)])
  }
  if (search.text) pairs.push(['_search', search.text])
  for (const name of SWITCHES) if (search[name]) pairs.push([`_search_${name}`, '1'])
  for (const column of columns) pairs.push(['_col', names.reference(column)])
  if (plot) pairs.push(['_plot', plot.kind], ['_plot_x', names.reference(plot.x)])
  if (plot?.y) pairs.push(['_plot_y', names.reference(plot.y)])
  return pairs.map(pair => pair.map(encode).join('=')).join('&')
}

/** @param {ColumnFilter} filter */
function writeValues({ operator, values: [first = '1', ...others] }) {
  if (!isList(operator)) return first
  const values = [first, ...others]
  return first.startsWith('[') || values.some(one => one.includes(',')) ? JSON.stringify(values) : values.join(',')
}

/** @param {string} text */
const encode = text =>
  encodeURIComponent(text)
    .replace(/[!'()*]/g, found => `%${found.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%(?:2C|3A|2F)/g, decodeURIComponent)
