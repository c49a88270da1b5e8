/**
 * The boxes under the header: what is typed into one is read as conditions on its column, and conditions are written as
 * they stand in a box.
 *
 * @typedef {{operator: string, values: readonly string[]}} Condition a filter without its column
 * @typedef {'boxValue' | 'boxNumber' | 'boxRange' | 'boxRegex'} BoxProblem why a box cannot be read: the key of a text
 * @typedef {{conditions: Condition[], problem: BoxProblem | null}} BoxReading
 */

const SIGNS = new Map([
  ['>=', 'gte'],
  ['≥', 'gte'],
  ['>', 'gt'],
  ['<=', 'lte'],
  ['≤', 'lte'],
  ['<', 'lt'],
  ['!=', 'not'],
  ['≠', 'not'],
  ['=', 'exact']
])
const SIGNED = /^(>=|<=|!=|[≥≤≠><=])\s*(.*)$/s
const RANGE = /^(.*?)\s*\.\.\s*(.*)$/s

/** @param {string} text */
const unquoted = text => (/^".*"$/s.test(text) ? text.slice(1, -1) : text)

/** Whether a text may be a number or a date, however a column writes them. @param {string} text */
const isOrdered = text => /\d/.test(text) && /^[^\p{L}]*(?:[eE][-+]?\d+|T[\d:.]+Z?|%)?[^\p{L}]*$/u.test(text)

/** @param {BoxProblem} problem @returns {BoxReading} */
const refuse = problem => ({ conditions: [], problem })

/** @param {Condition[]} conditions @returns {BoxReading} */
const accept = (...conditions) => ({ conditions, problem: null })

/**
 * Read what is typed into a box: `>5`, `!=x`, `a..b`, `/re/`, `=x`; any other text is to be contained. Quotation marks
 * keep a text from being read as anything else.
 *
 * @param {string} typed
 * @returns {BoxReading}
 */
export function readBox(typed) {
  const text = typed.trim()
  if (text === '') return accept()
  const [, sign = '', value = ''] = SIGNED.exec(text) ?? []
  const operator = SIGNS.get(sign)
  if (operator) return readSigned(operator, value)
  const [, from, to] = RANGE.exec(text) ?? []
  if (from !== undefined && to !== undefined && [from, to].every(end => end === '' || isOrdered(end)))
    return readRange(from, to)
  if (text.startsWith('/')) {
    const pattern = text.slice(1, -1)
    return text.endsWith('/') && pattern ? accept({ operator: 'regex', values: [pattern] }) : refuse('boxRegex')
  }
  const held = unquoted(text)
  return held ? accept({ operator: 'contains', values: [held] }) : refuse('boxValue')
}

/** @param {string} operator @param {string} value */
function readSigned(operator, value) {
  const isEqual = operator === 'exact' || operator === 'not'
  if (value === '') {
    if (!isEqual) return refuse('boxValue')
    return accept({ operator: operator === 'exact' ? 'isblank' : 'notblank', values: [] })
  }
  if (!isEqual && !isOrdered(value)) return refuse('boxNumber')
  return accept({ operator, values: [isEqual ? unquoted(value) : value] })
}

/** @param {string} from @param {string} to */
function readRange(from, to) {
  if (from === '' && to === '') return refuse('boxValue')
  if (isEmptyRange(from, to)) return refuse('boxRange')
  const low = from === '' ? [] : [{ operator: 'gte', values: [from] }]
  const high = to === '' ? [] : [{ operator: 'lte', values: [to] }]
  return accept(...low, ...high)
}

/**
 * Whether no number or date can be within two ends. Ends that are written in another way are the server's to compare.
 *
 * @param {string} from
 * @param {string} to
 */
export function isEmptyRange(from, to) {
  if (from === '' || to === '') return false
  const [low, high] = [Number(from), Number(to)]
  if (!Number.isNaN(low) && !Number.isNaN(high)) return low > high
  const areDates = [from, to].every(end => /^\d{4}-\d\d/.test(end))
  return areDates && from > to && !from.startsWith(to)
}

/**
 * Write conditions as they stand in a box; null where they are more than a box can say.
 *
 * @param {readonly Condition[]} conditions
 */
export function writeBox(conditions) {
  const [one, other] = conditions
  if (!one) return ''
  const [value = ''] = one.values
  const sign = [...SIGNS].find(([, operator]) => operator === one.operator)?.[0] ?? ''
  const ways = [value, `"${value}"`, `${sign}${value}`, `${sign}"${value}"`, `/${value}/`, '=', '!=']
  if (other) ways.push(`${value}..${other.values[0] ?? ''}`)
  const said = JSON.stringify(conditions.map(({ operator, values }) => [operator, values]))
  const isSame = (/** @type {string} */ way) =>
    JSON.stringify(readBox(way).conditions.map(({ operator, values }) => [operator, values])) === said
  return ways.find(isSame) ?? null
}
