/** Find a text in the cells of a page, in capital or small letters. */

/** @import { CellRef } from '../grid/selection.js' */

/** Make the pattern that finds a text, or null for an empty text. @param {string} text */
export function findPattern(text) {
  return text ? new RegExp(text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'giu') : null
}

/**
 * List the cells that match, in reading order.
 *
 * @param {readonly (readonly string[])[]} rows
 * @param {number} first the number of the first row
 * @param {RegExp} pattern
 */
export function findPlaces(rows, first, pattern) {
  /** @type {CellRef[]} */
  const places = []
  for (const [i, row] of rows.entries()) {
    for (const [column, cell] of row.entries()) if (cell.search(pattern) >= 0) places.push({ row: first + i, column })
  }
  return places
}

/**
 * Choose the next match after a place, or the one before it. At the end it starts over.
 *
 * @param {CellRef[]} places
 * @param {CellRef | null} at
 * @param {1 | -1} direction
 * @returns {number} an index, or -1 where there is none
 */
export function nextPlace(places, at, direction) {
  if (!at) return direction > 0 ? 0 : places.length - 1
  /** @param {CellRef} place */
  const order = place => place.row - at.row || place.column - at.column
  if (direction > 0)
    return Math.max(
      0,
      places.findIndex(place => order(place) > 0)
    )
  return (places.filter(place => order(place) < 0).length + places.length - 1) % places.length
}

/** List the matches within a text. @param {string} text @param {RegExp} pattern */
export const findSpans = (text, pattern) =>
  [...text.matchAll(pattern)].map(({ 0: found, index }) => ({ from: index, to: index + found.length }))
