/** What this browser remembers from one visit to the next. Where it may not, a visit is a first one. */

import { readPage } from '../protocol/paging.js'

/** @typedef {import('../state/browsing.js').Alone} Alone */

const NAME = 'pagecast.name'
const SINGLES = 'pagecast.single-keys'
const KEY = 'pagecast.key'
const TALK = 'pagecast.talk'
const SEEN = 'pagecast.seen'
const MOST_SEEN = 100
const ASKED = 'pagecast.asked'
const PLACE = 'pagecast.place.'
const UPLOAD = 'pagecast.upload.'
const COLUMNS = 'pagecast.columns.'
const KEY_BYTES = 16
/** What could not be kept lasts as long as the page. @type {Map<string, string>} */
const unkept = new Map()

/** My name: chosen once, or the first that a server gave me. Empty until then. */
export const myName = () => read(NAME) ?? ''

/** The words of my settings. A cookie keeps them: the server must know them before any script does. @param {string[]} look */
export function keepLook(look) {
  // biome-ignore lint/suspicious/noDocumentCookie: not every browser has a cookieStore, and none without https.
  document.cookie = `look=${look.join('.')}; path=/; max-age=31536000; samesite=lax`
}

/** @param {string} name */
export const keepName = name => keep(NAME, name)

/** Whether I have been asked for my name: once is enough. */
export function askedName() {
  const asked = read(ASKED) !== null
  keep(ASKED, 'yes')
  return asked
}

/** Where I am in a document, for this window to find again after a reload. @param {string} uuid @param {Alone | null} alone */
export function keepPlace(uuid, alone) {
  keep(PLACE + uuid, alone ? JSON.stringify([alone.page_no, alone.follow]) : '', () => sessionStorage)
}

/** @param {string} uuid @returns {Alone | null} */
export function myPlace(uuid) {
  const [page_no, follow] = list(read(PLACE + uuid, () => sessionStorage))
  return readPage(String(page_no)) === page_no ? { page_no, follow: typeof follow === 'string' ? follow : null } : null
}

/** By which a server knows me again, in every window. It is told to nobody else. */
export function myKey() {
  const kept = read(KEY)
  if (kept) return kept
  const key = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(KEY_BYTES))))
  keep(KEY, key)
  return key
}

/** Whether the talk was open when I was here last. */
export const talkWasOpen = () => read(TALK) === 'open'

/** @param {boolean} open */
export const keepTalk = open => keep(TALK, open ? 'open' : 'closed')

/** The last line of a document's talk that I have seen here. @param {string} uuid */
export const lastSeen = uuid => seen().find(([name]) => name === uuid)?.[1] ?? 0

/** Of many documents the newest are remembered. @param {string} uuid @param {number} line */
export function keepSeen(uuid, line) {
  keep(SEEN, JSON.stringify([[uuid, line], ...seen().filter(([name]) => name !== uuid)].slice(0, MOST_SEEN)))
}

/** @param {string | null} uuid @param {File} file */
const uploadKey = (uuid, { name, size, lastModified }) => `${UPLOAD}${uuid}.${size}.${lastModified}.${name}`

/** The upload of a file that this window had under way, to go on with after a reload; else an empty text. @param {string | null} uuid @param {File} file */
export const myUpload = (uuid, file) => read(uploadKey(uuid, file), () => sessionStorage) ?? ''

/** @param {string} uuid @param {File} file @param {string} upload */
export const keepUpload = (uuid, file, upload) => keep(uploadKey(uuid, file), upload, () => sessionStorage)

/** @returns {[string, number][]} */
const seen = () => list(read(SEEN))

/** What I have chosen for the columns of a document. @param {string} uuid @returns {import('../grid/layout.js').ColumnChoice[]} */
export const columnChoices = uuid => list(read(COLUMNS + uuid))

/** A list that was kept; an empty one where something else stands there. @param {string | null} kept @returns {any[]} */
function list(kept) {
  try {
    const found = JSON.parse(kept ?? '[]')
    return Array.isArray(found) ? found : []
  } catch {
    return []
  }
}

/** @param {string} uuid @param {readonly import('../grid/layout.js').ColumnChoice[]} choices */
export const keepColumns = (uuid, choices) => keep(COLUMNS + uuid, JSON.stringify(choices))

/** Whether single characters are keys: those who dictate may not want it (WCAG 2.1.4). */
export const singleKeys = () => read(SINGLES) !== 'off'

/** @param {boolean} on */
export const keepSingleKeys = on => keep(SINGLES, on ? 'on' : 'off')

/** @param {string} key @param {string} value @param {() => Storage} [storage] */
function keep(key, value, storage = () => localStorage) {
  unkept.set(key, value)
  try {
    storage().setItem(key, value)
    unkept.delete(key)
  } catch {
    // Private windows may refuse.
  }
}

/** @param {string} key @param {() => Storage} [storage] */
function read(key, storage = () => localStorage) {
  try {
    return unkept.get(key) ?? storage().getItem(key)
  } catch {
    return null
  }
}
