/**
 * A row of the table and its cells as elements, used again from page to page.
 *
 * @typedef {object} CellView
 * @property {HTMLTableCellElement} element
 * @property {number} column
 * @property {string | undefined} text as it was drawn
 * @property {string | null} rest as it was drawn
 * @property {string} className
 * @property {number} width pixels
 * @property {number} index of its column for screen readers; 0 where all columns are drawn
 * @property {boolean} selected
 *
 * @typedef {ReturnType<typeof createRow>} RowView
 * @typedef {object} CellContent
 * @property {string | undefined} text
 * @property {string} className
 * @property {string | null} [rest] null where the cell has one line, else the words of the button that shows the rest of
 *   a text that was sent cut
 * @typedef {(column: number, i: number) => CellContent} ContentOf a column's cell
 */

import { covers } from '../../grid/selection.js'
import { clip, isLink, isPlain, pieces } from '../../text/format.js'
import { attribute, make, makeButton, makeLink } from '../dom.js'

/**
 * @import { CellRange } from '../../grid/selection.js'
 * @import { Drawing } from './table.js'
 */

const MOST_SHOWN = 500 // characters of a cell: more than fit into the widest column

/** @param {'td' | 'th'} tag of its cells: `th` for the row of the columns' names */
export function createRow(tag) {
  const element = make('tr')
  const head = element.appendChild(make('th'))
  head.scope = tag === 'th' ? 'col' : 'row'
  element.role = 'row'
  head.role = tag === 'th' ? 'columnheader' : 'rowheader'
  /** The drawn cells, the pinned ones first. @type {CellView[]} */
  const cells = []

  const row = {
    element,
    head,
    cells,
    /** The number of the row. */
    number: 0,
    /**
     * Draw the cells of these columns.
     *
     * @param {Drawing} drawing
     * @param {readonly number[]} columns
     * @param {ContentOf} contentOf
     */
    fill({ drawn: { isPartial, lefts, skipped, numbers }, widths, gap }, columns, contentOf) {
      for (const cell of cells.splice(columns.length)) cell.element.remove()
      attribute(head, 'aria-colindex', isPartial ? '1' : null)
      size(head, numbers)
      for (const [i, column] of columns.entries()) {
        const isPinned = i < lefts.length
        const cell = cells[i] ?? addCell(element, tag, isPinned)
        const { text, className, rest = null } = contentOf(column, i)
        const width = widths[i] ?? 0
        const index = isPartial ? i + 2 + (isPinned ? 0 : skipped) : 0 // the row numbers are a column
        cells[i] = cell
        cell.column = column
        if (isPinned) cell.element.style.left = `${lefts[i]}px`
        if (cell.width !== width) size(cell.element, width)
        if (cell.text !== text || cell.rest !== rest) paint(cell, text, rest)
        if (cell.className !== className) cell.element.className = cell.className = className
        if (cell.index !== index) attribute(cell.element, 'aria-colindex', index ? String(index) : null)
        cell.width = width
        cell.index = index
      }
      drawGap(element, isPartial && columns.length > 0, lefts.length, gap)
    },
    /** Take the cells away. */
    clear() {
      for (const cell of cells.splice(0)) cell.element.remove()
      drawGap(element, false, 0, 0)
    },
    /** Mark the cells that are selected. @param {readonly CellRange[]} ranges @param {Int32Array} positions of columns */
    mark(ranges, positions) {
      const own = ranges.filter(range => covers(range, row.number, range.left))
      head.toggleAttribute('data-within', own.length > 0)
      for (const cell of cells) {
        const selected = own.some(range => covers(range, row.number, positions[cell.column] ?? -1))
        if (cell.selected === selected) continue
        cell.selected = selected
        attribute(cell.element, 'aria-selected', selected ? 'true' : null)
      }
    }
  }
  return row
}

/**
 * Scroll a row sideways: cells that leave on one side enter on the other, and cells whose columns stay are kept.
 *
 * @param {CellView[]} cells @param {number} pinned cells that stay @param {number} by how many
 */
export function rotate(cells, pinned, by) {
  if (by === 0) return
  const stay = cells.splice(pinned)
  const leave = by > 0 ? stay.splice(0, by) : stay.splice(by)
  const elements = leave.map(cell => cell.element)
  if (by > 0) stay.at(-1)?.element.after(...elements)
  else stay[0]?.element.before(...elements)
  cells.push(...(by > 0 ? [...stay, ...leave] : [...leave, ...stay]))
}

/**
 * Have an empty cell stand for the columns between the pinned ones and those drawn.
 *
 * @param {HTMLTableRowElement} row
 * @param {boolean} isPartial whether columns are left out
 * @param {number} pinned
 * @param {number} width
 */
function drawGap(row, isPartial, pinned, width) {
  let gap = /** @type {HTMLElement | null} */ (row.querySelector('.gap'))
  if (!isPartial) return gap?.remove()
  if (!gap) {
    gap = make('td', 'gap')
    gap.ariaHidden = 'true'
    row.cells[pinned]?.after(gap)
  }
  size(gap, width)
}

/** @param {HTMLElement} element @param {number} width */
function size({ style }, width) {
  style.width = `${width}px`
}

/**
 * Add a cell behind the others.
 *
 * @param {HTMLTableRowElement} row
 * @param {'td' | 'th'} tag
 * @param {boolean} isPinned
 * @returns {CellView}
 */
function addCell(row, tag, isPinned) {
  const element = row.appendChild(make(tag))
  element.role = tag === 'th' ? 'columnheader' : 'gridcell'
  if (tag === 'th') element.scope = 'col'
  element.toggleAttribute('data-pinned', isPinned)
  return { element, column: 0, text: '', rest: null, className: '', width: 0, index: 0, selected: false }
}

/** @param {CellView} cell @param {string | undefined} text @param {string | null} rest */
function paint(cell, text = '', rest) {
  const shown = rest === null ? clip(text, MOST_SHOWN) : text
  cell.text = text
  cell.rest = rest
  if (rest) {
    const button = makeButton('rest', rest, () => {}) // the table hears it
    button.tabIndex = -1 // Enter on the cell does the same
    cell.element.replaceChildren(...content(`${text}…`), ' ', button)
  } else if (isPlain(shown) && !isLink(shown)) {
    const { firstChild, childNodes } = cell.element
    // Much cheaper than another text node: the browser keeps what it laid out.
    if (childNodes.length === 1 && firstChild instanceof Text) firstChild.data = shown
    else cell.element.textContent = shown
  } else cell.element.replaceChildren(...content(shown))
}

/**
 * Turn a cell's text into nodes: characters that cannot be seen get a mark, a cell that is an address becomes a link.
 * This is the only place where a cell's text becomes more than text.
 *
 * @param {string} text @param {boolean} [lines] whether line ends stay as they are
 */
export function content(text, lines = false) {
  if (isLink(text)) {
    const link = makeLink('', text, text)
    link.tabIndex = -1
    return [link]
  }
  return pieces(text).map(({ text, mark }) => {
    if (mark && lines && text === 'LF') return '\n'
    return mark ? make('span', 'mark', text) : text
  })
}
