/**
 * What is on screen, as a fold: each frame from the server and each thing that happens here gives the next state.
 *
 * @typedef {import('../protocol/frames.js').Doc} Doc
 * @typedef {import('../protocol/frames.js').Page} Page
 * @typedef {import('../protocol/frames.js').Person} Person
 * @typedef {import('../protocol/frames.js').Present} Present
 * @typedef {import('./browsing.js').Leaf} Leaf
 * @typedef {import('./browsing.js').Alone} Alone
 * @typedef {import('../grid/selection.js').Selection} Selection
 * @typedef {import('../protocol/frames.js').Welcome | Doc | Page | import('../protocol/frames.js').People
 *   | import('../protocol/frames.js').You
 *   | import('../protocol/frames.js').Selections | import('../protocol/frames.js').Log | import('../protocol/frames.js').Wheel | import('../protocol/frames.js').Allowed
 *   | import('../protocol/frames.js').Fetched | import('../protocol/frames.js').Reading | import('../protocol/frames.js').ErrorFrame} Frame
 *
 * What happens here rather than on the server:
 * @typedef {{type: 'opened', uuid: string | null, seen: number, alone?: Alone | null}} Opened another document, or none (the first
 *   screen); `seen`: the last line read on earlier visits; `alone`: where I was by myself before a reload
 * @typedef {{type: 'named', name: string}} Named
 * @typedef {{type: 'connecting'} | {type: 'lost', until: number, full: boolean} | {type: 'refused', code: number, reason: string}} Connection
 * @typedef {{type: 'asked', page_no: number}} Asked for a page, for everyone
 * @typedef {{type: 'turning'}} Turning what was asked for is on its way to the server
 * @typedef {{type: 'looked', page_no: number} | {type: 'followed', who: string} | {type: 'rejoined'} | {type: 'fetching', pages: number[]}} ByMyself
 * @typedef {{type: 'met'}} Met time to see who has come and gone
 * @typedef {{type: 'watching', columns: import('../protocol/frames.js').Span[]}} Watching other columns than before
 * @typedef {{type: 'quiet'}} Quiet nothing more has arrived of a table that is still arriving
 * @typedef {{type: 'read'} | {type: 'stepped'}} Reading all lines of the talk were seen; the next of those missed is gone to
 * @typedef {{type: 'selected', selection: Selection | null}} Selected
 * @typedef {{type: 'said', told: Told}} Said
 * @typedef {{type: 'heard', told: Told}} Heard what was told has stood long enough
 * @typedef {{type: 'upload-began', name: string, size: number, fresh: boolean}
 *   | {type: 'upload-moved', stored: number, rate: number | null, secondsLeft: number | null}
 *   | {type: 'upload-paused', paused: boolean}
 *   | {type: 'upload-checking'}
 *   | {type: 'upload-cut', until: number | null}
 *   | {type: 'upload-failed', message: string}
 *   | {type: 'upload-over'}} UploadEvent
 * @typedef {Opened | Named | Connection | Asked | Turning | ByMyself | Met | Quiet | Watching | Reading | Selected | Said | Heard
 *   | UploadEvent} Happening
 *
 * @typedef {{kind: 'turned', by: Person, from: number, to: number}
 *   | {kind: 'replaced', by: Person | null, version: number}
 *   | {kind: 'missed', from: number, to: number, version: number | null}
 *   | {kind: 'company', came: readonly Person[], gone: readonly Person[]}
 *   | {kind: 'unfollowed', by: Person | null}
 *   | {kind: 'nameless', name: string}
 *   | {kind: 'wheel', by: Person | null, mine: boolean}
 *   | {kind: 'asks', by: Person}
 *   | {kind: 'mayNot', by: Person, page_no: number}
 *   | {kind: 'reread'}
 *   | {kind: 'earlier', version: number, page_no: number}
 *   | {kind: 'sentence', text: string}
 *   | {kind: 'error', code: string, message: string}
 *   | {kind: 'pasted', text: string}
 *   | {kind: 'looked', by: Person | null, row: number, column: number}} Told one line at the foot of the grid
 * @typedef {{status: 'idle' | 'connecting' | 'live'} | {status: 'lost', until: number, full: boolean}
 *   | {status: 'refused', code: number, reason: string}} Link
 * @typedef {{name: string, size: number, fresh: boolean, stored: number, rate: number | null, secondsLeft: number | null,
 *   status: 'sending' | 'paused' | 'checking' | 'cut' | 'failed', until: number | null, message: string}} Upload
 *
 * @typedef {object} State
 * @property {string | null} uuid the document that is open
 * @property {{viewer: string, who: string, name: string}} me
 * @property {Link} link
 * @property {string} epoch
 * @property {{document: number, page: number}} seq the highest seen of each in this epoch
 * @property {Doc | null} doc
 * @property {(Page & Leaf) | null} room the page that all are on
 * @property {Leaf | null} page the page on screen: the room's, unless I browse alone
 * @property {Alone | null} alone
 * @property {readonly Leaf[]} leaves pages at hand, the newest first
 * @property {readonly number[]} fetching
 * @property {readonly import('../protocol/frames.js').Span[]} watched the columns that were asked for last
 * @property {boolean} stalled a page could not be had: nothing is fetched until I ask again
 * @property {{count: number, people: Present[]}} people
 * @property {import('../protocol/frames.js').Wheel} wheel
 * @property {readonly Person[] | null} met who else was here when that was last told
 * @property {boolean} left the connection was lost, and what moved meanwhile is yet to be told
 * @property {number | null} wanted the page we asked for and have not been sent
 * @property {boolean} turning a turn of ours is under way: what is asked for meanwhile waits for its answer
 * @property {import('../protocol/frames.js').Reading | null} reading how far the file is that is read again
 * @property {boolean} quiet
 * @property {Selection | null} selection
 * @property {Told | null} told
 * @property {Upload | null} upload
 * @property {string} reader the document's read-only UUID
 * @property {boolean} speak whether those who came by that may speak
 * @property {import('./talk.js').Talk} talk
 * @property {import('../protocol/frames.js').Selections | null} selections
 */

import { after, atHand, isOf, keep, look, rejoin, reread, shown, taken } from './browsing.js'
import { cut, heard, read, silence, stepped } from './talk.js'
import { FREE, handed } from './presenter.js'
import { mergeColumns } from '../grid/column-windows.js'

/** @param {string} name @returns {State} */
export function start(name) {
  return {
    uuid: null,
    me: { viewer: '', who: '', name },
    link: { status: 'idle' },
    epoch: '',
    seq: { document: 0, page: 0 },
    doc: null,
    room: null,
    page: null,
    alone: null,
    leaves: [],
    fetching: [],
    watched: [],
    stalled: false,
    people: { count: 0, people: [] },
    wheel: FREE,
    met: null,
    left: false,
    wanted: null,
    turning: false,
    reading: null,
    quiet: false,
    selection: null,
    told: null,
    upload: null,
    reader: '',
    speak: false,
    talk: silence(0),
    selections: null
  }
}

/** @param {State} state @param {Frame | Happening} event @returns {State} */
export function fold(state, event) {
  switch (event.type) {
    case 'welcome':
      return welcomed(state, event)
    case 'you':
      return { ...state, me: { ...state.me, who: event.who, name: state.me.name || event.name } }
    case 'document':
      return isLate(state, event) ? state : documented(state, event)
    case 'reading':
      return { ...state, reading: event.done < event.size ? event : null }
    case 'page':
      if (event.version === 0 && !isLate(state, event)) return emptied(state, event)
      return isLate(state, event) || !isOf(state.doc, event) ? state : turned(state, event)
    case 'fetched':
      return taken(state, event)
    case 'people':
      return after({ ...state, people: { count: event.count, people: event.people } })
    case 'wheel':
      return handed(state, event)
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
      return failed(state, { kind: 'error', code: event.code, message: event.message })
    case 'opened': {
      const { me, upload, told } = state
      const { uuid, alone = null, seen } = event
      return { ...start(me.name), uuid, alone, upload, told, talk: silence(seen) }
    }
    case 'named':
      return { ...state, me: { ...state.me, name: event.name } }
    case 'connecting':
      return { ...state, link: { status: 'connecting' } }
    case 'lost':
      return {
        ...state,
        link: { status: 'lost', until: event.until, full: event.full },
        wanted: null,
        turning: false,
        fetching: [],
        left: true
      }
    case 'refused':
      return { ...settled(state), link: { status: 'refused', code: event.code, reason: event.reason } }
    case 'asked':
      return { ...state, wanted: event.page_no }
    case 'turning':
      return { ...state, turning: true }
    case 'looked':
      return look(state, event.page_no)
    case 'followed':
      return after(look(state, state.page?.page_no ?? 1, event.who))
    case 'met':
      return met(state)
    case 'rejoined':
      return rejoin(state)
    case 'fetching':
      return { ...state, fetching: [...state.fetching, ...event.pages] }
    case 'watching':
      return { ...state, watched: event.columns }
    case 'quiet':
      return { ...state, quiet: true }
    case 'selected':
      return { ...state, selection: event.selection }
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
  return frame.uuid !== state.uuid || frame.seq < state.seq[frame.type]
}

/** @param {State} state @param {import('../protocol/frames.js').Welcome} frame @returns {State} */
function welcomed(state, frame) {
  if (frame.uuid !== state.uuid) return state
  return {
    ...state,
    me: { ...state.me, viewer: frame.viewer },
    link: { status: 'live' },
    epoch: frame.epoch,
    seq: frame.epoch === state.epoch ? state.seq : { document: 0, page: 0 }, // after a restart the server counts anew
    wanted: null,
    watched: [],
    stalled: false,
    met: null,
    wheel: FREE,
    reader: frame.reader,
    speak: frame.speak,
    talk: cut(state.talk),
    selections: null
  }
}

/** @param {State} state @param {Doc} doc @returns {State} */
function documented(state, doc) {
  const { doc: before } = state
  const anew = before?.complete && before.version === doc.version && before.edition < doc.edition
  const selection = before?.edition === doc.edition ? state.selection : null // of other cells
  return {
    ...reread(state, doc),
    selection,
    seq: { ...state.seq, document: doc.seq },
    doc,
    quiet: false,
    told: anew ? { kind: 'reread' } : state.told
  }
}

/** The first version was taken back before it was whole. @param {State} state @param {Page} page @returns {State} */
function emptied(state, page) {
  const nowhere = {
    doc: null,
    room: null,
    page: null,
    alone: null,
    leaves: [],
    fetching: [],
    wanted: null,
    turning: false
  }
  return { ...state, ...nowhere, seq: { document: page.seq, page: page.seq }, selection: null, left: false }
}

/** @param {State} state @param {Page} sent @returns {State} */
function turned(state, sent) {
  const before = state.room
  const page = mergeColumns(sent, before)
  const moved = page.page_no !== before?.page_no || page.version !== before.version
  const ours = page.by?.who === state.me.who
  // Turns of ours that are still under way have their answers behind this one.
  const wanted = ours && page.page_no !== state.wanted ? state.wanted : null
  const told = moved ? news(state, page, ours) : state.told
  const shared = { ...state, seq: { ...state.seq, page: page.seq }, room: page, turning: false, told, left: false }
  if (state.alone) return after(taken(shared, page))
  const leaves = moved && before?.version === page.version ? keep(state.leaves, before) : state.leaves
  return { ...shared, ...shown(state, page), leaves, wanted }
}

/** Something cannot be done: a page, if any is on its way. @param {State} state @param {State['told'] & {kind: 'error'}} told @returns {State} */
function failed(state, told) {
  const { alone, doc, page, wanted, fetching } = state
  if (wanted === null && fetching.length === 0) return { ...state, told }
  // A page of the table before this one; those of this one have been asked for already.
  if (alone && page?.version !== doc?.version) return told.code === 'page-out-of-range' ? state : { ...state, told }
  return { ...settled(state), stalled: true, told }
}

/** Nothing more is on its way that was asked for. @param {State} state @returns {State} */
function settled(state) {
  const alone = state.alone && state.page ? { ...state.alone, page_no: state.page.page_no } : state.alone
  return { ...state, wanted: null, turning: false, fetching: [], alone }
}

/** What there is to tell of a page. @param {State} state @param {Page} page @param {boolean} ours @returns {Told | null} */
function news(state, page, ours) {
  const before = state.room
  if (before && state.left)
    return { kind: 'missed', from: before.page_no, to: page.page_no, version: version(page, before) }
  if (!before || ours) return state.told?.kind === 'turned' ? null : state.told
  if (version(page, before)) return { kind: 'replaced', by: page.by, version: page.version }
  if (!page.by || state.alone) return state.told
  // Who leafs on is told once, and the way back is to where one was reading.
  const on = state.told?.kind === 'turned' && state.told.by.who === page.by.who ? state.told : null
  return { kind: 'turned', by: page.by, from: on?.from ?? before.page_no, to: page.page_no }
}

/** The version that has come since. @param {Page} page @param {Page} before */
const version = (page, before) => (page.version === before.version ? null : page.version)

/** Who has come and gone since they were last looked at; of a crowd it is not told. @param {State} state @returns {State} */
function met(state) {
  const { people, count } = state.people
  const others = people.filter(({ who }) => who !== state.me.who)
  const before = state.met
  const next = { ...state, met: others }
  const follow = state.alone?.follow
  if (state.alone && follow && !others.some(({ who }) => who === follow)) {
    const gone = before?.find(({ who }) => who === follow) ?? null
    return { ...next, alone: { ...state.alone, follow: null }, told: { kind: 'unfollowed', by: gone } }
  }
  if (!before || count > people.length || (state.told && state.told.kind !== 'company')) return next
  const came = without(others, before)
  const gone = without(before, others)
  return came.length + gone.length === 0 ? next : { ...next, told: { kind: 'company', came, gone } }
}

/** @param {readonly Person[]} people @param {readonly Person[]} others */
const without = (people, others) => people.filter(({ who }) => !others.some(other => other.who === who))

/** @param {Upload | null} upload @param {UploadEvent} event @returns {Upload | null} */
function uploaded(upload, event) {
  if (event.type === 'upload-began') {
    const { name, size, fresh } = event
    return {
      name,
      size,
      fresh,
      stored: 0,
      rate: null,
      secondsLeft: null,
      status: 'sending',
      until: null,
      message: ''
    }
  }
  if (!upload) return null
  switch (event.type) {
    case 'upload-moved': {
      const { stored, rate, secondsLeft } = event
      return { ...upload, stored, rate, secondsLeft, status: 'sending', until: null }
    }
    case 'upload-paused':
      return { ...upload, status: event.paused ? 'paused' : 'sending', rate: null, secondsLeft: null, until: null }
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

/** Whether the server hears me. @param {State} state */
export function isLive(state) {
  return state.link.status === 'live'
}

/** Whether a turn leads anywhere: without a connection only to the pages at hand. @param {State} state @param {number} page_no */
export const canTurn = (state, page_no) => isLive(state) || atHand(state, page_no) !== undefined
