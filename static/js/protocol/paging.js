/** The arithmetic of pages and rows. Both count from 1. */

export const PAGE_ROWS = 100

/** The page that a row is on. @param {number} row */
export const pageOf = row => Math.floor((row - 1) / PAGE_ROWS) + 1

/** The number of pages of a table. @param {number} rows */
export const pagesOf = rows => Math.ceil(rows / PAGE_ROWS)

/** The first and the last row of a page. @param {number} page @param {number} rows of the table */
export function rowsOf(page, rows) {
  const first = PAGE_ROWS * (page - 1) + 1
  return { first, last: Math.min(rows, first + PAGE_ROWS - 1) }
}

/**
 * A page of the table, or of a view of it. A row of a view has two numbers: where it is in the view, and where it is in
 * the table. The scripts of the page count as the view does; people read the number in the table.
 *
 * @typedef {{page_no: number, row_numbers?: readonly number[]}} NumberedPage
 */

/** The number of a row in the table; 0 where it is not on this page of a view. @param {NumberedPage} page @param {number} row */
export const numberOf = ({ page_no, row_numbers }, row) =>
  row_numbers ? (row_numbers[row - rowsOf(page_no, 0).first] ?? 0) : row

/** Where a row of the table is, if it is on this page, else null. @param {NumberedPage} page @param {number} number */
export function rowOn({ page_no, row_numbers }, number) {
  if (!row_numbers) return pageOf(number) === page_no ? number : null
  const i = row_numbers.indexOf(number)
  return i < 0 ? null : rowsOf(page_no, 0).first + i
}

/** Parse a page or row number that a person typed, or return null. @param {string} typed */
export function parsePage(typed) {
  const digits = typed.trim()
  if (!/^[0-9]{1,15}$/.test(digits)) return null
  const page = Number(digits)
  return page >= 1 ? page : null
}

/** @typedef {'first' | 'previous' | 'next' | 'last'} Step */

/** Where a step leads, or null where it leads nowhere. @param {Step} step @param {number} page @param {number} pages */
export function stepTo(step, page, pages) {
  const target = { first: 1, previous: page - 1, next: page + 1, last: pages }[step]
  return target >= 1 && target <= pages && target !== page ? target : null
}
