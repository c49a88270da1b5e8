/**
 * What was said and done, as far as it is known here, and what of it is new to me: a fold over `log` frames.
 *
 * @typedef {import('../protocol/frames.js').Line} Line
 * @typedef {import('../protocol/frames.js').Log} Log
 *
 * @typedef {object} Talk
 * @property {readonly Line[]} lines oldest first
 * @property {number} last the newest line's number
 * @property {boolean} whole whether that is the server's newest too: else there are lines to `recall`
 * @property {number} seen the newest line that was there while the panel was open
 * @property {{after: number, until: number | null}} away the lines between came while I was not here; null until it is known
 * @property {number} step which of those is being gone through, 0 for none
 * @property {readonly Line[]} fresh what was added just now, while I was here
 */

const MOST_LINES = 300

/** Nothing is known yet. @param {number} seen from an earlier visit @returns {Talk} */
export const silence = seen => ({
  lines: [],
  last: 0,
  whole: false,
  seen,
  away: { after: seen, until: null },
  step: 0,
  fresh: []
})

/** The connection is a new one: what was added meanwhile is to be recalled. @param {Talk} talk @returns {Talk} */
export function cut(talk) {
  const after = talk.last || talk.away.after
  return { ...talk, whole: false, away: { after, until: null }, step: 0, fresh: [] }
}

/** @param {Talk} talk @param {Log} log @returns {Talk} */
export function heard(talk, log) {
  if (log.after > talk.last) return { ...talk, whole: false, fresh: [] }
  const lines = [...talk.lines]
  const added = log.lines.filter(line => line.line > talk.last)
  for (const line of added) {
    if (leafsOn(lines.at(-1), line)) lines.pop()
    lines.push(line)
  }
  const last = added.at(-1)?.line ?? talk.last
  const away = { ...talk.away, until: talk.away.until ?? last }
  return { ...talk, lines: lines.slice(-MOST_LINES), last, whole: true, away, fresh: talk.whole ? added : [] }
}

/** A turn of one who has just turned stands for both. @param {Line | undefined} before @param {Line} line */
function leafsOn(before, line) {
  return (
    before?.type === 'notice' &&
    line.type === 'notice' &&
    before.what === 'turned' &&
    line.what === 'turned' &&
    before.by?.who === line.by?.who &&
    before.version === line.version
  )
}

/** All that is there has been seen. @param {Talk} talk @returns {Talk} */
export const read = talk => (talk.seen === talk.last ? talk : { ...talk, seen: talk.last })

/** How much that others want to be noticed I have not seen. @param {Talk} talk @param {string} who I am */
export function unread({ lines, seen }, who) {
  return lines.filter(
    line => line.line > seen && !isMine(line, who) && (line.type === 'message' || line.what === 'looked')
  ).length
}

/** What others said and did while I was away. @param {Talk} talk @param {string} who I am */
export function missed({ lines, away }, who) {
  const was = lines.filter(({ line }) => line > away.after && line <= (away.until ?? 0))
  return was.filter(line => !isMine(line, who) && !isFirst(line))
}

/** Go on to the next line that was missed; after the last one there is nothing more to go through. @param {Talk} talk @param {string} who I am @returns {Talk} */
export function stepped(talk, who) {
  const next = missed(talk, who).find(({ line }) => line > talk.step)
  return next ? { ...talk, step: next.line } : { ...talk, step: 0, away: { after: talk.last, until: talk.last } }
}

/** Before the first table there was nothing to miss. @param {Line} line */
const isFirst = line => line.type === 'notice' && line.what === 'brought' && line.version === 1

/** @param {Line} line @param {string} who */
const isMine = (line, who) => line.by?.who === who && who !== ''
