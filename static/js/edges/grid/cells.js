/**
 * A row of the table and its cells as elements, used again from page to page.
 *
 * @typedef {object} CellView
 * @property {HTMLTableCellElement} element
 * @property {number} column
 * @property {string | undefined} text as it was drawn
 * @property {string} className
 * @property {boolean} selected
 *
 * @typedef {ReturnType<typeof createRow>} RowView
 * @typedef {(column: number) => {text: string | undefined, className: string}} ContentOf a column's cell
 */

import { covers } from '../../grid/selection.js'
import { clip, isLink, isPlain, pieces } from '../../text/format.js'
import { attribute, make, makeLink } from '../dom.js'

/**
 * @import { CellRange } from '../../grid/selection.js'
 * @import { DrawnWindow } from '../../grid/windowing.js'
 */

export const MOST_SHOWN = 500 // characters of a cell: more than fit into the widest column

/** @param {'td' | 'th'} tag of its cells: `th` for the row of the columns' names */
export function createRow(tag) {
  const element = make('tr')
  const head = element.appendChild(make('th'))
  head.scope = tag === 'th' ? 'col' : 'row'
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
     * @param {DrawnWindow} drawn
     * @param {readonly number[]} columns
     * @param {ContentOf} contentOf
     */
    fill({ isPartial, lefts, skipped }, columns, contentOf) {
      for (const cell of cells.splice(columns.length)) cell.element.remove()
      drawGaps(element, isPartial, lefts.length)
      attribute(head, 'aria-colindex', isPartial ? '1' : null)
      for (const [i, column] of columns.entries()) {
        const isPinned = i < lefts.length
        const cell = cells[i] ?? addCell(element, tag, isPinned)
        const { text, className } = contentOf(column)
        cells[i] = cell
        cell.column = column
        if (isPinned) cell.element.style.left = `${lefts[i]}px`
        if (cell.text !== text) paint(cell, text)
        if (cell.className !== className) cell.element.className = cell.className = className
        if (isPartial)
          cell.element.ariaColIndex = String(i + 2 + (isPinned ? 0 : skipped)) // the row numbers are a column
        else if (cell.element.ariaColIndex) cell.element.ariaColIndex = null
      }
    },
    /** Take the cells away. */
    clear() {
      for (const cell of cells.splice(0)) cell.element.remove()
      drawGaps(element, false, 0)
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
 * Have empty cells stand for the columns left and right of those drawn.
 *
 * @param {HTMLTableRowElement} row
 * @param {boolean} isPartial whether there are such columns
 * @param {number} pinned
 */
function drawGaps(row, isPartial, pinned) {
  const gaps = row.querySelectorAll('.gap')
  if (isPartial === gaps.length > 0) return
  for (const gap of gaps) gap.remove()
  if (!isPartial) return
  row.cells[Math.min(pinned, row.cells.length - 1)]?.after(makeGap())
  row.append(makeGap())
}

function makeGap() {
  const gap = make('td', 'gap')
  gap.ariaHidden = 'true'
  return gap
}

/**
 * Add a cell behind the others, before the gap that follows it.
 *
 * @param {HTMLTableRowElement} row
 * @param {'td' | 'th'} tag
 * @param {boolean} isPinned
 * @returns {CellView}
 */
function addCell(row, tag, isPinned) {
  const element = make(tag)
  if (tag === 'th') element.scope = 'col'
  element.toggleAttribute('data-pinned', isPinned)
  row.insertBefore(element, row.querySelectorAll('.gap')[isPinned ? 0 : 1] ?? null)
  return { element, column: 0, text: '', className: '', selected: false }
}

/** @param {CellView} cell @param {string | undefined} text */
function paint(cell, text) {
  const shown = clip(text ?? '', MOST_SHOWN)
  cell.text = text
  if (isPlain(shown) && !isLink(shown)) {
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
