/**
 * What is selected: cells, whole rows or whole columns, from where one began to where one is.
 *
 * @typedef {{row: number, column: number}} Place the row as people count them, the column from 0
 * @typedef {{kind: 'cells' | 'rows' | 'columns', from: Place, to: Place}} Selection
 * @typedef {{top: number, left: number, bottom: number, right: number}} Range all four included
 */

/** @param {Place} from @param {Place} [to] @param {Selection['kind']} [kind] @returns {Selection} */
export const select = (from, to = from, kind = 'cells') => ({ kind, from, to })

/** The rows and columns of it. Whole rows and columns have no end. @param {Selection} selection @returns {Range} */
export function rangeOf({ kind, from, to }) {
  const [rows, columns] = [kind !== 'columns', kind !== 'rows']
  return {
    top: rows ? Math.min(from.row, to.row) : 1,
    bottom: rows ? Math.max(from.row, to.row) : Infinity,
    left: columns ? Math.min(from.column, to.column) : 0,
    right: columns ? Math.max(from.column, to.column) : Infinity,
  }
}

/** What two ranges share, or null. @param {Range} one @param {Range} other @returns {Range | null} */
export function shared(one, other) {
  const top = Math.max(one.top, other.top)
  const left = Math.max(one.left, other.left)
  const bottom = Math.min(one.bottom, other.bottom)
  const right = Math.min(one.right, other.right)
  return top <= bottom && left <= right ? { top, left, bottom, right } : null
}

/** @param {Range} range @param {number} row @param {number} column */
export function covers({ top, left, bottom, right }, row, column) {
  return row >= top && row <= bottom && column >= left && column <= right
}

/** Where an arrow leads, no further than the bounds. @param {Place} place @param {number} down @param {number} across @param {Range} bounds @returns {Place} */
export function moved({ row, column }, down, across, { top, left, bottom, right }) {
  return {
    row: Math.max(top, Math.min(bottom, row + down)),
    column: Math.max(left, Math.min(right, column + across)),
  }
}

/** The cells of a range, row by row; a cell that a short row lacks is empty. @param {readonly (readonly string[])[]} rows @param {number} first what row the first of them is @param {Range} range finite */
export function cellsIn(rows, first, { top, left, bottom, right }) {
  return rows.slice(top - first, bottom - first + 1).map(row => {
    return Array.from({ length: right - left + 1 }, (_, i) => row[left + i] ?? '')
  })
}

/** What spreadsheets paste as these cells: quoted only where a cell would otherwise fall apart. @param {readonly (readonly string[])[]} rows */
export function toTsv(rows) {
  return rows.map(row => row.map(quoted).join('\t')).join('\n')
}

/** @param {string} cell */
function quoted(cell) {
  return /^"|[\t\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
