/** The order of a list of columns: by what their cells are like. */

/**
 * @typedef {'file' | 'type' | 'blank' | 'distinct' | 'constant' | 'unique'} ListOrder
 * @typedef {{kind: string, rows: number, blank: number, distinct: number, exact: boolean}} ColumnFigures
 */

/**
 * How far ahead a column comes in each order. Columns that are equally far stay as in the file.
 *
 * @type {Record<Exclude<ListOrder, 'file' | 'type'>, (figures: ColumnFigures) => number>}
 */
const RANKS = {
  blank: ({ blank }) => blank,
  distinct: ({ distinct }) => distinct,
  constant: ({ distinct }) => -distinct,
  unique: ({ rows, blank, distinct }) => (rows > blank ? distinct / (rows - blank) : 0)
}

/**
 * Sort columns. Those whose figures are not here come last.
 *
 * @param {readonly number[]} columns @param {ListOrder} order @param {ReadonlyMap<number, ColumnFigures>} figures
 */
export function sortColumns(columns, order, figures) {
  if (order === 'file') return [...columns]
  /** @param {number} one @param {number} other */
  const compare = (one, other) => {
    const [a, b] = [figures.get(one), figures.get(other)]
    if (!a || !b) return Number(!a) - Number(!b) || one - other
    const kinds =
      order === 'type' ? (a.kind < b.kind ? -1 : Number(a.kind > b.kind)) : RANKS[order](b) - RANKS[order](a)
    return kinds || one - other
  }
  return [...columns].sort(compare)
}
