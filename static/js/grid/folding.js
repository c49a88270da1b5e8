/** Folding: a page leaves out the header, which stands above it, and the preamble until that is unfolded. */

import { rowsOf } from '../protocol/paging.js'

/**
 * @import { Doc, Seen } from '../protocol/frames.js'
 * @import { NumberedPage } from '../protocol/paging.js'
 * @import { Selection } from './selection.js'
 */

/**
 * Count the first rows of a page that the table's body leaves out. A page that is nothing but preamble shows it.
 *
 * @param {Pick<Doc, 'dialect' | 'preamble'>} doc
 * @param {Pick<Seen, 'data'> & NumberedPage} page
 * @param {boolean} unfolded
 */
export function foldedRows({ dialect, preamble }, { page_no, row_numbers, data }, unfolded) {
  if (row_numbers) return 0 // a view has neither
  const above = preamble + Number(dialect.header) - rowsOf(page_no, 0).first + 1
  if (preamble > 0 && (unfolded || above >= data.length)) return 0
  return Math.max(0, Math.min(above, data.length))
}

/**
 * A page without its preamble, to which columns are fitted: a note is longer than what its column is for.
 *
 * @template {Pick<Seen, 'data'> & NumberedPage} T
 * @param {Pick<Doc, 'dialect' | 'preamble'>} doc
 * @param {T} page
 * @returns {T}
 */
export function withoutNotes(doc, page) {
  const above = doc.preamble > 0 ? foldedRows(doc, page, false) : 0
  return above > 0 ? { ...page, data: page.data.slice(above) } : page
}

/**
 * Whether rows of the preamble are selected by a person who went there: it unfolds for them.
 *
 * @param {Selection | null} selection
 * @param {Doc | null} doc
 */
export function isInPreamble(selection, doc) {
  if (!selection || !doc || selection.kind === 'columns') return false
  return Math.min(selection.from.row, selection.to.row) <= doc.preamble
}
