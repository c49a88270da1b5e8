/** One row, name by name; and JSON in a cell, indented without being altered. */

const MOST_ENTRIES = 300 // what a person may scroll through, and a screen draws at once
const MOST_JSON = 1_000_000 // characters

/** Which columns to show with the one that is looked at: all, unless they are very many. @param {number} column @param {number} columns */
export function columnsAround(column, columns) {
  const from = column - (column % MOST_ENTRIES)
  return { from, to: Math.min(columns, from + MOST_ENTRIES) }
}

const TOKENS = /"(?:[^"\\]|\\.)*"|[^\s"{}[\],:]+|[{}[\],:]/g

/**
 * The text of a JSON object or list, a line for each member; null where it is neither. Only the space between tokens
 * changes: no number is rounded, no name that stands twice is dropped.
 *
 * @param {string} text
 */
export function indented(text) {
  if (!/^\s*[{[]/.test(text) || text.length > MOST_JSON || !isJson(text)) return null
  const tokens = text.match(TOKENS) ?? []
  let depth = 0
  let out = ''
  const line = () => `\n${'  '.repeat(depth)}`
  for (const [i, token] of tokens.entries()) {
    const empty = /^[{[]$/.test(tokens[i - 1] ?? '') && /^[}\]]$/.test(token)
    if (/^[}\]]$/.test(token)) depth -= 1
    if (/^[}\]]$/.test(token) && !empty) out += line()
    out += token === ':' ? ': ' : token
    if (/^[{[]$/.test(token)) depth += 1
    if (token === ',' || (/^[{[]$/.test(token) && !/^[}\]]$/.test(tokens[i + 1] ?? ''))) out += line()
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
