/** A view of a table that grows while I read it alone. */

import { viewOn } from './views.js'

/** @import { State } from './state.js' */

/** Whether the table has grown since I fetched my page of a view. @param {State} state */
export function isOutgrown({ alone, doc, page, fetching, opening }) {
  if (!alone?.view || !doc || !page || opening || viewOn(page) !== alone.view || page.page_no !== alone.page_no)
    return false
  return !fetching.includes(page.page_no) && page.among !== undefined && page.among < doc.rows
}
