/** What this browser remembers from one visit to the next. Where it may not, each visit is the first. */

import { parsePage } from '../protocol/paging.js'
import { home } from './address.js'

/**
 * @import { ColumnChoice } from '../grid/layout.js'
 * @import { PlaceFrame } from '../protocol/frames.js'
 * @import { Alone } from '../state/browsing.js'
 */

const PREFIX = 'pagecast.'
const MAX_SEEN = 100 // documents
const UPLOAD_KEPT_MS = 86_400_000 // the server keeps an upload for a day
const KEY_BYTES = 16
/** Lasts as long as the page, for what could not be stored. @type {Map<string, string>} */
const unsaved = new Map()

/** My name: chosen, or given by a server. Empty until then. */
export const myName = () => read('name') ?? ''

/** @param {string} name */
export const keepName = name => keep('name', name)

/** Keep my settings, in a cookie: the server needs them before any script runs. @param {string[]} look */
export function keepLook(look) {
  // biome-ignore lint/suspicious/noDocumentCookie: not every browser has a cookieStore, and none without https.
  document.cookie = `look=${look.join('.')}; path=${home().slice(0, -'parser/'.length)}; max-age=31536000; samesite=lax`
}

/** Whether I was asked for my name before: once is enough. */
export function askedName() {
  const asked = read('asked') !== null
  keep('asked', 'yes')
  return asked
}

/** Whether a table is seen here for the first time: how the room works is said once. */
export function isFirstVisit() {
  const isFirst = read('knows-room') === null
  keep('knows-room', 'yes')
  return isFirst
}

/** Keep where I browse alone, for this window after a reload. @param {string} uuid @param {PlaceFrame} place */
export const keepPlace = (uuid, { page_no, follow, version, view }) =>
  keep(`place.${uuid}`, page_no ? JSON.stringify([page_no, follow, version, view]) : '')

/** @param {string} uuid @returns {{alone: Alone | null, version: number | null}} */
export function myPlace(uuid) {
  const [page_no, follow, version, view] = parseList(read(`place.${uuid}`))
  if (parsePage(String(page_no)) !== page_no) return { alone: null, version: null }
  const alone = {
    page_no,
    follow: typeof follow === 'string' ? follow : null,
    view: typeof view === 'string' ? view : ''
  }
  return { alone, version: parsePage(String(version)) === version ? version : null }
}

/** The secret by which a server knows me again, in every window. */
export function myKey() {
  const kept = read('key')
  if (kept) return kept
  const key = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(KEY_BYTES))))
  keep('key', key)
  return key
}

/** Whether the talk was open on the last visit. */
export const talkWasOpen = () => read('talk') === 'open'

/** @param {boolean} open */
export const keepTalk = open => keep('talk', open ? 'open' : 'closed')

/** The last line of a document's talk that was seen here. @param {string} uuid */
export const lastSeen = uuid => seenLines().find(([name]) => name === uuid)?.[1] ?? 0

/** @param {string} uuid @param {number} line */
export function keepSeen(uuid, line) {
  const others = seenLines().filter(([name]) => name !== uuid)
  keep('seen', JSON.stringify([[uuid, line], ...others].slice(0, MAX_SEEN)))
}

/** @returns {[uuid: string, line: number][]} the newest document first */
const seenLines = () => parseList(read('seen'))

/** @param {string | null} uuid @param {File} file */
const uploadKey = (uuid, { name, size, lastModified }) => `upload.${uuid}.${size}.${lastModified}.${name}`

/**
 * The upload of a file to resume after a reload of this window, or an empty text.
 *
 * @param {string | null} uuid
 * @param {File} file
 */
export function myUpload(uuid, file) {
  const mine = read(uploadKey(uuid, file))
  if (mine || !uuid) return mine ?? ''
  const [name, size, lastModified, upload] = parseList(read(`left.${uuid}`))
  return name === file.name && size === file.size && lastModified === file.lastModified ? upload : ''
}

/** @param {string} uuid @param {File} file @param {string} upload */
export function keepUpload(uuid, file, upload) {
  keep(uploadKey(uuid, file), upload)
  forgetLeftUpload(uuid)
}

/**
 * Keep an upload that is left, so that any window of this browser can say how to go on with it.
 *
 * @param {string} uuid
 * @param {File} file
 * @param {string} upload
 * @param {number} now
 */
export const leaveUpload = (uuid, { name, size, lastModified }, upload, now) =>
  keep(`left.${uuid}`, JSON.stringify([name, size, lastModified, upload, now]))

/** The upload that was left, as long as the server keeps it. @param {string} uuid @param {number} now */
export function leftUpload(uuid, now) {
  const [name, size, , , left] = parseList(read(`left.${uuid}`))
  return now - left < UPLOAD_KEPT_MS ? { name: String(name), size: Number(size) } : null
}

/** @param {string} uuid */
export const forgetLeftUpload = uuid => keep(`left.${uuid}`, '')

/** How I arranged the columns of a document. @param {string} uuid @returns {ColumnChoice[]} */
export const columnChoices = uuid => parseList(read(`columns.${uuid}`))

/** @param {string} uuid @param {readonly ColumnChoice[]} choices */
export const keepColumns = (uuid, choices) => keep(`columns.${uuid}`, JSON.stringify(choices))

/** How wide the row details are, in percent of the window; 0 where nobody has chosen. */
export const recordWidth = () => Number(read('record-width')) || 0

/** @param {number} percent */
export const keepRecordWidth = percent => keep('record-width', String(percent))

/** Whether single characters are shortcuts: people who dictate may switch them off (WCAG 2.1.4). */
export const singleKeys = () => read('single-keys') !== 'off'

/** @param {boolean} on */
export const keepSingleKeys = on => keep('single-keys', on ? 'on' : 'off')

/** Parse a list, or return an empty one where something else was kept. @param {string | null} kept @returns {any[]} */
function parseList(kept) {
  try {
    const found = JSON.parse(kept ?? '[]')
    return Array.isArray(found) ? found : []
  } catch {
    return []
  }
}

/** Places and uploads are of this window, the rest of this browser. @param {string} key */
const storageOf = key => (/^place|^upload/.test(key) ? sessionStorage : localStorage)

/** @param {string} key @param {string} value */
function keep(key, value) {
  unsaved.set(key, value)
  try {
    storageOf(key).setItem(PREFIX + key, value)
    unsaved.delete(key)
  } catch {
    // Private windows may refuse.
  }
}

/** @param {string} key */
function read(key) {
  try {
    return unsaved.get(key) ?? storageOf(key).getItem(PREFIX + key)
  } catch {
    return null
  }
}
