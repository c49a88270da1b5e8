/** Stepping through rows, which are given as spans in order. */

/** @import { Span } from '../protocol/frames.js' */

/**
 * Find the next row after a row, or the one before it. At the end it starts over.
 *
 * @param {readonly Span[]} spans
 * @param {number} row
 * @param {1 | -1} direction
 */
export function nextRow(spans, row, direction) {
  const isForward = direction > 0
  const ordered = isForward ? spans : [...spans].reverse()
  for (const [first, last] of ordered) {
    const next = isForward ? Math.max(first, row + 1) : Math.min(last, row - 1)
    if (next >= first && next <= last) return next
  }
  return ordered[0]?.[isForward ? 0 : 1]
}

/** Count the rows of spans. @param {readonly Span[]} spans */
export const rowsIn = spans => spans.reduce((sum, [first, last]) => sum + last - first + 1, 0)
