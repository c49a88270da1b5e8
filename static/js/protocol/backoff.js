/** How long to wait before trying a connection again. */

const FIRST_MS = 500
const LONGEST_MS = 15_000 // long enough to spare a server that comes up, short enough to sit out
const FULL_MS = 20_000 // until somebody else has left

/** How long to wait where there are too many already. @param {() => number} random */
export const patience = random => Math.round(FULL_MS * (1 + random()))

/**
 * Full jitter: anywhere up to a ceiling that doubles with each attempt (from 0), so that a thousand viewers that were cut
 * at the same instant do not come back at the same instant.
 *
 * @param {number} attempt @param {() => number} random from 0 up to, but not, 1
 */
export function delay(attempt, random) {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 30))
  return Math.round(random() * ceiling)
}
