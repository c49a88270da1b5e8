/** The elements of the table, one cell at a time. */

import { clip, isLink, isPlain, pieces } from '../../text/format.js'
import { make, makeLink } from '../dom.js'

export const MOST_SHOWN = 500 // characters of a cell: more than fit into the widest column

/**
 * @typedef {{element: HTMLTableCellElement, text: string | undefined, className: string, selected: boolean}} Slot
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

/** @param {Slot} slot @param {string | undefined} text */
export function paint(slot, text) {
  const shown = clip(text ?? '', MOST_SHOWN)
  slot.text = text
  if (isPlain(shown) && !isLink(shown)) {
    const { firstChild, childNodes } = slot.element
    // Much cheaper than another text node: what was laid out is kept.
    if (childNodes.length === 1 && firstChild instanceof Text) firstChild.data = shown
    else slot.element.textContent = shown
  } else slot.element.replaceChildren(...content(shown))
}

/** The only place where a cell's text becomes more than text: marks for what cannot be seen, a link where all of it is an address. @param {string} text @param {boolean} [lines] line ends are kept as they are */
export function content(text, lines = false) {
  if (isLink(text)) {
    const link = makeLink('', text, text)
    link.tabIndex = -1
    return [link]
  }
  return pieces(text).map(piece => (piece.mark && !(lines && piece.text === 'LF') ? make('span', 'mark', piece.text) : lines && piece.mark ? '\n' : piece.text))
}
