/** JSON in a cell as a tree. Each value stays the text of the cell: no number is rounded, no name that stands twice is lost. */

/**
 * @typedef {object} JsonNode a value
 * @property {string} name of a member, as it is written; empty in a list
 * @property {string} opens `{` or `[`, or empty
 * @property {number} from where its text begins
 * @property {number} to where its text ends
 * @property {JsonNode[]} children
 */

const MAX_JSON = 1_000_000 // characters
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[^\s"{}[\],:]+|[{}[\],:]/g

/** Parse a JSON object or list, or return null where a text is neither. @param {string} text @returns {JsonNode | null} */
export function parseJson(text) {
  if (!/^\s*[{[]/.test(text) || text.length > MAX_JSON || !isJson(text)) return null
  /** @type {JsonNode[]} the values that are open, from the outside in */
  const open = [{ name: '', opens: '', from: 0, to: text.length, children: [] }]
  const [root] = open
  let name = ''
  for (const { 0: token, index } of text.matchAll(TOKENS)) {
    const around = open.at(-1)
    const to = index + token.length
    if (!around || token === ',') continue
    if (token === ':') {
      const { from = 0, to: end = 0 } = around.children.pop() ?? {} // it was a name
      name = text.slice(from, end)
    } else if (token === '}' || token === ']') {
      around.to = to
      open.pop()
    } else {
      const opens = /[{[]/.test(token.charAt(0)) ? token : ''
      const node = { name, opens, from: index, to, children: [] }
      around.children.push(node)
      if (opens) open.push(node)
      name = ''
    }
  }
  return root?.children[0] ?? null
}

/** The text to copy of a value: a string without its quotes, all else as it is written. @param {string} written */
export const copyOf = written => (written.startsWith('"') ? String(JSON.parse(written)) : written)

/** @param {string} text */
function isJson(text) {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
