/** The table on paper: what is selected, or the page. It is made when the browser is about to print. */

import { hasColumns, spansOf } from '../grid/column-windows.js'
import { isNumeric, nameOf, naturalWidths } from '../grid/layout.js'
import { bandsOf, printedBlock } from '../grid/printing.js'
import { numberOf, rowsOf } from '../protocol/paging.js'
import { dotted, numberedRows, shownView } from '../screen/sentences.js'
import { headerRow, isLive } from '../state/state.js'
import { pagesShown } from '../state/views.js'
import { clip, isMissing, visible } from '../text/format.js'
import { phrase } from '../text/language.js'
import { make } from './dom.js'
import { content } from './grid/cells.js'
import { textMeasure } from './grid/measure.js'

/**
 * @import { Doc, Span } from '../protocol/frames.js'
 * @import { ViewWords } from '../screen/sentences.js'
 * @import { TablePage } from '../state/browsing.js'
 * @import { State } from '../state/state.js'
 * @import { Grid } from './grid/grid.js'
 */

const ROOM = 920 // pixels across a sheet, after its margins, of the narrower of the usual papers
const MOST_COLUMNS = 200 // some dozens of sheets
const MOST_WIDE = 240 // pixels of a text, before it goes on in the next line
const LESS_PADDING = 13 // pixels less than on screen
const MOST_PRINTED = 2000 // characters of a cell

/** @typedef {{doc: Doc, page: TablePage, rows: readonly number[], isNumber: (column: number) => boolean}} Print */

/**
 * @param {{state: () => State, viewWords: ViewWords, onSentence: (sentence: string) => void}} handlers
 * @param {Grid} grid
 */
export function createPrinting({ state, viewWords, onSentence }, grid) {
  const paper = make('section', 'paper')
  const { measure, forget } = textMeasure(paper)
  /**
   * The columns that printing waits for, and the page that they are of.
   *
   * @type {{columns: Span[], page: TablePage} | null}
   */
  let awaited = null
  const chosen = () => printedBlock(state().selection, grid.extent(), grid.order())

  function fill() {
    const { doc, page } = state()
    if (!doc || !page) return
    document.body.append(paper) // with its letters, to be measured
    forget()
    const block = chosen()
    const columns = block.columns.slice(0, MOST_COLUMNS)
    const seenRows = block.rows.filter(row => numberOf(page, row) !== headerRow(doc))
    const rows = seenRows.map(row => numberOf(page, row))
    const { first } = rowsOf(page.page_no, 0)
    const seen = { ...page, data: seenRows.map(row => page.data[row - first] ?? []) }
    const natural = naturalWidths(doc, seen, columns, measure)
    const widths = new Map(columns.map((column, i) => [column, (natural[i] ?? 0) - LESS_PADDING]))
    const isNumber = (/** @type {number} */ column) => isNumeric(grid.layout(), page, column)
    const widthOf = (/** @type {number} */ column) =>
      Math.min(isNumber(column) ? ROOM : MOST_WIDE, widths.get(column) ?? 0)
    const room = ROOM - measure(String(Math.max(...rows)), false) - LESS_PADDING
    const bands = bandsOf(columns, page, widthOf, room)
    const leftOut = block.columns.length - bands.flat().length
    const pages = phrase('pageOf', { n: page.page_no, pages: pagesShown({ doc, page }) })
    const place = dotted(visible(doc.name), shownView({ doc, page }, viewWords), pages)
    const rest = leftOut > 0 && phrase('notPrinted', { n: leftOut })
    const tables = bands.map(columns => {
      const title = dotted(place, numberedRows(rows), bands.length > 1 && rangeWords(columns), rest)
      return bandTable({ doc, page: seen, rows, isNumber }, columns, title)
    })
    paper.replaceChildren(...tables)
  }

  /** Print once the columns are here, or at once where they cannot come. @param {State} now */
  function show(now) {
    const { page } = now
    if (!awaited) return
    const isSame =
      page?.page_no === awaited.page.page_no && page.version === awaited.page.version && page.view === awaited.page.view
    if (isSame && isLive(now) && !hasColumns(page, awaited.columns)) return
    awaited = null
    setTimeout(() => window.print()) // once all of the page is drawn
    grid.lookAside([])
  }

  addEventListener('beforeprint', fill)
  addEventListener('afterprint', () => paper.remove())
  return {
    show,
    /** Ask for the columns that are not here, and print. */
    print() {
      const { page } = state()
      if (!page) return
      awaited = { page, columns: spansOf(chosen().columns.slice(0, MOST_COLUMNS)) }
      if (!hasColumns(page, awaited.columns)) onSentence(phrase('loadingPrint'))
      grid.lookAside(awaited.columns)
      show(state())
    }
  }
}

/** Name the columns of a band where they follow each other. @param {readonly number[]} columns */
function rangeWords(columns) {
  const [from = 0] = columns
  const isRange = columns.every((column, i) => column === from + i)
  return isRange && phrase('columnRange', { from: from + 1, to: from + columns.length })
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
