/** Views on screen: whose they are, how many rows they have, and what is said when the room's view changes. */

import { numberOf, PAGE_ROWS, pagesOf, rowOn, rowsOf } from '../protocol/paging.js'

/**
 * @import { Doc, OfferedFrame, PageFrame } from '../protocol/frames.js'
 * @import { State, Toast } from './state.js'
 *
 * @typedef {object} AskedView
 * @property {string} view
 * @property {number | undefined} row of the table, which is to stay in sight
 * @property {string | undefined} undoes the view that it takes back
 * @property {readonly string[]} earlier the views that I asked for before it, whose answers may still come
 * @property {boolean} isSent
 *
 * @typedef {{row: number, isOut: boolean}} LeftRow a row of the table that is not on screen any more; `isOut`: the view does
 *   not have it
 */

/** So many rows or fewer have a table in which the server soon knows where a row is in a view. */
export const SMALL_ROWS = 500_000

/** The view that a page is of; empty for the table as it was read. @param {{view?: string} | null | undefined} page */
export const viewOn = page => page?.view ?? ''

/** The view that I see, or am going to. @param {Pick<State, 'alone' | 'room'>} state */
export const viewOf = ({ alone, room }) => alone?.view ?? viewOn(room)

/** The number of rows in what is on screen: the table, or a view of it. @param {Pick<State, 'doc' | 'page'>} state */
export const rowsShown = ({ doc, page }) => (page?.view ? page.total_number : (doc?.rows ?? 0))

/** The number of pages of what is on screen. A view without a row has an empty one. @param {Pick<State, 'doc' | 'page'>} state */
export const pagesShown = state => Math.max(state.page?.view ? 1 : 0, pagesOf(rowsShown(state)))

/** The number of rows that views choose from: all but the header and the preamble. @param {Doc | null} doc */
export const dataRows = doc => (doc ? doc.rows - doc.preamble - Number(doc.dialect.header) : 0)

/**
 * The toast for another view in the room. One stands for several views of another person.
 *
 * @param {State} state
 * @param {PageFrame} before
 * @param {PageFrame} page
 * @param {boolean} mine
 * @returns {Toast | null}
 */
export function viewToast(state, before, page, mine) {
  const { toast, doc } = state
  const { by, total_number: rows, counting } = page
  if (!by) return toast
  const isNext = toast?.kind === 'viewed' && toast.by.who === by.who && !mine
  const row = numberOf(before, rowsOf(before.page_no, 0).first)
  const from = isNext ? toast.from : { view: viewOn(before), page_no: before.page_no, row }
  const left = leftRow(state, page, rowInFocus(state) ?? (isNext ? toast.left?.row : undefined), mine)
  return { kind: 'viewed', by, mine, view: viewOn(page), rows, counting, all: dataRows(doc), from, left }
}

/** The number of the row that is selected. @param {Pick<State, 'page' | 'selection'>} state */
export const rowInFocus = ({ page, selection }) =>
  (page && selection && selection.kind !== 'columns' && numberOf(page, selection.to.row)) || undefined

/**
 * A row of the table that I was on, if a page of a view does not have it.
 *
 * @param {Pick<State, 'doc'>} state
 * @param {{page_no: number, view?: string, row_numbers?: readonly number[], total_number: number, counting?: boolean}} page
 * @param {number | undefined} row
 * @param {boolean} isSought whether the page was to be the one with the row
 * @returns {LeftRow | undefined}
 */
export function leftRow({ doc }, page, row, isSought) {
  if (!row || rowOn(page, row) !== null) return undefined
  const isOut = (page.total_number <= PAGE_ROWS && !page.counting) || (isSought && (doc?.rows ?? 0) <= SMALL_ROWS)
  return { row, isOut: isOut && viewOn(page) !== '' }
}

/** A toast with the rows that its view has by now. @param {Toast} toast @param {Pick<State, 'doc' | 'page'>} state @returns {Toast} */
export const countedNow = (toast, { doc, page }) =>
  toast.kind === 'viewed' && page && toast.view && viewOn(page) === toast.view
    ? { ...toast, rows: page.total_number, counting: page.counting, all: dataRows(doc) }
    : toast

/**
 * What I ask for, after what I asked for before.
 *
 * @param {AskedView | null} before
 * @param {{view: string, row?: number, undoes?: string}} next
 * @returns {AskedView}
 */
export const askedAfter = (before, { view, row, undoes }) => ({
  view,
  row,
  undoes,
  earlier: before?.isSent ? [...before.earlier, before.view] : (before?.earlier ?? []),
  isSent: false
})

/**
 * What I still ask for, now that the room shows a view: a view that I asked for earlier answers nothing.
 *
 * @param {AskedView | null} asked
 * @param {string} shown
 * @param {boolean} mine
 * @returns {AskedView | null}
 */
export function stillAsked(asked, shown, mine) {
  if (!asked || shown === asked.view) return null
  const at = mine ? asked.earlier.indexOf(shown) : -1
  if (at >= 0) return { ...asked, earlier: asked.earlier.slice(at + 1) } // the server leaves out some, and keeps their order
  return mine || (asked.undoes !== undefined && shown !== asked.undoes) ? null : asked
}

/**
 * The toast for a view that somebody offers: to me, or I to so many others.
 *
 * @param {State} state @param {OfferedFrame} frame @returns {Toast}
 */
export const offerToast = ({ doc, me, people }, { by, version, view, rows }) => ({
  kind: 'offered',
  by,
  version,
  view,
  rows,
  all: dataRows(doc),
  ...(by.who === me.who && { to: people.count - 1 })
})
