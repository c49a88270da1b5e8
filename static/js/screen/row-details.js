/** The details of one row: which columns to list, and JSON in a cell indented without being altered. */

const MAX_COLUMNS = 300 // as many as a person may scroll through, and a screen draws at once
const MAX_JSON = 1_000_000 // characters

/** Choose the columns to list around one: all, unless there are many. @param {number} column @param {number} columns */
export function columnsAround(column, columns) {
  const from = column - (column % MAX_COLUMNS)
  return { from, to: Math.min(columns, from + MAX_COLUMNS) }
}

const TOKENS = /"(?:[^"\\]|\\.)*"|[^\s"{}[\],:]+|[{}[\],:]/g
const OPENS = /^[{[]$/
const CLOSES = /^[}\]]$/

/**
 * Indent a JSON object or list, one line for each member, or return null where a text is neither. Only the space
 * between tokens changes: no number is rounded, and no name that stands twice is lost.
 *
 * @param {string} text
 */
export function indentJson(text) {
  if (!/^\s*[{[]/.test(text) || text.length > MAX_JSON || !isJson(text)) return null
  const tokens = text.match(TOKENS) ?? []
  let depth = 0
  let out = ''
  const line = () => `\n${'  '.repeat(depth)}`
  for (const [i, token] of tokens.entries()) {
    const [opens, closes] = [OPENS.test(token), CLOSES.test(token)]
    if (closes) depth -= 1
    if (closes && !OPENS.test(tokens[i - 1] ?? '')) out += line()
    out += token === ':' ? ': ' : token
    if (opens) depth += 1
    if (token === ',' || (opens && !CLOSES.test(tokens[i + 1] ?? ''))) out += line()
  }
  return out
}

/** @param {string} text */
function isJson(text) {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
