/** Pages, rows and their numbers, as people count them: from 1. */

export const PAGE_ROWS = 100

/** The page that a row is on; both count from 1. @param {number} row */
export const pageOf = row => Math.floor((row - 1) / PAGE_ROWS) + 1

/** @param {number} rows */
export function pagesOf(rows) {
  return Math.ceil(rows / PAGE_ROWS)
}

/** The rows of a page, both included. @param {number} page @param {number} rows in all */
export function rowsOf(page, rows) {
  const first = PAGE_ROWS * (page - 1) + 1
  return { first, last: Math.min(rows, first + PAGE_ROWS - 1) }
}

/** A page number as a person typed it, or null. @param {string} typed */
export function readPage(typed) {
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
