/** The talk: the lines known here, and which of them are new to me. A fold over `log` frames. */

/** @import { TalkLine, LogFrame } from '../protocol/frames.js' */

/**
 * @typedef {object} Talk
 * @property {readonly TalkLine[]} lines oldest first
 * @property {number} last the number of the newest line
 * @property {boolean} complete whether that is the server's newest line too; otherwise there are lines to `recall`
 * @property {number} seen the newest line that was there while the panel was open
 * @property {{after: number, until: number | null}} absence the lines between were added while I was away; `until` is
 *   null while it is unknown
 * @property {number} step the line of the absence that is being stepped through, 0 for none
 * @property {readonly TalkLine[]} added the lines that the last frame added while I was here
 */

const MAX_LINES = 300

/** Start with no lines. @param {number} seen the newest line seen on an earlier visit @returns {Talk} */
export const emptyTalk = seen => ({
  lines: [],
  last: 0,
  complete: false,
  seen,
  absence: { after: seen, until: null },
  step: 0,
  added: []
})

/** Begin a new connection: what was added meanwhile has to be recalled. @param {Talk} talk @returns {Talk} */
export function reconnectTalk(talk) {
  const after = talk.last || talk.absence.after
  return { ...talk, complete: false, absence: { after, until: null }, step: 0, added: [] }
}

/** @param {Talk} talk @param {LogFrame} log @returns {Talk} */
export function addLines(talk, log) {
  if (log.after > talk.last) return { ...talk, complete: false, added: [] }
  const lines = [...talk.lines]
  const added = log.lines.filter(line => line.line > talk.last)
  for (const line of added) {
    if (turnsOn(lines.at(-1), line)) lines.pop()
    lines.push(line)
  }
  const last = added.at(-1)?.line ?? talk.last
  const absence = { ...talk.absence, until: talk.absence.until ?? last }
  return { ...talk, lines: lines.slice(-MAX_LINES), last, complete: true, absence, added: talk.complete ? added : [] }
}

/**
 * Whether both lines say that the same person turned the page: the later one stands for both.
 *
 * @param {TalkLine | undefined} before
 * @param {TalkLine} line
 */
function turnsOn(before, line) {
  if (before?.type !== 'notice' || line.type !== 'notice' || before.version !== line.version) return false
  return before.what === 'turned' && line.what === 'turned' && before.by?.who === line.by?.who
}

/** Mark all lines as seen. @param {Talk} talk @returns {Talk} */
export const markSeen = talk => (talk.seen === talk.last ? talk : { ...talk, seen: talk.last })

/** Count the unseen lines that others want to be noticed. @param {Talk} talk @param {string} who I am */
export const unread = ({ lines, seen }, who) =>
  lines.filter(line => line.line > seen && !isMine(line, who) && (line.type === 'message' || line.what === 'looked'))
    .length

/** List what others said and did while I was away. @param {Talk} talk @param {string} who I am */
export function missed({ lines, absence }, who) {
  const since = lines.filter(({ line }) => line > absence.after && line <= (absence.until ?? 0))
  return since.filter(line => !isMine(line, who) && !isFirstUpload(line))
}

/**
 * Step to the next missed line. After the last one, nothing counts as missed any more.
 *
 * @param {Talk} talk
 * @param {string} who I am
 * @returns {Talk}
 */
export function stepTalk(talk, who) {
  const next = missed(talk, who).find(({ line }) => line > talk.step)
  return next ? { ...talk, step: next.line } : { ...talk, step: 0, absence: { after: talk.last, until: talk.last } }
}

/** Before the first table there was nothing to miss. @param {TalkLine} line */
const isFirstUpload = line => line.type === 'notice' && line.what === 'brought' && line.version === 1

/** @param {TalkLine} line @param {string} who */
const isMine = (line, who) => line.by?.who === who && who !== ''
