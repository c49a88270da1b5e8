/**
 * What is here of a page: the columns that were sent of it, each at its place, the others left open.
 *
 * @typedef {import('../state/browsing.js').Leaf} Leaf
 * @typedef {import('../protocol/frames.js').Seen} Seen
 * @typedef {import('../protocol/frames.js').Span} Span
 */

const MOST_KEPT = 400 // columns beside those that have just come

/** Whether a column, counted from 0, is here. @param {Pick<Seen, 'columns'>} seen @param {number} column */
export function isHere({ columns }, column) {
  return columns.some(([first, last]) => column + 1 >= first && column < last)
}

/** Whether all of these columns are here that the table has. @param {Seen} seen @param {readonly Span[]} spans */
export function areHere(seen, spans) {
  return columnsOf(spans).every(column => column >= seen.n_columns || isHere(seen, column))
}

/** Whether all of a range is here, and no cell of it cut. @param {Seen} seen @param {import('./selection.js').Range} range */
export function isWhole({ columns, n_columns, cut }, { top, left, bottom, right }) {
  const last = Math.min(right + 1, n_columns)
  if (!columns.some(([from, to]) => from <= left + 1 && to >= last)) return false
  return !cut.some(([row, column]) => row >= top && row <= bottom && column > left && column <= last)
}

/** The columns of some spans, counted from 0. @param {readonly Span[]} spans */
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
 * A page as it was sent, each of its columns at its place: `data[row][column]`, `header[column]`, `kinds[column]`. With it
 * stays what is here of the same page already.
 *
 * @template {Leaf} T @param {T} sent @param {Leaf | null} [before] @returns {T}
 */
export function placed(sent, before = null) {
  const stays = before && isSame(before, sent) ? columnsOf(before.columns).filter(column => !isHere(sent, column)) : []
  const begins = sent.columns.length === 0 || (sent.columns.length === 1 && sent.columns[0]?.[0] === 1)
  if (begins && stays.length === 0) return sent
  const here = columnsOf(sent.columns)
  const middle = here[here.length >> 1] ?? 0
  const kept = stays.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle)).slice(0, MOST_KEPT)
  /** @template T @param {readonly T[]} cells @param {readonly T[]} [old] */
  const place = (cells, old) => {
    /** @type {T[]} */
    const row = []
    for (const column of kept) if (old && column in old) row[column] = /** @type {T} */ (old[column])
    for (const [i, cell] of cells.entries()) row[here[i] ?? 0] = cell
    return row
  }
  return {
    ...sent,
    columns: spansOf([...kept, ...here]),
    header: place(sent.header, before?.header),
    kinds: place(sent.kinds, before?.kinds),
    cut: [...(before?.cut ?? []).filter(([, column]) => kept.includes(column - 1)), ...sent.cut],
    data: sent.data.map((row, i) => place(row, before?.data[i])),
  }
}

/** Whether these are of the same page, as it was read then. @param {Leaf} one @param {Leaf} other */
function isSame(one, other) {
  return one.version === other.version && one.edition === other.edition && one.page_no === other.page_no && one.data.length === other.data.length
    && one.header.length > 0 === other.header.length > 0
}
