/**
 * Column layout: the order of the columns, their widths, and the pixel at which each begins. No DOM, only numbers.
 *
 * A column is its number in the table, from 0. A position is its number among the columns that are shown, from 0;
 * pinned columns come first.
 *
 * @typedef {(text: string, bold: boolean) => number} Measure gives the width of a text in pixels
 *
 * @typedef {object} ColumnChoice how a person has arranged a column; it is kept by name, so that it holds for the
 *   next version
 * @property {string} name of the column
 * @property {number} at the column's number at the time: of several with its name the nearest is meant
 * @property {number} [width] pixels
 * @property {boolean} [hidden]
 * @property {boolean} [pinned]
 * @property {boolean} [wrap] whether its text wraps, whatever the others' does
 * @property {string} [lens] how its cells are read: `text`, `date`, or as numbers with the decimal mark `point` or `comma`
 * @property {number} [to] its position among the columns that are not pinned
 *
 * @typedef {Seen & {page_no: number, total_number: number, edition: number}} FittedPage
 * @typedef {{scrollLeft: number, clientWidth: number}} Sight what of the table is in sight
 *
 * @typedef {object} Layout
 * @property {Int32Array} order the columns by position
 * @property {Int32Array} positions the position of each column, -1 where it is hidden
 * @property {number} pinned how many columns are pinned
 * @property {ReadonlyMap<number, ColumnChoice>} choices by column
 * @property {readonly number[]} chosen the columns that the view chooses, in its order; none where it chooses none
 * @property {string} key the table that the widths are fitted to
 * @property {FittedPage | null} page the last page that they are fitted to
 * @property {readonly number[]} natural the width that the contents of each column need, as far as they have been seen
 * @property {readonly number[]} widths that each column gets, unless a person has chosen another
 * @property {Float64Array} offsets pixels from the first column to where each position begins, and to the end of the
 *   last
 */

import { phrase } from '../text/language.js'
import { PAGE_ROWS } from '../protocol/paging.js'
import { columnsOf, hasColumn } from './column-windows.js'

/**
 * @import { Doc, Seen } from '../protocol/frames.js'
 * @import { NumberedPage } from '../protocol/paging.js'
 * @import { ColumnOrder } from './selection.js'
 */

const MIN_WIDTH = 56
const SHARED_MAX_WIDTH = 340 // unless there is room to spare
const MAX_WIDTH = 1000
const GROWN_WIDTH = 200
const CELL_PADDING = 25 // both sides, and the hairline of a selected cell
const MIN_SAMPLES = 4 // cells of each of many columns: measuring all of them takes longer than drawing them
const SAMPLES = 800 // cells of few columns: a matter of some milliseconds
const NEARLY = 0.8 // of the most letters: letters differ in width, so the widest cell need not have the most
const MOSTLY = 2 / 3 // of a text: it can be told apart
const MEASURED_LETTERS = 250 // more than can be in sight
export const SHARED_COLUMNS = 100 // up to here they share the room; beyond, each column is fitted when it is seen first
const MAX_COLUMNS = 200_000 // a browser lays out no wider table
/** No choice of columns. @type {readonly number[]} */
export const ALL = []
const UNFITTED = { key: '', page: null, natural: [], widths: [] }

// Order

/**
 * Find the column that a choice means. While its name is not known, a column is taken to be where it was.
 *
 * @param {ColumnChoice} choice
 * @param {number} count of columns
 * @param {(column: number) => string | null | undefined} nameOf null where it is not known
 */
function findColumn({ name, at }, count, nameOf) {
  if (at < count && (nameOf(at) ?? name) === name) return at
  let best = -1
  for (let column = 0; column < count; column++) {
    if (nameOf(column) === name && (best < 0 || Math.abs(column - at) < Math.abs(best - at))) best = column
  }
  return best
}

/**
 * Arrange the columns as a person has chosen. Where the view chooses columns, it alone says which are shown, and in which
 * order: what the person has hidden and moved rests, and widths, pins and lenses hold.
 *
 * @param {readonly ColumnChoice[]} choices @param {number} count of columns
 * @param {(column: number) => string | null | undefined} nameOf null where it is not known
 * @param {Pick<Layout, 'key' | 'page' | 'natural' | 'widths'>} [before] the layout of the same table
 * @param {readonly number[]} [chosen] @returns {Layout}
 */
export function arrange(choices, count, nameOf, { key, page, natural, widths } = UNFITTED, chosen = ALL) {
  const found = choices
    .map(choice => ({ ...choice, column: findColumn(choice, count, nameOf) }))
    .filter(({ column }) => column >= 0)
  const isOwn = chosen.length === 0
  const all = isOwn ? [...Array(count).keys()] : chosen.filter(column => column < count)
  const hidden = found.filter(choice => isOwn && choice.hidden)
  const pinned = found.filter(choice => choice.pinned && (isOwn ? !choice.hidden : all.includes(choice.column)))
  const moved = found.filter(choice => isOwn && choice.to !== undefined && !choice.hidden && !choice.pinned)
  const apart = new Set([...hidden, ...pinned, ...moved].map(({ column }) => column))
  const rest = all.filter(column => !apart.has(column))
  for (const { column, to = 0 } of moved.sort((a, b) => (a.to ?? 0) - (b.to ?? 0))) rest.splice(to, 0, column)
  const order = Int32Array.from([...pinned.map(({ column }) => column), ...rest])
  const positions = new Int32Array(count).fill(-1)
  for (const [position, column] of order.entries()) positions[column] = position
  return place({
    order,
    positions,
    pinned: pinned.length,
    choices: new Map(found.map(({ column, ...choice }) => [column, choice])),
    chosen,
    key,
    page,
    natural,
    widths
  })
}

/**
 * Choose something else for one column; what is undefined is as it was at first.
 *
 * @param {readonly ColumnChoice[]} choices
 * @param {ColumnChoice} choice
 * @param {ColumnChoice} [before] the one for this column
 * @returns {ColumnChoice[]}
 */
export function withChoice(choices, choice, before = choice) {
  const next = { ...before, ...choice }
  const { width, hidden, pinned, lens, to, wrap } = next
  const says = width || hidden || pinned || lens || to !== undefined || wrap !== undefined
  const others = choices.filter(({ name, at }) => name !== before.name || at !== before.at)
  return says ? [...others, next] : others
}

/**
 * Show all columns again, in the table's order; widths and lenses stay.
 *
 * @param {readonly ColumnChoice[]} choices
 * @returns {ColumnChoice[]}
 */
export function showAll(choices) {
  return choices
    .filter(({ width, lens, wrap }) => width || lens || wrap !== undefined)
    .map(({ to, hidden, pinned, ...choice }) => choice)
}

/**
 * Hide some columns, or show them again.
 *
 * @param {readonly ColumnChoice[]} choices
 * @param {Pick<Layout, 'choices'>} layout
 * @param {readonly {name: string, at: number}[]} columns
 * @param {boolean} isHidden
 */
export function withHidden(choices, { choices: found }, columns, isHidden) {
  const hidden = isHidden || undefined
  return columns.reduce((next, column) => withChoice(next, { ...column, hidden }, found.get(column.at)), choices)
}

/**
 * Put columns before the one at a position, or at the end. The columns that were moved before stay beside the same ones.
 *
 * @param {readonly ColumnChoice[]} choices
 * @param {Pick<Layout, 'order' | 'pinned' | 'choices'>} layout
 * @param {readonly {name: string, at: number}[]} columns
 * @param {number} position not among the pinned ones
 */
export function withMove(choices, { order, pinned, choices: found }, columns, position) {
  const moving = new Set(columns.map(({ at }) => at))
  const stay = (/** @type {Int32Array} */ some) => [...some].filter(column => !moving.has(column))
  const rest = stay(order.subarray(pinned))
  rest.splice(stay(order.subarray(pinned, position)).length, 0, ...moving)
  const moved = [...found].filter(
    ([other, { to, hidden, pinned }]) => !moving.has(other) && to !== undefined && !hidden && !pinned
  )
  const next = columns.reduce(
    (all, { name, at }) => withChoice(all, { name, at, to: rest.indexOf(at), pinned: undefined }, found.get(at)),
    choices
  )
  return moved.reduce((all, [other, one]) => withChoice(all, { ...one, to: rest.indexOf(other) }, one), next)
}

/** Count the columns that a person has hidden and pinned, and tell whether others were moved. @param {Layout} layout */
export function arrangement({ choices, chosen }) {
  const all = chosen.length > 0 ? [] : [...choices.values()]
  const pinned = all.filter(choice => choice.pinned && !choice.hidden).length
  const hidden = all.filter(choice => choice.hidden).length
  return { hidden, pinned, moved: all.some(choice => choice.to !== undefined && !choice.hidden && !choice.pinned) }
}

/**
 * The order in which the columns are seen. A hidden column stands where the next one does.
 *
 * @param {Pick<Layout, 'order' | 'positions'>} layout
 * @returns {ColumnOrder}
 */
export const columnOrder = ({ order, positions }) => ({
  at(column) {
    const isShown = (/** @type {number} */ position) => position >= 0
    return positions.subarray(column).find(isShown) ?? positions.slice(0, column).reverse().find(isShown) ?? 0
  },
  of: position => order[position] ?? 0
})

/**
 * The name of a column as people see it.
 *
 * @param {Pick<Doc, 'dialect'>} doc
 * @param {Pick<Seen, 'header'>} page
 * @param {number} column
 */
export const nameOf = ({ dialect }, { header }, column) => (dialect.header ? (header[column] ?? '') : unnamed(column))

/** The name of a column, null while it is not known. @param {{doc: Doc, page: Seen}} sheet @param {number} column */
export const knownName = ({ doc, page }, column) => (hasColumn(page, column) ? nameOf(doc, page, column) : null)

/**
 * How a column is read on a page: as a person chose, else by its lens, else by its kind.
 *
 * @param {Pick<Layout, 'choices'>} layout @param {Pick<Seen, 'kinds' | 'lenses'>} page @param {number} column
 */
export const lensOf = ({ choices }, { kinds, lenses }, column) =>
  choices.get(column)?.lens || lenses[column] || kinds[column] || 'text'

/** Whether a column is read as numbers. @type {(...column: Parameters<typeof lensOf>) => boolean} */
export const isNumeric = (...column) => /number|point|comma/.test(lensOf(...column))

/** @param {number} column */
export const unnamed = column => phrase('column', { n: column + 1 })

// Offsets

/**
 * The width of a column: a person's choice holds.
 *
 * @param {Pick<Layout, 'choices' | 'widths'>} layout
 * @param {number} column
 */
export const widthOf = ({ choices, widths }, column) => choices.get(column)?.width || widths[column] || 0

/** @param {Omit<Layout, 'offsets'>} layout @returns {Layout} */
function place(layout) {
  const offsets = new Float64Array(layout.order.length + 1)
  for (const [i, column] of layout.order.entries()) offsets[i + 1] = (offsets[i] ?? 0) + widthOf(layout, column)
  return { ...layout, offsets }
}

/** Pixels from the first column to a position. @param {Layout} layout @param {number} position */
export const offsetOf = ({ offsets }, position) => offsets[position] ?? 0

/** Pixels that the pinned columns take. @param {Layout} layout */
export const pinnedWidth = layout => offsetOf(layout, layout.pinned)

/** Pixels of all columns. @param {Layout} layout */
export const fullWidth = layout => offsetOf(layout, layout.order.length)

/** The position at a distance from the first column. @param {Layout} layout @param {number} x pixels */
export function positionAt({ offsets }, x) {
  let low = 0
  let high = Math.max(0, offsets.length - 2)
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((offsets[middle] ?? 0) <= x) low = middle
    else high = middle - 1
  }
  return low
}

// Widths

/**
 * The widths that columns need for their contents.
 *
 * @param {Doc} doc @param {Seen} page @param {readonly number[]} columns @param {Measure} measure
 */
export function naturalWidths(doc, page, columns, measure) {
  const samples = Math.max(MIN_SAMPLES, Math.floor(SAMPLES / columns.length))
  /** @param {string} text @param {boolean} bold */
  const measured = (text, bold) => measure(text.slice(0, MEASURED_LETTERS), bold)
  return columns.map(column => {
    const cells = page.data.map(row => row[column] ?? '')
    const long = NEARLY * cells.reduce((longest, cell) => Math.max(longest, cell.length), 1)
    const longest = [...new Set(cells.filter(cell => cell.length >= long))].sort((a, b) => b.length - a.length)
    const widths = longest.slice(0, samples).map(cell => measured(cell, false))
    const widest = Math.max(measured(nameOf(doc, page, column), true), ...widths)
    return Math.ceil(Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, widest + CELL_PADDING)))
  })
}

/**
 * The natural width of a column once another page has been seen. It never shrinks, so that the column stays where the
 * eye has found it. A number is never cut; a text on one page does not make a column wide, unless `share` has room for
 * it.
 *
 * @param {number | undefined} before @param {number} natural on the page @param {boolean} isNumber
 */
export function grown(before, natural, isNumber) {
  if (before === undefined) return natural
  return Math.max(before, isNumber ? natural : Math.min(natural, GROWN_WIDTH))
}

/**
 * Share the room out. No column takes the whole screen, unless the others leave it room; spare room goes to the columns
 * that are wider on the page in sight. No column gets less than it had.
 *
 * @param {readonly number[]} natural of all pages seen @param {number} room pixels
 * @param {readonly number[]} [wanted] by the page in sight @param {readonly number[]} [had]
 * @param {(column: number) => boolean} [isKept] whether a column is as wide as before
 */
export function share(natural, room, wanted = natural, had = [], isKept = () => false) {
  const widths = natural.map((width, i) => Math.max(had[i] ?? 0, isKept(i) ? 0 : Math.min(SHARED_MAX_WIDTH, width)))
  const missing = widths.map((width, i) => (isKept(i) ? 0 : Math.max(0, (wanted[i] ?? 0) - width)))
  let spare = room - widths.reduce((sum, width) => sum + width, 0)
  let waiting = missing.filter(Boolean).length
  for (const [i, width] of widths.entries()) {
    const lack = missing[i] ?? 0
    if (lack === 0 || spare <= 0) continue
    const more = Math.floor(Math.min(lack, spare / waiting))
    widths[i] = width + more
    spare -= more
    waiting -= 1
  }
  return widths
}

/**
 * Lay the columns out for a page. Where the page shows no new columns, many columns keep their offsets.
 *
 * @param {Layout} before
 * @param {readonly ColumnChoice[]} choices
 * @param {Doc} doc
 * @param {FittedPage} page
 * @param {Sight} sight @param {Measure} measure @param {readonly number[]} [chosen] @returns {Layout}
 */
export function layOut(before, choices, doc, page, sight, measure, chosen = ALL) {
  const count = Math.min(MAX_COLUMNS, Math.max(doc.columns, page.n_columns))
  const key = `${doc.uuid} ${doc.version} ${page.edition} ${count}`
  const isSame = before.key === key
  if (isSame && before.page === page && before.chosen === chosen) return before
  const known = isSame ? before : { ...UNFITTED, key }
  const nameAt = (/** @type {number} */ column) => knownName({ doc, page }, column)
  const layout = isSame && before.chosen === chosen ? before : arrange(choices, count, nameAt, known, chosen)
  return count > SHARED_COLUMNS ? fitMany(layout, doc, page, measure) : fitFew(layout, doc, page, sight, measure)
}

/**
 * Fit columns that share the room.
 *
 * @param {Layout} layout
 * @param {Doc} doc
 * @param {FittedPage} page
 * @param {Sight} sight
 * @param {Measure} measure
 */
function fitFew(layout, doc, page, sight, measure) {
  const columns = [...layout.positions.keys()]
  const wanted = naturalWidths(doc, page, columns, measure)
  const natural = wanted.map((width, column) => grown(layout.natural[column], width, isNumeric(layout, page, column)))
  const room = sight.clientWidth - numbersWidth({ doc, page }, measure)
  const isKept = keptIn(layout, page, natural, sight.scrollLeft, room)
  return place({ ...layout, page, natural, widths: share(natural, room, wanted, layout.widths, isKept) })
}

/**
 * Tell which columns of a table that is wider than the screen stay as wide as they are on another page: the texts in
 * sight that are not cut much. So no column beside them moves.
 *
 * @param {Layout} layout of the page before @param {FittedPage} page @param {readonly number[]} natural
 * @param {number} scrollLeft @param {number} room pixels
 * @returns {(column: number) => boolean}
 */
function keptIn(layout, page, natural, scrollLeft, room) {
  const { page: before, positions, pinned, widths } = layout
  const isOnItsWay = before?.page_no === page.page_no && before.data.length < page.data.length
  if (isOnItsWay || fullWidth(layout) < room) return () => false
  const [first, last] = [pinnedWidth(layout), room].map(x => positionAt(layout, scrollLeft + x))
  return column => {
    const position = positions[column] ?? -1
    const isSeen = position < pinned || (position >= (first ?? 0) && position < (last ?? 0))
    const needed = Math.min(SHARED_MAX_WIDTH, natural[column] ?? 0)
    return isSeen && (widths[column] ?? 0) >= MOSTLY * needed && !isNumeric(layout, page, column)
  }
}

/**
 * Fit each column once, when it is first seen.
 *
 * @param {Layout} layout
 * @param {Doc} doc
 * @param {FittedPage} page
 * @param {Measure} measure
 */
function fitMany(layout, doc, page, measure) {
  const columns = columnsOf(page.columns).filter(column => layout.natural[column] === undefined)
  if (columns.length === 0 && layout.widths.length > 0) return { ...layout, page }
  const wanted = naturalWidths(doc, page, columns, measure)
  const fresh = share(wanted, 0)
  const unseen = [...fresh].sort((a, b) => a - b)[fresh.length >> 1] ?? 2 * MIN_WIDTH // as wide as most
  const natural = layout.natural.slice()
  const widths = Array.from(layout.positions, (_, column) => layout.widths[column] ?? unseen)
  for (const [i, column] of columns.entries()) {
    natural[column] = wanted[i] ?? 0
    widths[column] = fresh[i] ?? 0
  }
  return place({ ...layout, page, natural, widths })
}

/**
 * The width of the row numbers, the same beside every page.
 *
 * @param {{doc: Pick<Doc, 'rows'>, page: NumberedPage & {total_number: number}}} sheet @param {Measure} measure
 */
export function numbersWidth({ doc, page: { page_no, row_numbers, total_number } }, measure) {
  const rows = row_numbers ? doc.rows : total_number || PAGE_ROWS * page_no
  return Math.max(46, Math.ceil(measure(String(rows), false)) + 24)
}
