/**
 * The flow control of an upload: which bytes to send next, how many at once, how fast it goes. Each function returns
 * the transfer as it is afterwards.
 *
 * @typedef {{end: number, at: number}} SentChunk a chunk on its way: the offset behind it, and when it was sent
 * @typedef {{size: number, maxChunk: number, chunk: number, sent: number, stored: number,
 *   inFlight: readonly SentChunk[], samples: readonly {at: number, stored: number}[]}} Transfer sizes and offsets in bytes, times in milliseconds
 */

/** Small, so that the first page is on every screen at once. */
export const FIRST_CHUNK = 64 * 1024
const MAX_IN_FLIGHT = 3 // enough to keep the connection busy while acknowledgements travel
const QUICK_MS = 250 // a chunk stored within this may be followed by a larger one
const SLOW_MS = 1000 // beyond this, progress would come in jumps
const RATE_MS = 4000 // the rate is that of the last seconds
const RATE_LEAST_MS = 400 // before, it would be noise

/**
 * @param {number} size
 * @param {number} offset the bytes before it are stored
 * @param {number} maxChunk
 * @param {number} now
 * @returns {Transfer}
 */
export function startTransfer(size, offset, maxChunk, now) {
  const chunk = Math.min(FIRST_CHUNK, maxChunk)
  return { size, maxChunk, chunk, sent: offset, stored: offset, inFlight: [], samples: [{ at: now, stored: offset }] }
}

/** Choose the bytes to send next, or null where it is time to wait. @param {Transfer} transfer */
export function nextChunk({ size, chunk, sent, inFlight }) {
  if (sent >= size || inFlight.length >= MAX_IN_FLIGHT) return null
  return { from: sent, to: Math.min(size, sent + chunk) }
}

/**
 * @param {Transfer} transfer
 * @param {number} end the offset behind the chunk
 * @param {number} now
 * @returns {Transfer}
 */
export function chunkSent(transfer, end, now) {
  return { ...transfer, sent: end, inFlight: [...transfer.inFlight, { end, at: now }] }
}

/** @param {Transfer} transfer @param {number} offset all before it is stored @param {number} now @returns {Transfer} */
export function chunkStored(transfer, offset, now) {
  const { stored, chunk, maxChunk, samples } = transfer
  const inFlight = transfer.inFlight.filter(sent => sent.end > offset)
  if (offset <= stored) return { ...transfer, inFlight } // the server had these chunks already
  const landed = transfer.inFlight.filter(sent => sent.end <= offset).at(-1)
  // The time of this chunk alone, without the time behind earlier chunks.
  const took = landed ? now - Math.max(landed.at, samples.at(-1)?.at ?? 0) : SLOW_MS
  const wanted = took <= QUICK_MS ? chunk * 2 : took > SLOW_MS ? chunk / 2 : chunk
  const least = Math.min(FIRST_CHUNK, maxChunk)
  const recent = samples.filter(sample => now - sample.at <= RATE_MS)
  return {
    ...transfer,
    inFlight,
    stored: offset,
    chunk: Math.max(least, Math.min(maxChunk, Math.round(wanted))),
    samples: [...(recent.length > 0 ? recent : samples.slice(-1)), { at: now, stored: offset }]
  }
}

/**
 * Go back to an offset, where the server has less than was sent.
 *
 * @param {Transfer} transfer
 * @param {number} offset
 * @param {number} now
 */
export const rewind = ({ size, maxChunk }, offset, now) => startTransfer(size, offset, maxChunk, now)

/** Bytes a second, or null while it is too early to say. @param {Transfer} transfer @param {number} now */
export function rate({ samples }, now) {
  const first = samples[0]
  const last = samples.at(-1)
  if (!first || !last || now - first.at < RATE_LEAST_MS) return null
  return ((last.stored - first.stored) * 1000) / (now - first.at)
}

/** The seconds left at the present rate, or null. @param {Transfer} transfer @param {number} now */
export function secondsLeft(transfer, now) {
  const speed = rate(transfer, now)
  return speed ? (transfer.size - transfer.stored) / speed : null
}
