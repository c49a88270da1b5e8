/** The grid: one page of the table in a scrolling element. It draws, and asks for, only the columns in sight. */

import { foldedRows, withoutNotes } from '../../grid/folding.js'
import {
  arrange,
  columnOrder,
  fullWidth,
  knownName,
  layOut,
  numbersWidth,
  pinnedWidth,
  positionAt,
  SHARED_COLUMNS
} from '../../grid/layout.js'
import { anchorShift, firstRequest, leftToShow, nearest, nextRequest } from '../../grid/windowing.js'
import { textMeasure } from './measure.js'
import { cellOf, createTable, rowOf, showTitles, spotOf } from './table.js'

/**
 * @import { ColumnChoice, Layout } from '../../grid/layout.js'
 * @import { Span } from '../../protocol/frames.js'
 * @import { State } from '../../state/state.js'
 * @import { Sheet, TableView } from './table.js'
 */

/** @typedef {ReturnType<typeof createGrid>} Grid */

/**
 * @param {HTMLElement} scroller @param {() => void} onDrawn
 * @param {(columns: Span[]) => void} onRequest other columns are needed
 */
export function createGrid(scroller, onDrawn, onRequest) {
  const table = createTable(scroller)
  const { rows, head, drawing } = table
  const sight = createSight(scroller, table, onDrawn, onRequest)
  const { layout } = sight
  showTitles(table)
  scroller.addEventListener('scroll', sight.redraw)
  addEventListener('resize', sight.redraw)

  /** The cell in the upper left corner of what is in sight. */
  function corner() {
    const below = scroller.scrollTop + head.element.offsetHeight
    const row = rows.slice(1).find(({ element }) => element.offsetTop >= below) ?? rows[1]
    const position = positionAt(layout(), scroller.scrollLeft + pinnedWidth(layout()))
    return { row: row?.number ?? 1, column: layout().order[position] ?? 0 }
  }

  return {
    head: table.thead,
    layout,
    choose: sight.choose,
    lookAside: sight.lookAside,
    /** @param {State} state @param {number} column of the focus cell */
    show({ doc, page, selection, me, unfolded }, column) {
      if (!doc || !page) return table.remove()
      const shown = drawing()
      const folded = foldedRows(doc, page, unfolded)
      const isShown = doc === shown?.doc && page === shown.page && folded === shown.folded
      // The document of a new version comes first and its page a moment later: until then the old page stands.
      if (doc.version === page.version && !isShown) sight.show({ doc, page, folded }, column)
      table.mark(selection)
      sight.ask(me.viewer)
    },
    spotOf: (/** @type {EventTarget | null} */ target) => spotOf(table, target),
    /** @param {number} row @param {number} column */
    cell: (row, column) => cellOf(table, row, column),
    /** The name of a column, null while it is not known. @param {number} column */
    name(column) {
      const shown = drawing()
      return shown && knownName(shown, column)
    },
    count: () => layout().positions.length,
    extent: () => extentOf(table, layout()),
    order: () => columnOrder(layout()),
    /** Scroll to a cell. @param {number} row @param {number} column @param {boolean} [isSought] as in `reveal` below */
    reveal(row, column, isSought) {
      reveal(scroller, table, row, column, isSought)
      sight.redraw()
    },
    corner,
    /** Change how letters and rows look, while the first row in sight stays the first. @param {() => void} change */
    restyle(change) {
      const { row } = corner()
      change()
      sight.restyle()
      const first = rowOf(table, row)?.element
      if (first) scroller.scrollTop = first.offsetTop - head.element.offsetHeight
    },
    /** How much there is to scroll up and down. */
    scroll() {
      const { scrollTop, clientHeight, scrollHeight } = scroller
      return { atTop: scrollTop < 2, atBottom: scrollTop + clientHeight > scrollHeight - 2 }
    },
    /** @param {-1 | 1} direction */
    screen: direction => scroller.scrollBy({ top: direction * Math.max(60, scroller.clientHeight - 90) }),
    bottom: () => scroller.scrollTo({ top: scroller.scrollHeight })
  }
}

/**
 * The rows of a page that are not folded away, and the positions of its columns.
 *
 * @param {TableView} table
 * @param {Layout} layout
 */
function extentOf({ drawing, head }, { order }) {
  const { first = 1, page, folded = 0 } = drawing() ?? {}
  const bottom = first + (page?.data.length ?? 0) - 1
  return { top: head.number || first + folded, left: 0, bottom, right: order.length - 1 }
}

/**
 * What is in sight: it is laid out, asked for and drawn.
 *
 * @param {HTMLElement} scroller
 * @param {TableView} table
 * @param {() => void} onDrawn
 * @param {(columns: Span[]) => void} onRequest
 */
function createSight(scroller, table, onDrawn, onRequest) {
  const { measure, forget } = textMeasure(scroller)
  const { drawing } = table
  let choices = /** @type {readonly ColumnChoice[]} */ ([])
  let layout = arrange(choices, 0, () => null)
  let request = firstRequest('', false)
  let beside = /** @type {Span[]} */ ([]) // columns that are wanted beside those in sight

  const draw = (/** @type {Sheet} */ sheet) => {
    keepRow(scroller, table, () => table.draw(sheet, layout, numbersWidth(sheet.page, measure)))
    onDrawn()
  }

  /** Ask for the columns in sight and around. @param {string} [viewer] on whose connection */
  function ask(viewer = request.viewer) {
    if (viewer !== request.viewer) request = firstRequest(viewer, choices.length > 0)
    const page = drawing()?.page
    const next = page && nextRequest(layout, page, scroller, request, beside)
    if (!next) return
    request = next
    onRequest(next.columns)
  }

  /** Draw again where something in sight is not drawn. */
  function redraw() {
    const shown = drawing()
    if (!shown?.drawn.isPartial) return
    ask()
    if (!table.hasDrawn(shown)) draw(shown)
  }

  /** @param {Sheet} sheet @param {number} [column] that is looked at */
  function show({ doc, page, folded }, column) {
    const before = layout
    begin(scroller, table, page, folded)
    layout = layOut(before, choices, doc, withoutNotes(doc, page), scroller.clientWidth, measure)
    if (before.key !== layout.key && choices.length > 0) request.positions = null
    if (before.offsets !== layout.offsets) keepInSight(scroller, table, before, layout, column)
    draw({ doc, page, folded })
  }

  return {
    ask,
    redraw,
    layout: () => layout,
    show,
    /** Fit the columns anew: the letters or the rows have another size. */
    restyle() {
      const shown = drawing()
      forget()
      layout = { ...layout, key: '' }
      if (shown) show(shown)
    },
    /** Arrange the columns as a person has chosen. @param {readonly ColumnChoice[]} next */
    choose(next) {
      const shown = drawing()
      choices = next
      if (!shown) return
      layout = arrange(choices, layout.positions.length, column => knownName(shown, column), layout)
      request.positions = null
      draw(shown)
      ask()
    },
    lookAside(/** @type {Span[]} */ columns) {
      beside = columns
      ask()
    }
  }
}

/**
 * Keep the first row that is wholly in sight where it is, while rows grow and shrink with the columns that are drawn.
 *
 * @param {HTMLElement} scroller
 * @param {TableView} table
 * @param {() => void} change
 */
function keepRow(scroller, { table, head, rows }, change) {
  if (!table.hasAttribute('data-wraps')) return change()
  const { scrollTop } = scroller
  const below = scrollTop + head.element.offsetHeight
  const first = rows.slice(1).find(({ element }) => element.offsetTop >= below)?.element
  const before = first?.offsetTop ?? 0
  change()
  if (first) scroller.scrollTop = scrollTop + first.offsetTop - before
}

/**
 * Put the table in place, and begin a page at its top.
 *
 * @param {HTMLElement} scroller
 * @param {TableView} table
 * @param {Sheet['page']} page
 * @param {number} folded
 */
function begin(scroller, { table, drawing }, { page_no, version }, folded) {
  const { page: before, folded: wasFolded = 0 } = drawing() ?? {}
  if (!table.isConnected) scroller.replaceChildren(table) // in the place of the one that the server sent
  // Before anything changes, while it costs nothing.
  if (page_no !== before?.page_no || version !== before.version || folded < wasFolded) scroller.scrollTop = 0
}

/**
 * Keep the columns in sight where they are.
 *
 * @param {HTMLElement} scroller
 * @param {TableView} table
 * @param {Layout} before
 * @param {Layout} after
 * @param {number | undefined} column that is looked at
 */
function keepInSight(scroller, { table }, before, after, column) {
  if (after.positions.length <= SHARED_COLUMNS && before.key !== after.key) return
  const shift = anchorShift(before, after, scroller, column)
  table.style.width = `${scroller.clientWidth + fullWidth(after)}px`
  if (shift) scroller.scrollLeft += shift
}

/**
 * @param {HTMLElement} scroller @param {TableView} table @param {number} number of the row @param {number} column
 * @param {boolean} [isSought] whether it comes to stand a third from the top, rather than no further than it takes
 */
function reveal(scroller, table, number, column, isSought) {
  const row = rowOf(table, number)
  const shown = table.drawing()
  if (!row || !shown) return
  const left = leftToShow(shown.layout, shown.drawn, scroller, column)
  const header = table.head.element.offsetHeight
  const { offsetTop, offsetHeight } = row.element
  const [from, to] = [offsetTop - header, offsetTop + offsetHeight - header]
  const room = scroller.clientHeight - header
  const top = isSought ? from - room / 3 : nearest(scroller.scrollTop, from, to, room)
  scroller.scrollTop = row === table.head ? 0 : top
  scroller.scrollLeft = left
}
