/** The elements of the table, one cell at a time. */

import { clip, isPlain, pieces } from '../format.js'
import { make } from './dom.js'

export const MOST_SHOWN = 500 // characters of a cell: more than fit into the widest column

/**
 * @typedef {{element: HTMLTableCellElement, text: string | undefined, className: string}} Slot
 * @typedef {{element: HTMLTableRowElement, head: HTMLTableCellElement, slots: Slot[]}} Line
 */

/** @param {'td' | 'th'} tag @param {string} scope @returns {Line} */
export function newLine(tag, scope) {
  const element = make('tr')
  const head = element.appendChild(make(tag))
  head.scope = scope
  return { element, head, slots: [] }
}

export function newGap() {
  const gap = make('td', 'gap')
  gap.ariaHidden = 'true'
  return gap
}

/** The only place where a cell's text meets the page: always as text. @param {Slot} slot @param {string | undefined} text */
export function paint(slot, text) {
  const shown = clip(text ?? '', MOST_SHOWN)
  slot.text = text
  if (isPlain(shown)) {
    const { firstChild, childNodes } = slot.element
    // Much cheaper than another text node: what was laid out is kept.
    if (childNodes.length === 1 && firstChild instanceof Text) firstChild.data = shown
    else slot.element.textContent = shown
    return
  }
  slot.element.replaceChildren(
    ...pieces(shown).map(piece => (piece.mark ? make('span', 'mark', piece.text) : piece.text)),
  )
}
