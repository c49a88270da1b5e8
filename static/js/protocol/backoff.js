/** How long to wait before a connection is tried again. */

const FIRST_MS = 500
const LONGEST_MS = 15_000 // long enough to spare a server that starts, short enough to sit out
const FULL_MS = 20_000 // until somebody else has left

/** How long to wait where there are too many connections already. @param {() => number} random */
export const fullDelay = random => Math.round(FULL_MS * (1 + random()))

/**
 * How long to wait after a lost connection: full jitter under a ceiling that doubles with each attempt, so that a
 * thousand viewers that were cut at the same instant do not return at the same instant
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 *
 * @param {number} attempt counted from 0
 * @param {() => number} random from 0 up to, but not, 1
 * @returns {number} milliseconds
 */
export function retryDelay(attempt, random) {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt)
  return Math.round(random() * ceiling)
}
