/** JSON in a cell as lists that open and close, with a button that copies each value. */

import { copyOf } from '../screen/json-tree.js'
import { clip } from '../text/format.js'
import { phrase } from '../text/language.js'
import { copy } from './clipboard.js'
import { announce, make, makeButton } from './dom.js'
import { content } from './grid/cells.js'

/** @import { JsonNode } from '../screen/json-tree.js' */

const MAX_SHOWN = 20_000 // characters of a value
const MAX_LISTED = 200 // values at once
const MAX_OPEN = 20 // a value with more members is closed at first
const ANSWER_MS = 1600

/**
 * @param {string} text of the cell
 * @param {JsonNode} node
 * @param {number} [depth] how many lists it is in
 */
export function jsonTree(text, node, depth = 0) {
  const list = make('ul', 'json')
  list.dir = 'ltr'
  const more = makeButton('as-link', '', extend)

  function extend() {
    const from = list.childElementCount
    const fresh = node.children.slice(from, from + MAX_LISTED)
    list.append(...fresh.map((child, i) => item(text, child, String(from + i), depth)))
    const rest = node.children.length - list.childElementCount
    more.textContent = phrase('moreValues', { n: rest })
    if (rest > 0) list.after(more)
    else more.remove()
  }

  const whole = make('div', '', list)
  extend()
  return whole
}

/** @param {string} text @param {JsonNode} node @param {string} place in its list @param {number} depth */
function item(text, node, place, depth) {
  const { name, opens, from, to, children } = node
  const written = text.slice(from, to)
  const key = make('span', name ? 'json-name' : 'soft', ...content(clip(name || place, MAX_SHOWN)))
  const button = copyButton(name ? copyOf(name) : place, () => copyOf(written))
  if (children.length === 0)
    return make('li', '', button, key, ' ', make('span', '', ...content(clip(written, MAX_SHOWN))))
  const count = make('span', 'soft', opens === '{' ? ` {${children.length}}` : ` [${children.length}]`)
  const details = make('details', '', make('summary', '', key, count))
  details.ontoggle = () => {
    if (details.childElementCount < 2) details.append(jsonTree(text, node, depth + 1))
  }
  details.open = depth < 2 && children.length <= MAX_OPEN
  return make('li', '', button, details)
}

/**
 * Make a button that copies a text, and shows for a short time that it did.
 *
 * @param {string} name of what is copied
 * @param {() => string | null | Promise<string | null>} textOf null where it cannot be had
 */
export function copyButton(name, textOf) {
  const button = makeButton('copy', '', async () => {
    const text = await textOf()
    if (text === null || !(await copy(text))) return
    button.dataset.copied = ''
    announce(phrase('copied'))
    setTimeout(() => delete button.dataset.copied, ANSWER_MS)
  })
  button.title = button.ariaLabel = phrase('copyOne', { name: clip(name, 60) })
  return button
}
