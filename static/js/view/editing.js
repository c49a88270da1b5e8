/** Changes to a view: an order, and conditions that come, change and go. Columns count from 1. */

/**
 * @import { ColumnFilter, SortKey, View } from './query.js'
 *
 * @typedef {'next' | 'ascending' | 'descending' | 'natural' | 'none'} Ordering `next`: ascending, then descending, then
 *   as in the file
 */

/**
 * Sort a view by a column.
 *
 * @param {View} view
 * @param {number} column
 * @param {Ordering} ordering
 * @param {boolean} isMore whether it is sorted by the other columns, too
 * @returns {View}
 */
export function sortedBy(view, column, ordering, isMore) {
  const at = view.sorts.findIndex(key => key.column === column)
  const before = at < 0 || (!isMore && view.sorts.length > 1) ? undefined : view.sorts[at]
  const key = nextKey(column, ordering, before)
  const fresh = key ? [key] : []
  if (!isMore) return { ...view, sorts: fresh }
  return {
    ...view,
    sorts: at < 0 ? [...view.sorts, ...fresh] : view.sorts.flatMap((other, i) => (i === at ? fresh : [other]))
  }
}

/** @param {number} column @param {Ordering} ordering @param {SortKey} [before] @returns {SortKey | null} */
function nextKey(column, ordering, before) {
  const key = { column, descending: ordering === 'descending', natural: ordering === 'natural' }
  if (ordering !== 'next') return ordering === 'none' ? null : key
  if (!before) return key
  return before.descending ? null : { ...before, descending: true }
}

/**
 * Put a condition in the place of another one, or take it away.
 *
 * @param {View} view
 * @param {ColumnFilter} before
 * @param {ColumnFilter | null} next
 * @returns {View}
 */
export const withFilter = (view, before, next) => ({
  ...view,
  filters: [...view.filters.filter(other => !isSameFilter(other, before)), ...(next ? [next] : [])]
})

/**
 * The condition that a view has and the one before had not, else its last one; null where it has none, or where a
 * search came last.
 *
 * @param {View} view
 * @param {View | null} before
 */
export function latestFilter({ filters, search }, before) {
  const isFresh = (/** @type {ColumnFilter} */ filter) => !before?.filters.some(other => isSameFilter(other, filter))
  if (before && search.text && search.text !== before.search.text) return null
  return filters.filter(isFresh).pop() ?? filters.at(-1) ?? null
}

/** Whether conditions ask the same. @param {ColumnFilter} one @param {ColumnFilter} other */
export const isSameFilter = (one, other) => JSON.stringify(one) === JSON.stringify(other)
