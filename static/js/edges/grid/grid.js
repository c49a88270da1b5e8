/** The grid: one page of the table in a scrolling element. It draws, and asks for, only the columns in sight. */

import { foldedRows, withoutNotes } from '../../grid/folding.js'
import {
  ALL,
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
import { ahead, anchorShift, firstRequest, leftToShow, nearest, nextRequest } from '../../grid/windowing.js'
import { textMeasure } from './measure.js'
import { cellOf, createTable, rowOf, showTitles, spotOf } from './table.js'
import { viewOn } from '../../state/views.js'

/**
 * @import { ColumnChoice, Layout } from '../../grid/layout.js'
 * @import { Viewport } from '../../grid/windowing.js'
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
  const table = createTable()
  const { thead, drawing } = table
  const sight = createSight(scroller, table, onDrawn, onRequest)
  const { layout } = sight
  showTitles(table)
  for (const kind of ['scroll', 'scrollend']) scroller.addEventListener(kind, sight.redraw)
  new ResizeObserver(sight.redraw).observe(scroller)

  const corner = () => cornerOf(scroller, table, layout())

  return {
    head: table.thead,
    layout,
    choose: sight.choose,
    lookAside: sight.lookAside,
    /** @param {State} state @param {number} column of the focus cell @param {readonly number[] | null} [chosen] by the view */
    show({ doc, page, selection, me, unfolded }, column, chosen = chosenOf(page)) {
      if (!doc || !page) return table.remove()
      if (!chosen) return // until they are known, what is on screen stands
      const shown = drawing()
      const folded = foldedRows(doc, page, unfolded)
      const isShown = doc === shown?.doc && page === shown.page && folded === shown.folded
      const isSame = isShown && chosen === layout().chosen
      // The document of a new version comes first and its page a moment later: until then the old page stands.
      if (doc.version === page.version && !isSame) sight.show({ doc, page, folded }, column, chosen)
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
      if (first) scroller.scrollTop = first.offsetTop - thead.offsetHeight
    },
    /** Whether the first row and the last one are in sight. Below the last one there is room, which nobody scrolls for. */
    scroll() {
      const { scrollTop, clientHeight } = scroller
      const end = scroller.getBoundingClientRect().top + clientHeight
      return { atTop: scrollTop < 2, atBottom: table.table.getBoundingClientRect().bottom < end + 2 }
    },
    /** @param {-1 | 1} direction */
    screen: direction => scroller.scrollBy({ top: direction * Math.max(60, scroller.clientHeight - 90) }),
    bottom: () => scroller.scrollTo({ top: scroller.scrollHeight })
  }
}

/**
 * The cell in the upper left corner of what is in sight.
 *
 * @param {HTMLElement} scroller @param {TableView} table @param {Layout} layout
 */
function cornerOf(scroller, { rows, thead }, layout) {
  const below = scroller.scrollTop + thead.offsetHeight
  const row = rows.slice(1).find(({ element }) => element.offsetTop >= below) ?? rows[1]
  const position = positionAt(layout, scroller.scrollLeft + pinnedWidth(layout))
  return { row: row?.number ?? 1, column: layout.order[position] ?? 0 }
}

/** The columns that a view chooses: null where they have to be found first. @param {State['page']} page */
const chosenOf = page => (viewOn(page).includes('_col=') ? null : ALL)

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
  const { look, view, coming } = createView(scroller)
  const requests = createRequests(table, coming, onRequest)
  const ask = (/** @type {string} */ viewer) => requests.ask(layout, viewer)

  const draw = (/** @type {Sheet} */ sheet) => {
    keepRow(scroller, table, () => table.draw(sheet, layout, view(), numbersWidth(sheet, measure)))
    onDrawn()
  }

  /** Draw again where something in sight is not drawn. */
  function redraw() {
    const shown = drawing()
    look()
    if (!shown?.drawn.isPartial) return
    requests.ask(layout)
    if (!table.hasDrawn(shown, view())) draw(shown)
  }

  /** @param {Sheet} sheet @param {number} [column] that is looked at @param {readonly number[]} [chosen] */
  function show({ doc, page, folded }, column, chosen = layout.chosen) {
    const before = layout
    begin(scroller, table, page, folded)
    look()
    layout = layOut(before, choices, doc, withoutNotes(doc, page), view(), measure, chosen)
    const isArranged = choices.length > 0 || chosen !== ALL
    if ((before.key !== layout.key && isArranged) || before.chosen !== chosen) requests.forget()
    if (before.offsets !== layout.offsets && keepInSight(scroller, table, before, layout, column)) look()
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
      look()
      layout = arrange(choices, layout.positions.length, column => knownName(shown, column), layout, layout.chosen)
      requests.forget()
      draw(shown)
      requests.ask(layout)
    },
    lookAside(/** @type {Span[]} */ columns) {
      requests.lookAside(columns)
      requests.ask(layout)
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
function keepRow(scroller, { table, thead, rows }, change) {
  if (!table.hasAttribute('data-wraps')) return change()
  const { scrollTop } = scroller
  const below = scrollTop + thead.offsetHeight
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
function begin(scroller, { table, drawing }, page, folded) {
  const { page: before, folded: wasFolded = 0 } = drawing() ?? {}
  const isSame = page.page_no === before?.page_no && page.version === before.version && viewOn(page) === viewOn(before)
  if (!table.isConnected) scroller.replaceChildren(table) // in the place of the one that the server sent
  // Before anything changes, while it costs nothing.
  if (!isSame || folded < wasFolded) scroller.scrollTop = 0
}

/**
 * The requests for columns: those that come into sight, and those that are wanted beside them.
 *
 * @param {TableView} table
 * @param {() => Viewport} coming
 * @param {(columns: Span[]) => void} onRequest
 */
function createRequests({ drawing }, coming, onRequest) {
  let last = firstRequest('', false)
  let beside = /** @type {Span[]} */ ([])

  return {
    /** Ask for what is missing. @param {Layout} layout @param {string} [viewer] on whose connection */
    ask(layout, viewer = last.viewer) {
      if (viewer !== last.viewer) last = firstRequest(viewer, layout.choices.size + layout.chosen.length > 0)
      const page = drawing()?.page
      const next = page && nextRequest(layout, page, coming(), last, beside)
      if (!next) return
      last = next
      onRequest(next.columns)
    },
    /** The columns of the last request may stand elsewhere now. */
    forget() {
      last.positions = null
    },
    lookAside(/** @type {Span[]} */ columns) {
      beside = columns
    }
  }
}

/**
 * The viewport as it was read last: reading it after a drawing has the browser lay the table out once more.
 *
 * @param {HTMLElement} scroller
 */
function createView(scroller) {
  const read = () => {
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = scroller
    return { scrollLeft, scrollTop, clientWidth, clientHeight }
  }
  let view = read()
  let before = view

  return {
    view: () => view,
    look() {
      before = view
      view = read()
    },
    /** The viewport of some frames later: columns are asked for ahead of a hand that scrolls fast. */
    coming: () => ahead(before, view)
  }
}

/**
 * Keep the columns in sight where they are. Returns how far that scrolled.
 *
 * @param {HTMLElement} scroller
 * @param {TableView} table
 * @param {Layout} before
 * @param {Layout} after
 * @param {number | undefined} column that is looked at
 */
function keepInSight(scroller, { table }, before, after, column) {
  if (after.positions.length <= SHARED_COLUMNS && before.key !== after.key) return 0
  const shift = anchorShift(before, after, scroller, column)
  table.style.width = `${scroller.clientWidth + fullWidth(after)}px`
  if (shift) scroller.scrollLeft += shift
  return shift
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
  const header = table.thead.offsetHeight
  const { offsetTop, offsetHeight } = row.element
  const [from, to] = [offsetTop - header, offsetTop + offsetHeight - header]
  const room = scroller.clientHeight - header
  const top = isSought ? from - room / 3 : nearest(scroller.scrollTop, from, to, room)
  scroller.scrollTop = row === table.head ? 0 : top
  scroller.scrollLeft = left
}
