/** The details of one row: which columns to list. */

const MAX_COLUMNS = 300 // as many as a person may scroll through, and a screen draws at once

/** Choose the columns to list around one: all, unless there are many. @param {number} column @param {number} columns */
export function columnsAround(column, columns) {
  const from = column - (column % MAX_COLUMNS)
  return { from, to: Math.min(columns, from + MAX_COLUMNS) }
}
