/** Finding a text among cells: as it is typed, capital or small. */

/** @typedef {import('../grid/selection.js').CellRef} CellRef */

/** What finds a text, or null where there is nothing to find. @param {string} text */
export function finder(text) {
  return text ? new RegExp(text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'giu') : null
}

/** The cells that hold it, in the order one reads. @param {readonly (readonly string[])[]} rows @param {number} first what row the first of them is @param {RegExp} wanted */
export function placesOf(rows, first, wanted) {
  /** @type {CellRef[]} */
  const places = []
  for (const [i, row] of rows.entries()) {
    for (const [column, cell] of row.entries()) if (cell.search(wanted) >= 0) places.push({ row: first + i, column })
  }
  return places
}

/** Which of the places is the next one after where one is (or before it); at the end it begins again. @param {CellRef[]} places @param {CellRef | null} at @param {1 | -1} direction */
export function nextOf(places, at, direction) {
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

/** Where in a text it stands. @param {string} text @param {RegExp} wanted */
export const spansIn = (text, wanted) =>
  [...text.matchAll(wanted)].map(({ 0: found, index }) => ({ from: index, to: index + found.length }))
