/**
 * The table element: draws a page, marks the selection, and finds the cell under a pointer or the element of a cell.
 *
 * @typedef {ReturnType<typeof createTable>} TableView
 *
 * @typedef {object} Sheet a page, and the document that it is of
 * @property {Doc} doc
 * @property {TablePage} page
 * @property {number} folded how many of its first rows the body leaves out
 *
 * @typedef {object} DrawnPart
 * @property {Layout} layout
 * @property {DrawnWindow} drawn
 * @property {number} first number of the page's first row
 * @property {readonly number[]} widths of the drawn columns, in pixels
 * @property {number} gap pixels between the pinned ones and the others
 *
 * @typedef {Sheet & DrawnPart} Drawing what the table shows
 *
 * @typedef {SelectionTarget & {element: HTMLElement}} Spot what a pointer is on
 */

import { hasColumn } from '../../grid/column-windows.js'
import { columnOrder, fullWidth, isNumeric, nameOf, unnamed } from '../../grid/layout.js'
import { covers, partsOf, rangeOf } from '../../grid/selection.js'
import { drawnWidths, isDrawn, windowOf } from '../../grid/windowing.js'
import { numberOf, PAGE_ROWS, rowsOf } from '../../protocol/paging.js'
import { clip, isMissing, size, visible } from '../../text/format.js'
import { shortName } from '../../screen/sentences.js'
import { phrase } from '../../text/language.js'
import { attribute, make, say } from '../dom.js'
import { createRow, rotate } from './cells.js'
import { rowsShown } from '../../state/views.js'

/**
 * @import { Layout } from '../../grid/layout.js'
 * @import { Selection, SelectionTarget } from '../../grid/selection.js'
 * @import { DrawnWindow, Viewport } from '../../grid/windowing.js'
 * @import { Doc } from '../../protocol/frames.js'
 * @import { TablePage } from '../../state/browsing.js'
 * @import { RowView } from './cells.js'
 */

const MOST_IN_TITLE = 2000 // characters
const USUAL_HEIGHT = 27 // pixels of a row, before there is one
const WRAPPING = { true: ' wraps', false: ' whole', undefined: '' }

/** Whether all text wraps that no choice says more about. */
export const areWrapped = () => document.documentElement.classList.contains('wrap')

export function createTable() {
  const table = make('table')
  table.role = 'grid'
  table.ariaMultiSelectable = 'true'
  const thead = table.createTHead()
  const tbody = table.createTBody()
  thead.role = tbody.role = 'rowgroup'
  const head = createRow('th')
  head.head.className = 'corner'
  thead.append(head.element)
  /** The head, and the rows of the body, as many as were ever needed. */
  const rows = [head]
  /** @type {Drawing | null} */
  let drawing = null
  /** @type {Selection | null} */
  let selection = null

  /** Pixels of a row; 0 where rows differ. */
  const rowHeight = () => (table.hasAttribute('data-wraps') ? 0 : rows[1]?.element.offsetHeight || USUAL_HEIGHT)

  const mark = () => drawing && markRows(rows, head, drawing.layout, selection)

  return {
    table,
    thead,
    tbody,
    head,
    rows,
    drawing: () => drawing,
    /**
     * Draw what is in sight of a page.
     *
     * @param {Sheet} sheet
     * @param {Layout} layout
     * @param {Viewport} view
     * @param {number} numbers pixels
     */
    draw({ doc, page, folded }, layout, view, numbers) {
      const { first } = rowsOf(page.page_no, 0)
      table.toggleAttribute('data-wraps', areWrapped() || [...layout.choices.values()].some(({ wrap }) => wrap))
      const drawn = windowOf(layout, view, rowHeight(), page.data.length - folded, numbers)
      const before = drawing?.drawn
      drawing = { doc, page, folded, layout, first, drawn, ...drawnWidths(drawn, layout) }
      table.style.width = `max(100%, ${numbers + fullWidth(layout)}px)`
      drawRows(head, rows, tbody, drawing, before)
      nameTable(table, drawing)
      mark()
    },
    /** Whether all that is in sight is drawn. @param {Drawing} drawing @param {Viewport} view */
    hasDrawn: ({ drawn, layout, page, folded }, view) =>
      isDrawn(drawn, layout, view, rowHeight(), page.data.length - folded),
    /** Mark what is selected. @param {typeof selection} next */
    mark(next) {
      if (selection === next) return
      selection = next
      mark()
    },
    remove() {
      table.remove()
      drawing = selection = null
    }
  }
}

// Drawing

/**
 * Mark what is selected.
 *
 * @param {RowView[]} rows
 * @param {RowView} head
 * @param {Layout} layout
 * @param {Selection | null} selection
 */
function markRows(rows, head, layout, selection) {
  const order = columnOrder(layout)
  const ranges = selection ? partsOf(selection).map(part => rangeOf(part, order)) : []
  for (const row of rows) row.mark(ranges, layout.positions)
  for (const { element, column } of head.cells) {
    const position = layout.positions[column] ?? -1
    const isWithin = ranges.some(range => covers(range, range.top, position))
    element.toggleAttribute('data-within', isWithin)
  }
}

/** Say the name and the size of the table. @param {HTMLElement} table @param {Drawing} drawing */
function nameTable(table, { doc, page, drawn, layout }) {
  attribute(table, 'aria-label', phrase('tableNamed', { name: shortName(doc.name) }))
  attribute(table, 'aria-rowcount', String(rowsShown({ doc, page })))
  attribute(table, 'aria-colcount', drawn.isPartial ? String(layout.order.length + 1) : null)
}

/** @param {RowView} row @param {Drawing} drawing */
function drawHead(row, drawing) {
  const { doc, page, folded, layout, drawn } = drawing
  const { header } = doc.dialect
  row.number = header && folded > 0 ? doc.preamble + 1 : 0 // it stands for that row of the page
  say(row.head, header ? String(doc.preamble + 1) : '')
  attribute(row.head, 'aria-label', phrase('row'))
  attribute(row.element, 'aria-rowindex', header && !page.row_numbers ? String(doc.preamble + 1) : null)
  row.fill(drawing, drawn.columns, column => {
    const className = isNumeric(layout, page, column) ? 'number' : ''
    return { text: nameOf(doc, page, column), className: header ? className : `${className} unnamed`.trim() }
  })
  for (const { element, text, column } of row.cells) attribute(element, 'aria-label', text ? null : unnamed(column))
}

/**
 * Draw the rows. Columns that stay keep their cells.
 *
 * @param {RowView} head @param {RowView[]} rows the head, too @param {HTMLTableSectionElement} tbody
 * @param {Drawing} drawing @param {DrawnWindow} [before]
 */
function drawRows(head, rows, tbody, drawing, before) {
  const { page, folded, drawn, first } = drawing
  const { lefts, skipped } = drawn
  const data = page.data.slice(folded)
  for (const row of rows) {
    if (before?.lefts.length === lefts.length) rotate(row.cells, lefts.length, skipped - before.skipped)
    else row.clear() // its cells were made for other pins
  }
  drawHead(head, drawing)
  const restOf = restsOf(drawing)
  while (tbody.rows.length > data.length) tbody.deleteRow(-1)
  const looks = drawn.columns.map(column => lookOf(drawing, column))
  for (const [i, cells] of data.entries()) {
    const row = rows[i + 1] ?? createRow('td')
    rows[i + 1] = row
    if (row.element.parentNode !== tbody) tbody.append(row.element)
    row.number = first + folded + i
    drawRow(row, cells, i, drawing, looks, restOf)
  }
}

/**
 * The words for the rest of a cell that was sent cut.
 *
 * @param {Drawing} drawing
 * @returns {(row: number, column: number) => string}
 */
function restsOf({ page }) {
  const cut = new Map(page.cut.map(([row, column, bytes]) => [`${row} ${column - 1}`, bytes]))
  return (row, column) => {
    const bytes = cut.get(`${numberOf(page, row)} ${column}`)
    return bytes ? phrase('allOfCell', { size: size(bytes) }) : ''
  }
}

/** The classes of a column's cells, and of those that it has not. @param {Drawing} drawing @param {number} column */
function lookOf({ page, layout }, column) {
  const numeric = isNumeric(layout, page, column) ? 'number' : ''
  const wrap = layout.choices.get(column)?.wrap
  return {
    numeric,
    wrapping: WRAPPING[`${wrap}`],
    wraps: wrap ?? areWrapped(),
    open: hasColumn(page, column) ? 'missing' : 'awaited'
  }
}

/**
 * @param {RowView} row
 * @param {readonly string[]} cells
 * @param {number} i of the body's rows
 * @param {Drawing} drawing
 * @param {ReturnType<typeof lookOf>[]} looks of the drawn columns
 * @param {ReturnType<typeof restsOf>} restOf
 */
function drawRow({ number, head, element, fill }, cells, i, drawing, looks, restOf) {
  const { drawn, page } = drawing
  say(head, String(numberOf(page, number)))
  attribute(element, 'aria-rowindex', String(number))
  const isNear = i >= drawn.rows.from && i < drawn.rows.to
  fill(drawing, isNear ? drawn.columns : [], (column, at) => {
    const text = cells[column]
    const { numeric = '', wrapping = '', wraps, open = '' } = looks[at] ?? {}
    if (text === undefined) return { text, className: open }
    const className = `${numeric}${isMissing(text) ? ' blank' : ''}${wrapping}`
    return { text, className, rest: wraps ? restOf(number, column) : null } // a wrapped cell shows all that was sent
  })
}

// Finding

/** The elements of a row. @param {TableView} table @param {number} number of the row */
export const rowOf = ({ rows }, number) => rows.find(row => row.number === number && row.element.isConnected)

/**
 * The element of a cell, where it is drawn.
 *
 * @param {TableView} table
 * @param {number} number of the row
 * @param {number} column
 */
export function cellOf(table, number, column) {
  return rowOf(table, number)?.cells.find(cell => cell.column === column)?.element ?? null
}

/** What a pointer is on. @param {TableView} table @param {EventTarget | null} target @returns {Spot | null} */
export function spotOf({ rows, head, drawing }, target) {
  const element = target instanceof Element ? target.closest('td:not(.gap), th') : null
  const row = rows.find(one => one.element === element?.parentElement)
  if (!(element instanceof HTMLElement) || !row) return null
  const { column = row.cells[0]?.column ?? 0 } = row.cells.find(cell => cell.element === element) ?? {}
  const isRow = element === row.head
  if (row === head) return { kind: isRow ? 'page' : 'columns', row: drawing()?.first ?? 1, column, element }
  return { kind: isRow ? 'rows' : 'cells', row: row.number, column, element }
}

/** Show all of a cell as a title, where it is cut. @param {TableView} table */
export function showTitles(table) {
  table.table.addEventListener('pointerover', ({ target }) => {
    const { kind, element, row = 0, column = 0 } = spotOf(table, target) ?? {}
    if (!element) return
    const cells = table.drawing()?.page.data[(row - 1) % PAGE_ROWS]
    const text = kind === 'cells' ? (cells?.[column] ?? '') : (element.textContent ?? '')
    const isCut = (element.textContent ?? '').length < text.length || element.scrollWidth > element.clientWidth
    element.title = isCut ? clip(visible(text), MOST_IN_TITLE) : ''
  })
}
