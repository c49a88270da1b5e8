/**
 * Column windows: a viewer of a wide table is sent some columns of each page. On a page, each column that was sent is
 * at its place, and the others are left open.
 *
 * @typedef {{version: number, edition: number}} TableReading a version of the table, parsed in one way
 */

/**
 * @import { Seen, Span } from '../protocol/frames.js'
 * @import { TablePage } from '../state/browsing.js'
 */

const MAX_KEPT = 400 // columns beside those of the newest window

/** Whether a page has a column, counted from 0. @param {Pick<Seen, 'columns'>} page @param {number} column */
export function hasColumn({ columns }, column) {
  return columns.some(([first, last]) => column + 1 >= first && column < last)
}

/** Whether a page has these columns, as far as the table has them. @param {Seen} page @param {readonly Span[]} spans */
export function hasColumns(page, spans) {
  return columnsOf(spans).every(column => column >= page.n_columns || hasColumn(page, column))
}

/** The columns of spans, counted from 0. @param {readonly Span[]} spans */
export function columnsOf(spans) {
  return spans.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first - 1 + i))
}

/** Columns, counted from 0 and in any order, as spans. @param {Iterable<number>} columns @returns {Span[]} */
export function spansOf(columns) {
  /** @type {Span[]} */
  const spans = []
  for (const column of [...new Set(columns)].sort((a, b) => a - b)) {
    const last = spans.at(-1)
    if (last && last[1] === column) last[1] = column + 1
    else spans.push([column + 1, column + 1])
  }
  return spans
}

/**
 * Put each column that was sent of a page at its place: `data[row][column]`, `header[column]`, `kinds[column]` and
 * so on. Columns that came before stay, the nearest first, if they are of the same page.
 *
 * @template {TablePage} T @param {T} sent @param {TablePage | null} [before] @returns {T}
 */
export function mergeColumns(sent, before = null) {
  const stays =
    before && isSamePage(before, sent) ? columnsOf(before.columns).filter(column => !hasColumn(sent, column)) : []
  const isFromStart = sent.columns.length === 0 || (sent.columns.length === 1 && sent.columns[0]?.[0] === 1)
  if (isFromStart && stays.length === 0) return sent
  const fresh = columnsOf(sent.columns)
  const middle = fresh[fresh.length >> 1] ?? 0
  const kept = stays.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle)).slice(0, MAX_KEPT)
  /** @template T @param {readonly T[]} cells @param {readonly T[]} [old] */
  const merge = (cells, old) => {
    /** @type {T[]} */
    const row = []
    for (const column of kept) if (old && column in old) row[column] = /** @type {T} */ (old[column])
    for (const [i, cell] of cells.entries()) row[fresh[i] ?? 0] = cell
    return row
  }
  return {
    ...sent,
    columns: spansOf([...kept, ...fresh]),
    header: merge(sent.header, before?.header),
    kinds: merge(sent.kinds, before?.kinds),
    lenses: merge(sent.lenses, before?.lenses),
    cut: [...(before?.cut ?? []).filter(([, column]) => kept.includes(column - 1)), ...sent.cut],
    data: sent.data.map((row, i) => merge(row, before?.data[i]))
  }
}

/**
 * Whether both are of the same version, parsed in the same way.
 *
 * @param {TableReading | null} one
 * @param {TableReading} other
 */
export const isSameReading = (one, other) => one?.version === other.version && one.edition === other.edition

/** Whether both are of the same page, in the same reading. @param {TablePage} one @param {TablePage} other */
function isSamePage(one, other) {
  return (
    isSameReading(one, other) &&
    one.page_no === other.page_no &&
    one.data.length === other.data.length &&
    String(one.row_numbers) === String(other.row_numbers) &&
    one.header.length > 0 === other.header.length > 0
  )
}
