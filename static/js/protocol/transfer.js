/**
 * How far an upload has come: which bytes to send next, how many at once, how fast it goes. Nothing here is changed; each
 * function hands back the transfer as it is afterwards.
 *
 * @typedef {{end: number, at: number}} Flight a chunk under way: the offset behind it, when it left
 * @typedef {{size: number, longest: number, chunk: number, sent: number, stored: number,
 *   flights: readonly Flight[], marks: readonly {at: number, stored: number}[]}} Transfer
 */

/** Small, so that the first page is on every screen at once. */
export const FIRST_CHUNK = 64 * 1024
const AT_ONCE = 3 // enough to keep the line busy while acknowledgements travel
const QUICK_MS = 250 // a chunk acknowledged within this may be followed by a larger one
const SLOW_MS = 1000 // and beyond this progress would come in jumps
const RATE_MS = 4000 // the rate is that of the last seconds, so that it says what is happening now
const RATE_LEAST_MS = 400 // before which it would only be noise

/** @param {number} size @param {number} offset @param {number} longest @param {number} now @returns {Transfer} */
export function begin(size, offset, longest, now) {
  const chunk = Math.min(FIRST_CHUNK, longest)
  return { size, longest, chunk, sent: offset, stored: offset, flights: [], marks: [{ at: now, stored: offset }] }
}

/** The bytes to send next, or null where it is time to wait. @param {Transfer} transfer */
export function next({ size, chunk, sent, flights }) {
  if (sent >= size || flights.length >= AT_ONCE) return null
  return { from: sent, to: Math.min(size, sent + chunk) }
}

/** @param {Transfer} transfer @param {number} end @param {number} now @returns {Transfer} */
export function left(transfer, end, now) {
  return { ...transfer, sent: end, flights: [...transfer.flights, { end, at: now }] }
}

/** @param {Transfer} transfer @param {number} offset everything before it is safe @param {number} now @returns {Transfer} */
export function arrived(transfer, offset, now) {
  const flights = transfer.flights.filter(flight => flight.end > offset)
  if (offset <= transfer.stored) return { ...transfer, flights } // the server had these chunks already
  const landed = transfer.flights.filter(flight => flight.end <= offset).at(-1)
  // Its own time, not that which it stood behind others.
  const waited = landed ? now - Math.max(landed.at, transfer.marks.at(-1)?.at ?? 0) : SLOW_MS
  const wanted = waited <= QUICK_MS ? transfer.chunk * 2 : waited > SLOW_MS ? transfer.chunk / 2 : transfer.chunk
  const least = Math.min(FIRST_CHUNK, transfer.longest)
  const recent = transfer.marks.filter(mark => now - mark.at <= RATE_MS)
  return {
    ...transfer,
    flights,
    stored: offset,
    chunk: Math.max(least, Math.min(transfer.longest, Math.round(wanted))),
    marks: [...(recent.length > 0 ? recent : transfer.marks.slice(-1)), { at: now, stored: offset }]
  }
}

/** The server has less than we thought: go on from there. @param {Transfer} transfer @param {number} offset @param {number} now @returns {Transfer} */
export function rewound(transfer, offset, now) {
  return begin(transfer.size, offset, transfer.longest, now)
}

/** Bytes a second of late, or null while it is too early to say. @param {Transfer} transfer @param {number} now */
export function rate({ marks }, now) {
  const first = marks[0]
  const last = marks.at(-1)
  if (!first || !last || now - first.at < RATE_LEAST_MS) return null
  return ((last.stored - first.stored) * 1000) / (now - first.at)
}

/** Seconds to go at that rate, or null. @param {Transfer} transfer @param {number} now */
export function secondsLeft(transfer, now) {
  const speed = rate(transfer, now)
  return speed ? (transfer.size - transfer.stored) / speed : null
}
