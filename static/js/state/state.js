/** The state of the page, as a fold: each frame from the server and each event in this browser gives the next state. */

import { isInPreamble } from '../grid/folding.js'
import { isSameReading, mergeColumns } from '../grid/column-windows.js'
import {
  browseTo,
  cachedPage,
  cachePage,
  followPerson,
  gather,
  isEarlier,
  openVersion,
  presentPerson,
  receiveFetched,
  rejoin,
  showNewest,
  showPage,
  stay,
  staysOnVersion,
  updateTable
} from './browsing.js'
import { changePresenter, NO_PRESENTER } from './presenter.js'
import { isStillSo, withGone } from './toasts.js'
import { askedAfter, offerToast, stillAsked, viewOf, viewOn, viewToast } from './views.js'
import { addLines, emptyTalk, markSeen, reconnectTalk, stepTalk } from './talk.js'

/**
 * @import { Selection } from '../grid/selection.js'
 * @import { AskedView, LeftRow } from './views.js'
 * @import {
 *   AllowedFrame, BrushedFrame, Doc, ErrorFrame, FetchedFrame, LogFrame, OfferedFrame, PageFrame, PeopleFrame, Person, Present,
 *   PresenterFrame, ProgressFrame, SelectionsFrame, Span, WelcomeFrame, YouFrame
 * } from '../protocol/frames.js'
 * @import { Alone, ReplacedTable, TablePage } from './browsing.js'
 * @import { Talk } from './talk.js'
 */

/**
 * An upload of mine. `left`: the page was closed before its end; `fresh`: it makes a new document; `until`: when a lost
 * connection is tried again.
 *
 * @typedef {{name: string, size: number, fresh: boolean, stored: number, rate: number | null,
 *   secondsLeft: number | null, status: 'left' | 'sending' | 'paused' | 'checking' | 'cut' | 'failed', until: number | null,
 *   message: string}} Upload
 * @typedef {{type: 'upload-began', name: string, size: number, fresh: boolean}
 *   | {type: 'upload-left', name: string, size: number}
 *   | {type: 'upload-moved', stored: number, rate: number | null, secondsLeft: number | null}
 *   | {type: 'upload-paused', paused: boolean}
 *   | {type: 'upload-checking'}
 *   | {type: 'upload-cut', until: number | null}
 *   | {type: 'upload-failed', message: string}
 *   | {type: 'upload-over'}} UploadEvent
 *
 * The frames that change the state:
 * @typedef {WelcomeFrame | YouFrame | Doc | PageFrame | FetchedFrame | PeopleFrame | PresenterFrame | SelectionsFrame
 *   | LogFrame | AllowedFrame | OfferedFrame | BrushedFrame | ProgressFrame | ErrorFrame} StateFrame
 *
 * What happens in this browser:
 * @typedef {{type: 'opened', uuid: string | null, seen: number, alone?: Alone | null,
 *   version?: number | null}} OpenedEvent a document was opened, or the start screen; `seen` is the newest line of talk
 *   seen earlier, `alone` and `version` my page before a reload
 * @typedef {{type: 'connecting'} | {type: 'lost', until: number, full: boolean}
 *   | {type: 'refused', code: number, reason: string}} ConnectionEvent
 * @typedef {{type: 'page-requested', page_no: number} | {type: 'turning'} | {type: 'unanswered'}
 *   | {type: 'view-asked', view: string, row?: number, undoes?: string} | {type: 'view-sent'} | {type: 'stopped'}} TurnEvent I asked for
 *   a page for everyone; the request was sent; no page has come for seconds; I wait for it no longer
 * @typedef {{type: 'browsed', page_no: number, view?: string} | {type: 'followed', who: string} | {type: 'rejoined'}
 *   | {type: 'gathered'} | {type: 'stayed'} | {type: 'newest-shown'} | {type: 'fetching', pages: number[]}} BrowseEvent I bring
 *   everyone to my page, stayed on the version that was replaced, or went to the newest one
 * @typedef {{type: 'version-asked', version: number, view: string} | {type: 'version-opened', doc: Doc}
 *   | {type: 'version-gone'}} VersionEvent I want to see a view of an earlier version; the facts of the version that I am
 *   going to are here, or it is no longer kept
 * @typedef {{type: 'watching', columns: readonly Span[]}} WatchEvent other columns were asked for
 * @typedef {{type: 'renamed', name: string} | {type: 'people-compared'}} PeopleEvent I have another name; it is time to
 *   see who came and left
 * @typedef {{type: 'quiet'}} QuietEvent nothing more arrives of a table that is still uploading
 * @typedef {{type: 'talk-seen'} | {type: 'talk-stepped'}} TalkEvent
 * @typedef {{type: 'translated'}} TranslatedEvent every text has to be said in another language
 * @typedef {{type: 'selected', selection: Selection | null}} SelectedEvent
 * @typedef {{type: 'unfolded', unfolded: boolean}} UnfoldedEvent the rows of the preamble are to be shown, or not
 * @typedef {{type: 'toast-shown', toast: Toast} | {type: 'toast-dismissed', toast: Toast}} ToastEvent
 * @typedef {OpenedEvent | ConnectionEvent | TurnEvent | BrowseEvent | VersionEvent | WatchEvent | PeopleEvent | QuietEvent
 *   | TalkEvent | TranslatedEvent | SelectedEvent | UnfoldedEvent | ToastEvent | UploadEvent} LocalEvent
 *
 * @typedef {{kind: 'turned', by: Person, from: number, to: number}
 *   | {kind: 'replaced', by: Person | null, version: number, restores?: number | null, mine?: boolean,
 *       gone?: readonly string[]}
 *   | {kind: 'missed', from: number, to: number, version: number | null, restores?: number | null}
 *   | {kind: 'company', came: readonly Person[], gone: readonly Person[]}
 *   | {kind: 'following', by: Person}
 *   | {kind: 'unfollowed', by: Person | null}
 *   | {kind: 'nameless', name: string}
 *   | {kind: 'presenter', by: Person | null, mine: boolean}
 *   | {kind: 'asksToPresent', by: Person}
 *   | {kind: 'onlyPresenter', by: Person, page_no: number, view?: string}
 *   | {kind: 'reparsed'}
 *   | {kind: 'led', page: number, room: number}
 *   | {kind: 'ledToView', view: string, room: string}
 *   | {kind: 'shared', text: string, earlier: {version: number, view: string} | null}
 *   | ({kind: 'viewed', by: Person, mine: boolean, alone?: boolean, from: ViewPlace, left?: LeftRow | undefined} & CountedView)
 *   | ({kind: 'offered', by: Person, version: number, to?: number} & CountedView)
 *   | {kind: 'busy'}
 *   | {kind: 'unanswered'}
 *   | {kind: 'earlier', version: number, page_no: number}
 *   | {kind: 'sentence', text: string}
 *   | {kind: 'error', code: string, message: string}
 *   | {kind: 'pasted', text: string}
 *   | {kind: 'pointed', by: Person | null, version: number, row: number, column: number}} Toast the message at the foot
 *   of the grid
 * @typedef {{view: string, rows: number, all: number, counting?: boolean | undefined}} CountedView a view, its rows, at least
 *   so many while they are counted, and those that it chooses from
 * @typedef {{view: string, page_no: number, row: number}} ViewPlace a page of a view, and the first row on it, by its
 *   number in the table
 *
 * @typedef {{status: 'idle' | 'connecting' | 'live'} | {status: 'lost', until: number, full: boolean}
 *   | {status: 'refused', code: number, reason: string}} ConnectionState
 *
 * @typedef {object} State
 * @property {string | null} uuid the document that is open
 * @property {{viewer: string, who: string, name: string}} me
 * @property {ConnectionState} connection
 * @property {string} epoch the server's run: another one counts its frames from 0
 * @property {{document: number, page: number}} seq the highest sequence number of each in this epoch
 * @property {Doc | null} doc the version on my screen
 * @property {Doc | null} newest the version that everyone reads
 * @property {ReplacedTable | null} replaced what was on my screen before the newest version came
 * @property {number | null} opening the earlier version that I am going to alone, until its facts are here
 * @property {(PageFrame & TablePage) | null} room the page that everyone is on
 * @property {TablePage | null} page the page on screen: the room's, unless I browse alone
 * @property {Alone | null} alone
 * @property {readonly TablePage[]} cache the newest first
 * @property {readonly number[]} fetching the pages that were asked for and are not here yet
 * @property {Readonly<Record<number, number>>} among how many rows the table had when each page was last asked for
 * @property {readonly Span[]} watched the columns that were asked for last
 * @property {boolean} stalled a page could not be fetched: nothing is fetched until I go to another page
 * @property {{count: number, people: Present[]}} people
 * @property {PresenterFrame} presenter
 * @property {readonly Person[] | null} company the others who were here when that was last compared
 * @property {boolean} wasLost the connection was lost, and no toast has said what moved meanwhile
 * @property {number | null} wanted the page I asked for and do not have yet
 * @property {boolean} unanswered the server has not answered for seconds: no page has come that I want
 * @property {AskedView | null} asked the view that I asked for, for everyone, and do not have yet
 * @property {boolean} turning a turn of mine is on its way; the next one waits for its answer
 * @property {ProgressFrame | null} reparsing how far the file has been parsed again
 * @property {ProgressFrame | null} looking how far the view or the page is that I wait for
 * @property {boolean} quiet nothing more arrives of a table that is still uploading
 * @property {Selection | null} selection
 * @property {boolean} unfolded the rows of the preamble are shown in the table
 * @property {Toast | null} toast
 * @property {Upload | null} upload
 * @property {string} reader the document's read-only UUID
 * @property {boolean} speak whether people with the read-only link may speak
 * @property {Talk} talk
 * @property {SelectionsFrame | null} selections
 * @property {BrushedFrame | null} brushed
 */

/** What a state without a document, or without a table, has in common. */
const NO_TABLE = {
  doc: null,
  newest: null,
  replaced: null,
  opening: null,
  room: null,
  page: null,
  alone: null,
  cache: [],
  fetching: [],
  among: {},
  wanted: null,
  asked: null,
  turning: false,
  selection: null,
  unfolded: false,
  wasLost: false
}

/** Start without a document. @param {string} name mine @returns {State} */
export function start(name) {
  return {
    ...NO_TABLE,
    uuid: null,
    me: { viewer: '', who: '', name },
    connection: { status: 'idle' },
    epoch: '',
    seq: { document: 0, page: 0 },
    watched: [],
    stalled: false,
    people: { count: 0, people: [] },
    presenter: NO_PRESENTER,
    company: null,
    reparsing: null,
    looking: null,
    quiet: false,
    unanswered: false,
    toast: null,
    upload: null,
    reader: '',
    speak: false,
    talk: emptyTalk(0),
    selections: null,
    brushed: null
  }
}

/** The state after a frame or an event. @param {State} state @param {StateFrame | LocalEvent} event @returns {State} */
export function fold(state, event) {
  let next = foldFrame(state, event)
  if (next.unanswered && next.wanted === null) next = { ...next, unanswered: false }
  if (next.looking && !next.asked && next.wanted === null) next = { ...next, looking: null }
  return next.toast && !isStillSo(next.toast, next) ? { ...next, toast: null } : next
}

/** @param {State} state @param {StateFrame | LocalEvent} event @returns {State} */
function foldFrame(state, event) {
  switch (event.type) {
    case 'welcome':
      return welcome(state, event)
    case 'you':
      return { ...state, me: { ...state.me, who: event.who, name: state.me.name || event.name } }
    case 'document':
      return isLate(state, event) ? state : changeTable(state, event)
    case 'progress':
      if (event.what === 'read') return { ...state, reparsing: event.percent === 100 ? null : event }
      return { ...state, looking: event }
    case 'page':
      if (isLate(state, event)) return state
      if (event.version === 0) return removeTable(state, event)
      return isSameReading(state.newest, event) ? turnRoom(state, event) : state
    case 'fetched':
      return receiveFetched(state, event)
    case 'people':
      return followPerson({ ...state, people: { count: event.count, people: event.people } })
    case 'presenter':
      return changePresenter(state, event)
    case 'selections':
      return { ...state, selections: event }
    case 'brushed':
      return { ...state, brushed: event }
    case 'allowed':
      return { ...state, speak: event.speak }
    case 'offered':
      return { ...state, toast: offerToast(state, event) }
    case 'log': {
      const talk = addLines(state.talk, event)
      return { ...state, talk, toast: withGone(state.toast, talk.lines) }
    }
    case 'error':
      return fail(state, { kind: 'error', code: event.code, message: event.message })
    default:
      return foldLocal(state, event)
  }
}

/** @param {State} state @param {LocalEvent} event @returns {State} */
function foldLocal(state, event) {
  switch (event.type) {
    case 'opened': {
      const { me, upload, toast } = state
      const { uuid, alone = null, version: opening = null, seen } = event
      return { ...start(me.name), uuid, alone, opening, upload, toast, talk: emptyTalk(seen) }
    }
    case 'connecting':
      return { ...state, connection: { status: 'connecting' } }
    case 'lost':
      return {
        ...state,
        connection: { status: 'lost', until: event.until, full: event.full },
        ...withRoom(state),
        wanted: null,
        asked: null,
        turning: false,
        fetching: [],
        wasLost: true
      }
    case 'refused':
      return closeFor(settle(state), event)
    case 'renamed':
      return { ...state, me: { ...state.me, name: event.name } }
    case 'people-compared':
      return comparePeople(state)
    case 'fetching': {
      const among = Object.fromEntries(event.pages.map(page => [page, state.doc?.rows ?? 0]))
      return { ...state, fetching: [...state.fetching, ...event.pages], among: { ...state.among, ...among } }
    }
    case 'watching':
      return { ...state, watched: event.columns }
    case 'quiet':
      return { ...state, quiet: true }
    case 'talk-seen':
      return { ...state, talk: markSeen(state.talk) }
    case 'talk-stepped':
      return { ...state, talk: stepTalk(state.talk, state.me.who) }
    case 'translated':
      return structuredClone(state) // what has changed is drawn again: now all of it is
    case 'selected':
      return {
        ...state,
        selection: event.selection,
        unfolded: state.unfolded || isInPreamble(event.selection, state.doc)
      }
    case 'unfolded':
      return { ...state, unfolded: event.unfolded }
    case 'toast-shown':
      return { ...state, toast: event.toast }
    case 'toast-dismissed':
      return state.toast === event.toast ? { ...state, toast: null } : state
    case 'upload-began':
    case 'upload-left':
    case 'upload-moved':
    case 'upload-paused':
    case 'upload-checking':
    case 'upload-cut':
    case 'upload-failed':
    case 'upload-over':
      return { ...state, upload: updateUpload(state.upload, event) }
    default:
      return foldPages(state, event)
  }
}

/**
 * @param {State} state
 * @param {Exclude<TurnEvent | BrowseEvent | VersionEvent, {type: 'fetching'}>} event
 * @returns {State}
 */
function foldPages(state, event) {
  switch (event.type) {
    case 'page-requested':
      return { ...state, wanted: event.page_no }
    case 'unanswered':
      return state.wanted === null ? state : { ...state, unanswered: true, toast: { kind: 'unanswered' } }
    case 'turning':
      return { ...state, turning: true }
    case 'browsed':
      return browseTo(state, event.page_no, null, event.view)
    case 'view-asked':
      return { ...state, asked: askedAfter(state.asked, event) }
    case 'stopped':
      return settle(state)
    case 'view-sent':
      return state.asked ? { ...state, asked: { ...state.asked, isSent: true } } : state
    case 'followed': {
      const by = presentPerson(state.people, event.who)
      const next = followPerson(browseTo(state, state.page?.page_no ?? 1, event.who))
      return by ? { ...next, toast: { kind: 'following', by } } : next
    }
    case 'rejoined':
      return rejoin(state)
    case 'gathered':
      return gather(state)
    case 'stayed':
      return stay(state)
    case 'newest-shown':
      return showNewest(state)
    case 'version-asked':
      return {
        ...state,
        alone: { page_no: 1, follow: null, view: event.view },
        opening: event.version,
        wanted: 1
      }
    case 'version-opened':
      return openVersion(state, event.doc)
    case 'version-gone':
      return isEarlier(state)
        ? { ...settle(state), opening: null, stalled: true }
        : showNewest({ ...settle(state), opening: null })
  }
}

/**
 * Whether a frame is of another document, or older than one that was seen.
 *
 * @param {State} state
 * @param {Doc | PageFrame} frame
 */
function isLate(state, frame) {
  return frame.uuid !== state.uuid || frame.seq < state.seq[frame.type]
}

/** @param {State} state @param {WelcomeFrame} frame @returns {State} */
function welcome(state, frame) {
  if (frame.uuid !== state.uuid) return state
  return {
    ...state,
    me: { ...state.me, viewer: frame.viewer },
    connection: { status: 'live' },
    epoch: frame.epoch,
    seq: frame.epoch === state.epoch ? state.seq : { document: 0, page: 0 }, // a restarted server counts from 0
    wanted: null,
    watched: [],
    stalled: false,
    company: null,
    presenter: NO_PRESENTER,
    reader: frame.reader,
    speak: frame.speak,
    talk: reconnectTalk(state.talk),
    selections: null,
    brushed: null
  }
}

/** @param {State} state @param {Doc} doc @returns {State} */
function changeTable(state, doc) {
  const { doc: before, page, selection } = state
  const next = { ...state, newest: doc, seq: { ...state.seq, document: doc.seq }, quiet: false }
  if (staysOnVersion(state, doc)) return before?.complete ? next : { ...next, opening: before?.version ?? null }
  const isReparsed = before?.complete && before.version === doc.version && before.edition < doc.edition
  const isReplaced = before && before.version !== doc.version && page?.version === before.version
  return {
    ...updateTable(next, doc),
    selection: before?.version === doc.version && before.edition !== doc.edition ? null : selection, // of other cells
    unfolded: before?.edition === doc.edition && state.unfolded,
    doc,
    opening: state.opening === doc.version ? null : state.opening,
    replaced: isReplaced ? { doc: before, page, selection } : state.replaced,
    toast: isReparsed ? { kind: 'reparsed' } : state.toast
  }
}

/**
 * Remove the first version, which was withdrawn before it was complete.
 *
 * @param {State} state
 * @param {PageFrame} page
 * @returns {State}
 */
function removeTable(state, page) {
  return { ...state, ...NO_TABLE, seq: { document: page.seq, page: page.seq } }
}

/** Take in the page that the room turned to. @param {State} state @param {PageFrame} sent @returns {State} */
function turnRoom(state, sent) {
  const before = state.room
  const page = mergeColumns(sent, before)
  const isOther = page.version !== before?.version || viewOn(page) !== viewOn(before)
  const moved = isOther || page.page_no !== before.page_no
  const mine = page.by?.who === state.me.who
  // This may be the answer to an earlier turn of mine: then the page I want is still to come.
  const wanted = mine && page.page_no !== state.wanted ? state.wanted : null
  const toast = moved ? withGone(toastFor(state, page, mine), state.talk.lines) : state.toast
  const asked = stillAsked(state.asked, viewOn(page), mine)
  const seq = { ...state.seq, page: page.seq }
  const next = { ...state, seq, room: page, turning: false, asked, toast, wasLost: false }
  if (state.alone) {
    const isMyUpload = mine && moved && isEarlier(state)
    return isMyUpload ? rejoin(next) : followPerson(receiveFetched(next, page))
  }
  const cache = moved && before?.version === page.version ? cachePage(state.cache, before) : state.cache
  return { ...next, ...showPage(state, page), cache, wanted }
}

/**
 * Take in an error: it may be the answer to a page I asked for.
 *
 * @param {State} state
 * @param {Toast & {kind: 'error'}} toast
 * @returns {State}
 */
function fail(state, toast) {
  const { alone, doc, page, wanted, fetching } = state
  if (state.asked) return { ...state, asked: null, toast }
  if (toast.code === 'bad-view' && alone?.view && alone.view !== viewOn(page))
    return { ...browseTo(state, page?.page_no ?? 1, null, page?.version === doc?.version ? viewOn(page) : ''), toast }
  if (wanted === null && fetching.length === 0) return { ...state, toast }
  // It is about a page of the version before this one. The pages of this version have been asked for already.
  if (alone && page?.version !== doc?.version) return toast.code === 'page-out-of-range' ? state : { ...state, toast }
  return { ...settle(state), stalled: true, toast }
}

/** Close the table for good. @param {State} state @param {{code: number, reason: string}} why @returns {State} */
const closeFor = (state, { code, reason }) => ({
  ...state,
  toast: null,
  connection: { status: 'refused', code, reason }
})

/** Forget the pages that were asked for: none will come. @param {State} state @returns {State} */
function settle(state) {
  const { page } = state
  const alone = state.alone && page ? { ...state.alone, page_no: page.page_no, view: viewOn(page) } : state.alone
  return { ...state, ...withRoom(state), wanted: null, asked: null, turning: false, fetching: [], alone }
}

/** The room's page, unless I browse alone: nobody came to the page that I brought everyone to. @param {State} state */
const withRoom = state => (state.alone ? {} : showPage(state, state.room))

/**
 * Choose the toast for the page that the room turned to.
 *
 * @param {State} state
 * @param {PageFrame} page
 * @param {boolean} mine
 * @returns {Toast | null}
 */
function toastFor(state, page, mine) {
  const { room: before, wasLost, toast, alone, newest } = state
  const restores = newest?.restores
  const version = page.version === before?.version ? null : page.version
  if (version && isEarlier(state)) return toast // a chip says that it is here
  if (before && !version && viewOn(page) !== viewOn(before)) return alone ? toast : viewToast(state, before, page, mine)
  if (before && wasLost && !mine) return { kind: 'missed', from: before.page_no, to: page.page_no, version, restores }
  if (version && mine && state.replaced) return { kind: 'replaced', by: null, version, restores, mine }
  if (!before || mine) return toast?.kind === 'turned' ? null : toast
  if (version) return { kind: 'replaced', by: page.by, version, restores }
  if (!page.by || alone) return toast
  // One toast stands for several turns of one person, and leads back to where I was before the first.
  const from = toast?.kind === 'turned' && toast.by.who === page.by.who ? toast.from : before.page_no
  return { kind: 'turned', by: page.by, from, to: page.page_no }
}

/**
 * See who came and left since the last comparison. In a crowd, no toast says so.
 *
 * @param {State} state
 * @returns {State}
 */
function comparePeople(state) {
  const { people, count } = state.people
  const others = people.filter(({ who }) => who !== state.me.who)
  const before = state.company
  const next = { ...state, company: others }
  const follow = state.alone?.follow
  if (state.alone && follow && !others.some(({ who }) => who === follow)) {
    const by = before?.find(({ who }) => who === follow) ?? null
    return { ...next, alone: { ...state.alone, follow: null }, toast: { kind: 'unfollowed', by } }
  }
  if (!before || count > people.length || (state.toast && state.toast.kind !== 'company')) return next
  const came = without(others, before)
  const gone = without(before, others)
  return came.length + gone.length === 0 ? next : { ...next, toast: { kind: 'company', came, gone } }
}

/** @param {readonly Person[]} people @param {readonly Person[]} others */
const without = (people, others) => people.filter(({ who }) => !others.some(other => other.who === who))

/** @param {Upload | null} upload @param {UploadEvent} event @returns {Upload | null} */
function updateUpload(upload, event) {
  const noRate = { rate: null, secondsLeft: null, until: null }
  if (event.type === 'upload-began') {
    const { name, size, fresh } = event
    return { name, size, fresh, stored: 0, ...noRate, status: 'sending', message: '' }
  }
  if (event.type === 'upload-left') {
    const { name, size } = event
    return { name, size, fresh: false, stored: 0, ...noRate, status: 'left', message: '' }
  }
  if (!upload) return null
  switch (event.type) {
    case 'upload-moved': {
      const { stored, rate, secondsLeft } = event
      return { ...upload, stored, rate, secondsLeft, status: 'sending', until: null }
    }
    case 'upload-paused':
      return { ...upload, ...noRate, status: event.paused ? 'paused' : 'sending' }
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

/** Whether I came by the read-only link. @param {State} state */
export const readsOnly = state => state.reader !== '' && state.reader === state.uuid

/** Whether I may speak and point. @param {State} state */
export const maySpeak = state => isLive(state) && (state.speak || !readsOnly(state))

/** Whether somebody else reads the version that I would point at. @param {State} state */
export const mayPoint = state => maySpeak(state) && state.people.count > 1 && !isEarlier(state)

/** Whether the server receives what I send. @param {State} state */
export const isLive = state => state.connection.status === 'live'

/** The row that names the columns, or 0. @param {Doc | null} doc */
export const headerRow = doc => (doc?.dialect.header ? doc.preamble + 1 : 0)

/** Whether I can change the import options. @param {State} state */
export const canReparse = state =>
  isLive(state) && !readsOnly(state) && state.doc?.complete === true && !isEarlier(state)

/**
 * Whether I can go to a page: without a connection, only to a cached one.
 *
 * @param {State} state
 * @param {number} page_no
 */
export const canTurn = (state, page_no) => isLive(state) || cachedPage(state, page_no, viewOf(state)) !== undefined
