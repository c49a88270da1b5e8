import { cut, heard, read, silence, stepped } from './talk.js'

/**
 * What is on screen, as a fold: each frame from the server and each thing that happens here gives the next state.
 *
 * @typedef {import('./protocol.js').Doc} Doc
 * @typedef {import('./protocol.js').Page} Page
 * @typedef {import('./protocol.js').Person} Person
 * @typedef {import('./protocol.js').Present} Present
 * @typedef {import('./protocol.js').Welcome | Doc | Page | import('./protocol.js').People
 *   | import('./protocol.js').You
 *   | import('./protocol.js').Selections | import('./protocol.js').Log | import('./protocol.js').Allowed
 *   | import('./protocol.js').ErrorFrame} Frame
 *
 * What happens here rather than on the server:
 * @typedef {{type: 'opened', uuid: string | null, seen: number}} Opened another document, or none (the first screen); `seen`: the last line read on earlier visits
 * @typedef {{type: 'named', name: string}} Named
 * @typedef {{type: 'connecting'} | {type: 'lost', until: number} | {type: 'refused', code: number, reason: string}} Connection
 * @typedef {{type: 'asked', page_no: number}} Asked for a page: the answer is still under way
 * @typedef {{type: 'quiet'}} Quiet nothing more has arrived of a table that is still arriving
 * @typedef {{type: 'read'} | {type: 'stepped'}} Reading all lines of the talk were seen; the next of those missed is gone to
 * @typedef {{type: 'picked', cell: Cell | null}} Picked
 * @typedef {{type: 'said', told: Told}} Said
 * @typedef {{type: 'heard', told: Told}} Heard what was told has stood long enough
 * @typedef {{type: 'upload-began', name: string, size: number, fresh: boolean}
 *   | {type: 'upload-moved', stored: number, rate: number | null, secondsLeft: number | null}
 *   | {type: 'upload-checking'}
 *   | {type: 'upload-cut', until: number | null}
 *   | {type: 'upload-failed', message: string}
 *   | {type: 'upload-over'}} UploadEvent
 * @typedef {Opened | Named | Connection | Asked | Quiet | Reading | Picked | Said | Heard | UploadEvent} Happening
 *
 * @typedef {{row: number, column: number, cut: boolean}} Cell row as people count them, column from 0; `cut`: not all of it is in sight
 * @typedef {{kind: 'turned', by: Person, from: number, to: number}
 *   | {kind: 'replaced', by: Person | null, version: number}
 *   | {kind: 'sentence', text: string}
 *   | {kind: 'error', code: string, message: string}
 *   | {kind: 'pasted', text: string}} Told one line at the foot of the grid
 * @typedef {{status: 'idle' | 'connecting' | 'live'} | {status: 'lost', until: number}
 *   | {status: 'refused', code: number, reason: string}} Link
 * @typedef {{name: string, size: number, fresh: boolean, stored: number, rate: number | null, secondsLeft: number | null,
 *   status: 'sending' | 'checking' | 'cut' | 'failed', until: number | null, message: string}} Upload
 *
 * @typedef {object} State
 * @property {string | null} uuid the document that is open
 * @property {{viewer: string, who: string, name: string}} me
 * @property {Link} link
 * @property {string} epoch
 * @property {number} seq the highest seen in this epoch
 * @property {Doc | null} doc
 * @property {Page | null} page
 * @property {{count: number, people: Present[]}} people
 * @property {number | null} wanted the page we asked for and have not been sent
 * @property {boolean} quiet
 * @property {Cell | null} picked
 * @property {Told | null} told
 * @property {Upload | null} upload
 * @property {string} reader the document's read-only UUID
 * @property {boolean} speak whether those who came by that may speak
 * @property {import('./talk.js').Talk} talk
 * @property {import('./protocol.js').Selections | null} selections
 */

/** @param {string} name @returns {State} */
export function start(name) {
  return {
    uuid: null,
    me: { viewer: '', who: '', name },
    link: { status: 'idle' },
    epoch: '',
    seq: 0,
    doc: null,
    page: null,
    people: { count: 0, people: [] },
    wanted: null,
    quiet: false,
    picked: null,
    told: null,
    upload: null,
    reader: '',
    speak: false,
    talk: silence(0),
    selections: null,
  }
}

/** @param {State} state @param {Frame | Happening} event @returns {State} */
export function fold(state, event) {
  switch (event.type) {
    case 'welcome':
      return welcomed(state, event)
    case 'you':
      return { ...state, me: { ...state.me, who: event.who } }
    case 'document':
      return isLate(state, event) ? state : { ...state, seq: event.seq, doc: event, quiet: false }
    case 'page':
      if (event.version === 0 && !isLate(state, event)) return emptied(state, event)
      return isLate(state, event) || event.version !== state.doc?.version ? state : turned(state, event)
    case 'people':
      return { ...state, people: { count: event.count, people: event.people } }
    case 'selections':
      return { ...state, selections: event }
    case 'allowed':
      return { ...state, speak: event.speak }
    case 'log':
      return { ...state, talk: heard(state.talk, event) }
    case 'read':
      return { ...state, talk: read(state.talk) }
    case 'stepped':
      return { ...state, talk: stepped(state.talk, state.me.who) }
    case 'error':
      return { ...state, wanted: null, told: { kind: 'error', code: event.code, message: event.message } }
    case 'opened':
      return { ...start(state.me.name), uuid: event.uuid, upload: state.upload, told: state.told, talk: silence(event.seen) }
    case 'named':
      return { ...state, me: { ...state.me, name: event.name } }
    case 'connecting':
      return { ...state, link: { status: 'connecting' } }
    case 'lost':
      return { ...state, link: { status: 'lost', until: event.until }, wanted: null }
    case 'refused':
      return { ...state, link: { status: 'refused', code: event.code, reason: event.reason }, wanted: null }
    case 'asked':
      return { ...state, wanted: event.page_no }
    case 'quiet':
      return { ...state, quiet: true }
    case 'picked':
      return { ...state, picked: event.cell }
    case 'said':
      return { ...state, told: event.told }
    case 'heard':
      return state.told === event.told ? { ...state, told: null } : state
    default:
      return { ...state, upload: uploaded(state.upload, event) }
  }
}

/** Meant for another document, or overtaken. @param {State} state @param {Doc | Page} frame */
function isLate(state, frame) {
  return frame.uuid !== state.uuid || frame.seq < state.seq
}

/** @param {State} state @param {import('./protocol.js').Welcome} frame @returns {State} */
function welcomed(state, frame) {
  if (frame.uuid !== state.uuid) return state
  return {
    ...state,
    me: { ...state.me, viewer: frame.viewer },
    link: { status: 'live' },
    epoch: frame.epoch,
    seq: frame.epoch === state.epoch ? state.seq : 0, // after a restart the server counts anew
    wanted: null,
    reader: frame.reader,
    speak: frame.speak,
    talk: cut(state.talk),
    selections: null,
  }
}

/** The first version was taken back before it was whole. @param {State} state @param {Page} page @returns {State} */
function emptied(state, page) {
  return { ...state, seq: page.seq, doc: null, page: null, wanted: null, picked: null }
}

/** @param {State} state @param {Page} page @returns {State} */
function turned(state, page) {
  const moved = page.page_no !== state.page?.page_no || page.version !== state.page.version
  const ours = page.by?.who === state.me.who
  // Turns of ours that are still under way have their answers behind this one.
  const wanted = ours && page.page_no !== state.wanted ? state.wanted : null
  return {
    ...state,
    seq: page.seq,
    page,
    wanted,
    picked: moved ? null : state.picked,
    told: moved ? news(state, page, ours) : state.told,
  }
}

/** What there is to tell of a page. @param {State} state @param {Page} page @param {boolean} ours @returns {Told | null} */
function news(state, page, ours) {
  const before = state.page
  if (!before || ours) return state.told?.kind === 'turned' ? null : state.told
  if (page.version !== before.version) return { kind: 'replaced', by: page.by, version: page.version }
  if (!page.by) return state.told
  // Who leafs on is told once, and the way back is to where one was reading.
  const on = state.told?.kind === 'turned' && state.told.by.who === page.by.who ? state.told : null
  return { kind: 'turned', by: page.by, from: on?.from ?? before.page_no, to: page.page_no }
}

/** @param {Upload | null} upload @param {UploadEvent} event @returns {Upload | null} */
function uploaded(upload, event) {
  if (event.type === 'upload-began') {
    const { name, size, fresh } = event
    return {
      name, size, fresh, stored: 0, rate: null, secondsLeft: null, status: 'sending', until: null, message: '',
    }
  }
  if (!upload) return null
  switch (event.type) {
    case 'upload-moved': {
      const { stored, rate, secondsLeft } = event
      return { ...upload, stored, rate, secondsLeft, status: 'sending', until: null }
    }
    case 'upload-checking':
      return { ...upload, status: 'checking' }
    case 'upload-cut':
      return { ...upload, status: 'cut', until: event.until }
    case 'upload-failed':
      return { ...upload, status: 'failed', message: event.message }
    case 'upload-over':
      return null
  }
}

/** Whether I came by the link for reading only. @param {State} state */
export const readsOnly = state => state.reader !== '' && state.reader === state.uuid

/** Whether I may say and show something. @param {State} state */
export const maySpeak = state => isLive(state) && (state.speak || !readsOnly(state))

/** Whether what is on screen is the room's, right now. @param {State} state */
export function isLive(state) {
  return state.link.status === 'live'
}
