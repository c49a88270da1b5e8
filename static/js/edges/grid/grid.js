/** The table: a page of rows, only the columns in sight, elements used again from page to page. */

import { arranged } from '../../grid/layout.js'
import { clip, isMissing, visible } from '../../text/format.js'
import { phrase } from '../../text/language.js'
import { PAGE_ROWS } from '../../protocol/paging.js'
import { covers, rangeOf } from '../../grid/selection.js'
import { columnsBetween, columnsToDraw, edges, fit, grown, holds, lookAt, nearest, rowsToDraw, share, startingWidth } from '../../grid/windowing.js'
import { areHere, columnsOf, isHere, spansOf } from '../../grid/column-windows.js'
import { MOST_SHOWN, newGap, newLine, paint } from './cells.js'
import { attribute, make } from '../dom.js'
import { textMeasure } from './measure.js'

const MOST_IN_TITLE = 2000
const MOST_COLUMNS = 200_000 // a browser lays out no wider table
/** @type {import('../../protocol/frames.js').Span[]} */
const FIRST_LOOK = [[1, 100]] // what the server sends unasked
const FITTED_COLUMNS = 100 // up to here they share the room; beyond, each column is fitted when it is seen first

/**
 * @typedef {import('../../protocol/frames.js').Doc} Doc
 * @typedef {import('../../state/browsing.js').Leaf} Page
 * @typedef {import('../../state/state.js').State} State
 * @typedef {import('./cells.js').Slot} Slot
 * @typedef {import('./cells.js').Line} Line
 * @typedef {{kind: 'cells' | 'rows' | 'columns' | 'page', row: number, column: number, element: HTMLElement}} Spot what
 *   stands at a place: a cell, or what stands for a row, a column, the page
 */

/** @param {HTMLElement} scroller @param {() => void} onDrawn @param {(columns: import('../../protocol/frames.js').Span[]) => void} onLook */
export function createGrid(scroller, onDrawn, onLook) {
  const table = make('table')
  table.role = 'grid'
  table.ariaMultiSelectable = 'true'
  const colgroup = table.appendChild(make('colgroup'))
  const thead = table.createTHead()
  const tbody = table.createTBody()
  const head = newLine('th', 'col')
  head.head.className = 'corner'
  thead.append(head.element)
  /** @type {Line[]} */
  const lines = []
  const measure = textMeasure(scroller)

  /** @type {Doc | null} */
  let doc = null
  /** @type {Page | null} */
  let page = null
  let columns = 0
  /** @type {number[]} */
  let wishes = []
  /** @type {number[]} */
  let widths = []
  let starts = edges(widths)
  /** What the widths were fitted to. @type {{key: string, page: Page | null}} */
  let fitted = { key: '', page: null }
  let span = { from: 0, to: 0 }
  /** @type {import('../../grid/layout.js').Layout} */
  let layout = arranged([], 0, () => null)
  /** @type {readonly import('../../grid/layout.js').Choice[]} */
  let choices = []
  let windowed = false
  /** The lines that have their cells: of a wide table, those in sight and around. */
  let rowsDrawn = { from: 0, to: 0 }
  let drawnPins = 0
  let shifted = 0 // what came to be wider left of what is in sight
  /** The columns that were asked for last, for which positions, and on which connection. @type {{columns: import('../../protocol/frames.js').Span[], positions: import('../../protocol/frames.js').Span | null, viewer: string}} */
  let look = { columns: FIRST_LOOK, positions: null, viewer: '' }
  /** Columns that are looked at beside the table. @type {import('../../protocol/frames.js').Span[]} */
  let aside = []
  let first = 1 // row of the page
  let top = 1 // row of the body
  /** @type {import('../../grid/selection.js').Range | null} */
  let range = null

  /** @param {State} state */
  function show(state) {
    if (!state.doc || !state.page) {
      table.remove()
      doc = page = range = null
      fitted = { key: '', page: null }
      return
    }
    // Of a new version the document comes first and its page a moment later: until then the old one stands.
    if (state.doc.version === state.page.version && (state.doc !== doc || state.page !== page)) {
      const moved = state.page.page_no !== page?.page_no || state.page.version !== page.version
      doc = state.doc
      page = state.page
      if (!table.isConnected) scroller.replaceChildren(table) // in the place of the one that the server sent
      if (moved) scroller.scrollTop = 0 // before anything changes, while it costs nothing
      layOut(doc, page)
      draw(doc, page)
    }
    const wanted = state.selection && rangeOf(state.selection)
    if (JSON.stringify(wanted) !== JSON.stringify(range)) {
      range = wanted
      markAll()
    }
    if (look.viewer !== state.me.viewer) look = { columns: FIRST_LOOK, positions: choices.length > 0 ? null : [1, 100], viewer: state.me.viewer }
    lookOn()
  }

  /** Ask for the columns in sight and around, one answer at a time. */
  function lookOn() {
    if (!page || !doc || columns <= FITTED_COLUMNS) return
    if (!areHere(page, look.columns)) return
    const others = lookAt(starts, scroller.scrollLeft + pinned(), scroller.clientWidth, look.positions)
    const positions = others ?? look.positions
    if (!positions || (!others && areHere({ ...page, columns: look.columns }, aside))) return
    const { order, pins } = layout
    look = { ...look, positions, columns: spansOf([...order.subarray(0, pins), ...order.subarray(positions[0] - 1, positions[1]), ...columnsOf(aside)]) }
    onLook(look.columns)
  }

  /** The first row of the body: on page 1 the header is not repeated. @param {Doc} doc @param {Page} page */
  function bodyStart({ dialect, preamble }, { page_no }) {
    return dialect.header && preamble === 0 && page_no === 1 ? 1 : 0
  }

  /** @param {Doc} doc @param {Page} page */
  function layOut(doc, page) {
    columns = Math.min(MOST_COLUMNS, Math.max(doc.columns, page.n_columns))
    const key = `${doc.uuid} ${doc.version} ${doc.edition} ${columns}`
    if (fitted.key !== key) {
      wishes = widths = []
      if (choices.length > 0) look.positions = null
      arrange()
    }
    if (fitted.page !== page && columns <= FITTED_COLUMNS) layOutFew(doc, page)
    else if (fitted.page !== page) layOutMany(doc, page)
    fitted = { key, page }
  }

  /** @param {Doc} doc @param {Page} page */
  function layOutFew(doc, page) {
    const all = Array.from({ length: columns }, (_, i) => i)
    const wanted = fit(page.data, all.map(column => nameOf(doc, page, column)), all, measure)
    wishes = wanted.map((wish, i) => grown(wishes[i], wish, page.kinds[i] === 'number'))
    const room = scroller.clientWidth - numbersWidth(page)
    widths = share(wishes, room, wanted, widths)
    place()
  }

  /** The widths that somebody has chosen hold; the order decides where each column begins. */
  function place() {
    starts = edges(Array.from(layout.order, column => layout.widths.get(column) ?? widths[column] ?? 0))
  }

  function arrange() {
    layout = arranged(choices, columns, column => (doc && page && isHere(page, column) ? nameOf(doc, page, column) : null))
  }

  /** Pixels that the pinned columns take. */
  const pinned = () => starts[layout.pins] ?? 0

  /** A column is fitted when it is first seen, and what is in sight stays where it is. @param {Doc} doc @param {Page} page */
  function layOutMany(doc, page) {
    const seen = columnsOf(page.columns).filter(column => wishes[column] === undefined)
    if (seen.length === 0 && widths.length === columns) return
    const wanted = fit(page.data, seen.map(column => nameOf(doc, page, column)), seen, measure)
    const fresh = share(wanted, 0)
    if (widths.length !== columns) {
      const width = startingWidth(fresh)
      widths = Array.from({ length: columns }, (_, i) => widths[i] ?? width)
    }
    const left = scroller.scrollLeft + pinned()
    const corner = columnsBetween(starts, left, left).from
    const before = (starts[corner] ?? 0) - pinned()
    for (const [i, column] of seen.entries()) {
      wishes[column] = wanted[i] ?? 0
      widths[column] = fresh[i] ?? 0
    }
    const all = starts.at(-1) ?? 0
    const atEnd = all > 0 && left > 0 && scroller.scrollLeft + scroller.clientWidth >= scroller.scrollWidth - 2
    place()
    shifted = atEnd ? (starts.at(-1) ?? 0) - all : (starts[corner] ?? 0) - pinned() - before
  }

  /** @param {Doc} doc @param {Page} page */
  function draw(doc, page) {
    const before = span.from
    const rowHeight = lines[0]?.element.offsetHeight || 27
    const left = scroller.scrollLeft + shifted
    span = columnsToDraw(starts, left + pinned(), scroller.clientWidth)
    span.from = Math.max(span.from, layout.pins)
    windowed = span.to - span.from + layout.pins < layout.order.length
    if (drawnPins !== layout.pins) empty()
    for (const line of [head, ...lines]) shift(line, span.from - before)
    drawColumns(page)
    if (shifted) scroller.scrollLeft = left
    shifted = 0
    drawHead(doc, page)
    const skipped = bodyStart(doc, page)
    first = PAGE_ROWS * (page.page_no - 1) + 1
    top = first + skipped
    const rows = skipped ? page.data.slice(skipped) : page.data
    rowsDrawn = windowed ? rowsToDraw(scroller.scrollTop, scroller.clientHeight, rowHeight, rows.length) : { from: 0, to: rows.length }
    for (const [i, row] of rows.entries()) drawRow(lineAt(i), row, top + i, page, i >= rowsDrawn.from && i < rowsDrawn.to)
    while (tbody.rows.length > rows.length) tbody.deleteRow(-1)
    attribute(table, 'aria-rowcount', String(doc.rows))
    attribute(table, 'aria-colcount', windowed ? String(layout.order.length) : null)
    markAll()
    onDrawn()
  }

  /** @param {Page} page */
  const numbersWidth = ({ page_no }) => Math.max(46, Math.ceil(measure(String(PAGE_ROWS * page_no), false)) + 24)

  /** @param {Page} page */
  function drawColumns(page) {
    const numbers = numbersWidth(page)
    const { pins, order } = layout
    const all = starts[order.length] ?? 0
    const sizes = [numbers, ...positions().map(position => (starts[position + 1] ?? 0) - (starts[position] ?? 0))]
    if (windowed) {
      sizes.splice(1 + pins, 0, (starts[span.from] ?? 0) - (starts[pins] ?? 0))
      sizes.push(all - (starts[span.to] ?? 0))
    }
    while (colgroup.children.length > sizes.length) colgroup.lastElementChild?.remove()
    for (const [i, size] of sizes.entries()) {
      const col = colgroup.children[i] ?? colgroup.appendChild(make('col'))
      if (col instanceof HTMLElement) col.style.width = `${size}px`
    }
    table.style.width = `max(100%, ${numbers + all}px)`
    for (const line of [head, ...lines]) line.slots.slice(0, pins).forEach(({ element }, i) => pin(element, numbers + (starts[i] ?? 0)))
  }

  /** @param {Doc} doc @param {Page} page */
  function drawHead(doc, { kinds }) {
    const { dialect } = doc
    head.head.textContent = dialect.header ? String(doc.preamble + 1) : ''
    attribute(head.head, 'aria-label', dialect.header ? null : phrase('row'))
    fill(head, column => {
      const name = page && nameOf(doc, page, column)
      const className = kinds[column] === 'number' ? 'number' : ''
      return { text: name ?? '', className: dialect.header ? className : `${className} unnamed`.trim() }
    })
    for (const [i, { element, text }] of head.slots.entries()) {
      attribute(element, 'aria-label', text ? null : unnamed(columnAt(i)))
    }
  }

  /** @param {Line} line @param {readonly string[]} row @param {number} number @param {Page} page @param {boolean} near */
  function drawRow(line, row, number, page, near) {
    const shown = String(number)
    if (line.head.textContent !== shown) line.head.textContent = shown
    attribute(line.element, 'aria-rowindex', shown)
    fill(line, column => {
      const text = row[column]
      if (text === undefined) return { text, className: isHere(page, column) ? 'missing' : 'awaited' }
      return { text, className: `${page.kinds[column] === 'number' ? 'number' : ''}${isMissing(text) ? ' blank' : ''}` }
    }, near)
  }

  /** @param {Line} line @param {(column: number) => {text: string | undefined, className: string}} contents @param {boolean} [near] */
  function fill(line, contents, near = true) {
    const wanted = near ? span.to - span.from + layout.pins : 0
    while (line.slots.length > wanted) line.slots.pop()?.element.remove()
    gaps(line)
    const tag = line === head ? 'th' : 'td'
    for (let i = 0; i < wanted; i++) {
      const slot = line.slots[i] ?? addSlot(line, tag)
      const { text, className } = contents(columnAt(i))
      if (slot.text !== text) paint(slot, text)
      if (slot.className !== className) slot.element.className = slot.className = className
      if (windowed) slot.element.ariaColIndex = String(positionAt(i) + 1)
    }
  }

  /** Columns that stay in sight keep their cells; those that go out on one side come in on the other. @param {Line} line @param {number} by */
  function shift({ slots: all }, by) {
    const pins = all.splice(0, layout.pins)
    const slots = all.splice(0)
    rotate(slots, by)
    all.push(...pins, ...slots)
  }

  /** @param {Slot[]} slots @param {number} by */
  function rotate(slots, by) {
    const moved = by > 0 ? slots.splice(0, by) : slots.splice(by)
    if (by === 0 || slots.length === 0) return void slots.push(...moved)
    const [first, last] = /** @type {[Slot, Slot]} */ ([slots[0], slots.at(-1)])
    if (by > 0) last.element.after(...moved.map(slot => slot.element))
    else first.element.before(...moved.map(slot => slot.element))
    slots.splice(by > 0 ? slots.length : 0, 0, ...moved)
  }

  /** Empty cells stand for the columns left and right of those drawn. @param {Line} line */
  function gaps({ element }) {
    const has = element.querySelector('.gap') !== null
    if (windowed === has) return
    for (const gap of element.querySelectorAll('.gap')) gap.remove()
    if (!windowed) return
    element.cells[Math.min(layout.pins, element.cells.length - 1)]?.after(newGap())
    element.append(newGap())
  }

  /** @param {Line} line @param {'td' | 'th'} tag @returns {Slot} */
  function addSlot(line, tag) {
    const element = make(tag)
    if (tag === 'th') element.scope = 'col'
    const i = line.slots.length
    const gaps = windowed ? line.element.querySelectorAll('.gap') : []
    line.element.insertBefore(element, gaps[i < layout.pins ? 0 : 1] ?? null)
    if (i < layout.pins && page) pin(element, numbersWidth(page) + (starts[i] ?? 0))
    const slot = { element, text: '', className: '', selected: false }
    line.slots.push(slot)
    return slot
  }

  /** @param {number} i of the columns drawn */
  const positionAt = i => (i < layout.pins ? i : span.from + i - layout.pins)

  /** @param {number} i of the columns drawn */
  const columnAt = i => layout.order[positionAt(i)] ?? 0

  /** The positions that are drawn. */
  const positions = () => Array.from({ length: layout.pins + span.to - span.from }, (_, i) => positionAt(i))

  /** The cell of a column in a line, where it is drawn. @param {Line} line @param {number} column */
  function slotOf(line, column) {
    const position = layout.places[column] ?? -1
    const i = position < layout.pins ? position : position - span.from + layout.pins
    return position >= 0 && (position < layout.pins || position >= span.from) ? line.slots[i] : undefined
  }

  /** @param {HTMLElement} element @param {number} left */
  function pin(element, left) {
    element.toggleAttribute('data-pinned', true)
    element.style.left = `${left}px`
  }

  /** Cells that were made for other pins are made again. */
  function empty() {
    drawnPins = layout.pins
    for (const line of [head, ...lines]) {
      for (const { element } of line.slots.splice(0)) element.remove()
      for (const gap of line.element.querySelectorAll('.gap')) gap.remove()
    }
  }

  /** @param {number} i */
  function lineAt(i) {
    const line = lines[i] ?? (lines[i] = newLine('th', 'row'))
    if (line.element.parentNode !== tbody) tbody.append(line.element)
    return line
  }

  /** The row that a line shows; the header's is 1 where it is a row of this page. @param {Line} line */
  const rowOf = line => (line === head ? (top > first ? first : 0) : top + lines.indexOf(line))

  /** @param {number} row @returns {Line | undefined} */
  const lineOf = row => (row === first && top > first ? head : lines[row - top])

  /** @param {Line} line @param {number} row */
  function mark({ head: number, slots }, row) {
    number.toggleAttribute('data-within', range !== null && row >= range.top && row <= range.bottom)
    for (const [i, slot] of slots.entries()) {
      const selected = range !== null && covers(range, row, columnAt(i))
      if (slot.selected === selected) continue
      slot.selected = selected
      attribute(slot.element, 'aria-selected', selected ? 'true' : null)
    }
  }

  function markAll() {
    for (const line of [head, ...lines]) mark(line, rowOf(line))
    for (const [i, { element }] of head.slots.entries()) {
      const column = columnAt(i)
      element.toggleAttribute('data-within', range !== null && column >= range.left && column <= range.right)
    }
  }

  /** @param {EventTarget | null} target @returns {Spot | null} */
  function spotOf(target) {
    const element = target instanceof Element ? target.closest('td:not(.gap), th') : null
    if (!(element instanceof HTMLTableCellElement) || !element.parentElement || !table.contains(element) || !page) return null
    const line = [head, ...lines].find(one => one.element === element.parentElement) ?? head
    const i = element.cellIndex - 1
    const column = columnAt(Math.max(0, windowed && i > layout.pins ? i - 1 : i))
    if (line === head) return { kind: element === head.head ? 'page' : 'columns', row: first, column, element }
    return { kind: element === line.head ? 'rows' : 'cells', row: rowOf(line), column, element }
  }

  /** Scroll no further than it takes. @param {number} row @param {number} column */
  function reveal(row, column) {
    const line = lineOf(row)
    if (!page || !line) return
    const { clientWidth, clientHeight, scrollLeft, scrollTop } = scroller
    const sight = { left: numbersWidth(page), top: head.element.offsetHeight }
    const position = layout.places[column] ?? -1
    const [left, right] = [(starts[position] ?? 0) - pinned(), (starts[position + 1] ?? 0) - pinned()]
    const { offsetTop, offsetHeight } = line.element
    const isFar = position < span.from || position >= span.to // widths there may not be known yet: not at the edge
    if (position >= layout.pins && isFar) scroller.scrollLeft = left - clientWidth / 3
    else if (position >= layout.pins) scroller.scrollLeft = nearest(scrollLeft, left, right, clientWidth - sight.left - pinned())
    scroller.scrollTop = line === head ? 0 : nearest(scrollTop, offsetTop - sight.top, offsetTop + offsetHeight - sight.top, clientHeight - sight.top)
    redrawIfOutOfSight()
  }

  /** @param {HTMLElement} element @param {string} text */
  const isCut = (element, text) => text.length > MOST_SHOWN || element.scrollWidth > element.clientWidth

  tbody.addEventListener('pointerover', event => {
    const spot = spotOf(event.target)
    const text = spot?.kind === 'cells' ? page?.data[spot.row - first]?.[spot.column] ?? '' : ''
    if (spot) spot.element.title = isCut(spot.element, text) ? clip(visible(text), MOST_IN_TITLE) : ''
  })

  thead.addEventListener('pointerover', ({ target }) => {
    const cell = target instanceof Element ? target.closest('th') : null
    if (cell) cell.title = cell.scrollWidth > cell.clientWidth ? cell.textContent : ''
  })

  function redrawIfOutOfSight() {
    if (!doc || !page || !windowed) return
    lookOn()
    const { scrollLeft, clientWidth, scrollTop, clientHeight } = scroller
    const height = lines[0]?.element.offsetHeight || 27
    const left = scrollLeft + pinned()
    if (holds(span, columnsBetween(starts, left, left + clientWidth - pinned()))
      && holds(rowsDrawn, rowsToDraw(scrollTop, clientHeight, height, page.data.length, 0))) return
    draw(doc, page)
  }

  scroller.addEventListener('scroll', redrawIfOutOfSight, { passive: true })
  addEventListener('resize', redrawIfOutOfSight)

  return {
    show,
    spotOf,
    reveal,
    body: tbody,
    head: thead,
    count: () => columns,
    /** Where a column stands among those that are not pinned; less than 0 where it is pinned or hidden. @param {number} column */
    placeOf: column => (layout.places[column] ?? -1) - layout.pins,
    /** @param {number} column */
    choiceOf: column => layout.chosen.get(column),
    /** @param {number} column */
    widthOf: column => layout.widths.get(column) ?? widths[column] ?? 0,
    /** The columns stand as somebody has chosen. @param {readonly import('../../grid/layout.js').Choice[]} next */
    choose(next) {
      choices = next
      if (!doc || !page) return
      arrange()
      place()
      look.positions = null
      draw(doc, page)
      lookOn()
    },
    /** How wide a column would be by itself. @param {number} column */
    wish: column => wishes[column] ?? widths[column] ?? 0,
    /** @param {number} column */
    name: column => (doc && page && isHere(page, column) ? nameOf(doc, page, column) : null),
    /** The column that stands some places beside another; the same where there is none. @param {number} column @param {number} across */
    beside(column, across) {
      const last = layout.order.length - 1
      return layout.order[Math.max(0, Math.min(last, (layout.places[column] ?? 0) + across))] ?? column
    },
    /** Other columns are looked at beside the table. @param {import('../../protocol/frames.js').Span[]} columns */
    lookAside(columns) {
      aside = columns
      lookOn()
    },
    /** What of the table is on this page. */
    extent: () => ({ top: first, left: 0, bottom: first + (page?.data.length ?? 0) - 1, right: columns - 1 }),
    /** The element of a cell, where it is drawn. @param {number} row @param {number} column */
    cell(row, column) {
      const line = lineOf(row)
      return (line?.element.isConnected && slotOf(line, column)?.element) || null
    },
    /** The cell in the corner of what is in sight. */
    corner() {
      const line = lines.findIndex(({ element }) => element.offsetTop - head.element.offsetHeight >= scroller.scrollTop)
      return { row: top + Math.max(0, line), column: layout.order[columnsBetween(starts, scroller.scrollLeft + pinned(), scroller.scrollLeft + pinned()).from] ?? 0 }
    },
    /** How much there is to scroll up and down. */
    scroll() {
      const { scrollTop, clientHeight, scrollHeight } = scroller
      return { atTop: scrollTop < 2, atBottom: scrollTop + clientHeight > scrollHeight - 2 }
    },
    /** @param {-1 | 1} direction */
    screen(direction) {
      scroller.scrollBy({ top: direction * Math.max(60, scroller.clientHeight - 90) })
    },
    bottom: () => scroller.scrollTo({ top: scroller.scrollHeight }),
    atBottom: () => scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 8,
  }
}

/** @param {Doc} doc @param {Page} page @param {number} column */
const nameOf = ({ dialect }, { header }, column) => (dialect.header ? header[column] ?? '' : unnamed(column))

/** @param {number} column */
export const unnamed = column => phrase('column', { n: column + 1 })
