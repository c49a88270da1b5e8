/** The table on paper: what is selected, or the page. It is made when the browser is about to print. */

import { isNumeric, nameOf, naturalWidths } from '../grid/layout.js'
import { bandsOf, printedBlock } from '../grid/printing.js'
import { pagesOf, rowsOf } from '../protocol/paging.js'
import { dotted, numberedRows } from '../screen/sentences.js'
import { headerRow } from '../state/state.js'
import { clip, isMissing, visible } from '../text/format.js'
import { phrase } from '../text/language.js'
import { make } from './dom.js'
import { content } from './grid/cells.js'
import { textMeasure } from './grid/measure.js'

/**
 * @import { Doc } from '../protocol/frames.js'
 * @import { TablePage } from '../state/browsing.js'
 * @import { State } from '../state/state.js'
 * @import { Grid } from './grid/grid.js'
 */

const ROOM = 920 // pixels across a sheet, after its margins, of the narrower of the usual papers
const MOST_BANDS = 4 // a table of 100 columns is not to take 30 sheets
const MOST_WIDE = 240 // pixels of a text, before it goes on in the next line
const LESS_PADDING = 13 // pixels less than on screen
const MOST_PRINTED = 2000 // characters of a cell

/** @typedef {{doc: Doc, page: TablePage, rows: readonly number[], isNumber: (column: number) => boolean}} Print */

/** @param {() => State} state @param {Grid} grid */
export function createPrinting(state, grid) {
  const paper = make('section', 'paper')
  const { measure, forget } = textMeasure(paper)

  function fill() {
    const { doc, page, selection } = state()
    if (!doc || !page) return
    document.body.append(paper) // with its letters, to be measured
    forget()
    const block = printedBlock(selection, grid.extent(), grid.order())
    const rows = block.rows.filter(row => row !== headerRow(doc))
    const { first } = rowsOf(page.page_no, 0)
    const seen = { ...page, data: rows.map(row => page.data[row - first] ?? []) }
    const natural = naturalWidths(doc, seen, block.columns, measure)
    const widths = new Map(block.columns.map((column, i) => [column, (natural[i] ?? 0) - LESS_PADDING]))
    const isNumber = (/** @type {number} */ column) => isNumeric(grid.layout(), page, column)
    const widthOf = (/** @type {number} */ column) =>
      Math.min(isNumber(column) ? ROOM : MOST_WIDE, widths.get(column) ?? 0)
    const room = ROOM - measure(String(rows.at(-1)), false) - LESS_PADDING
    const { bands, leftOut } = bandsOf(block.columns, page, widthOf, room, MOST_BANDS)
    const place = dotted(visible(doc.name), phrase('pageOf', { n: page.page_no, pages: pagesOf(doc.rows) }))
    const title = dotted(place, numberedRows(rows), leftOut > 0 && phrase('notPrinted', { n: leftOut }))
    const parts = bands.map(columns => bandTable({ doc, page: seen, rows, isNumber }, columns, title))
    paper.replaceChildren(...parts)
  }

  addEventListener('beforeprint', fill)
  addEventListener('afterprint', () => paper.remove())
}

/**
 * Make the table of a band: the title and the names of its columns come again on each sheet.
 *
 * @param {Print} print
 * @param {number[]} columns
 * @param {string} title
 */
function bandTable({ doc, page, rows, isNumber }, columns, title) {
  const table = make('table')
  const head = make('th', 'paper-title', title)
  head.colSpan = columns.length + 1
  const names = columns.map(column => cell('th', nameOf(doc, page, column), isNumber(column)))
  table
    .createTHead()
    .append(make('tr', '', head), make('tr', '', make('th', '', String(headerRow(doc) || '')), ...names))
  const lines = rows.map((row, i) => {
    const cells = columns.map(column => cell('td', page.data[i]?.[column] ?? '', isNumber(column)))
    return make('tr', '', make('th', '', String(row)), ...cells)
  })
  table.createTBody().append(...lines)
  return table
}

/** @param {'td' | 'th'} tag @param {string} text @param {boolean} isNumber */
function cell(tag, text, isNumber) {
  const className = `${isNumber ? 'number' : ''}${isMissing(text) ? ' blank' : ''}`
  return make(tag, className, ...content(clip(text, MOST_PRINTED)))
}
