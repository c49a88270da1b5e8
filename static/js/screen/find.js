/**
 * Find a text in the cells of a page and in the names of its columns, in capital or small letters. A name is a place in
 * row 0.
 */

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
    row.forEach((cell, column) => {
      if (cell.search(pattern) >= 0) places.push({ row: first + i, column })
    }) // unlike for, it leaves out the columns that are not loaded
  }
  return places
}

/**
 * Part the places that are shown, in reading order, from those in hidden columns.
 *
 * @param {readonly CellRef[]} places
 * @param {ArrayLike<number>} positions of the columns, -1 where one is hidden
 */
export function partHidden(places, positions) {
  /** @param {CellRef} place */
  const position = ({ column }) => positions[column] ?? -1
  return {
    shown: places.filter(place => position(place) >= 0).sort((a, b) => a.row - b.row || position(a) - position(b)),
    hidden: places.filter(place => position(place) < 0)
  }
}

/**
 * Choose the next match after a place, or the one before it. At the end it starts over.
 *
 * @param {readonly CellRef[]} places
 * @param {CellRef | null} at
 * @param {1 | -1} direction
 * @param {ArrayLike<number>} positions of the columns
 * @param {boolean} [orHere] whether a match at the place itself is the next one
 * @returns {number} an index, or -1 where there is none
 */
export function nextPlace(places, at, direction, positions, orHere = false) {
  if (!at) return direction > 0 ? 0 : places.length - 1
  /** @param {CellRef} place */
  const order = place => place.row - at.row || (positions[place.column] ?? 0) - (positions[at.column] ?? 0)
  if (direction > 0)
    return Math.max(
      0,
      places.findIndex(place => order(place) > (orHere ? -1 : 0))
    )
  return (places.filter(place => order(place) < 0).length + places.length - 1) % places.length
}

/** List the matches within a text. @param {string} text @param {RegExp} pattern */
export const findSpans = (text, pattern) =>
  [...text.matchAll(pattern)].map(({ 0: found, index }) => ({ from: index, to: index + found.length }))
