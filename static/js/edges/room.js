/** The room: the connection of the open document, what is sent over it, and what its frames change. */

import { pagesToFetch, placeOf } from '../state/browsing.js'
import { viewOf } from '../state/views.js'
import { phrase } from '../text/language.js'
import { leadsElsewhere, versionFacts, viewerPath } from './address.js'
import { connect } from './connection.js'
import * as storage from './storage.js'

/**
 * @import { FrameToServer, FrameToViewer, HelloFrame, TalkLine } from '../protocol/frames.js'
 * @import { LocalEvent, State, StateFrame } from '../state/state.js'
 * @import { Connection } from './connection.js'
 */

const QUIET_MS = 8000 // nothing of an upload arrives for so long: its sender has gone
const PLACE_MS = 150 // a person who pages quickly does not report every page
const COMPARE_MS = 2000 // a person who reloads was never away
const WITH_THE_ROOM = JSON.stringify({ type: 'place', page_no: null, follow: null }) // what a server knows of a new viewer

/** @typedef {(frame: FrameToServer) => boolean} Send */

/**
 * @typedef {object} RoomParts
 * @property {() => State} state
 * @property {(event: StateFrame | LocalEvent) => void} dispatch
 * @property {(text: string) => void} onSentence
 * @property {() => void} onOpen another document is open, or none
 * @property {() => void} onWelcome the server knows nothing of me yet
 * @property {(line: TalkLine) => void} onLine of talk, which is new
 * @property {() => boolean | undefined} isUploading
 */

/** @param {RoomParts} parts */
export function createRoom(parts) {
  const { state, dispatch, onSentence, onOpen, isUploading } = parts
  /** @type {Connection | null} */
  let connection = null

  /** @param {FrameToServer} frame */
  const send = frame => connection?.send(frame) ?? false
  /** @param {number} page_no */
  const fetchPage = page_no => send(fetchFrame(state(), page_no))
  const report = createReport(parts, send, fetchPage)
  const receive = createReceiver(parts, send, report.again)

  /** @param {string | null} uuid */
  function open(uuid) {
    connection?.close()
    connection = null
    dispatch({
      type: 'opened',
      uuid,
      seen: uuid ? storage.lastSeen(uuid) : 0,
      ...(uuid && keptPlace(uuid))
    })
    onOpen()
    if (!uuid) return
    const left = isUploading() ? null : storage.leftUpload(uuid, Date.now())
    if (left) dispatch({ type: 'upload-left', ...left })
    dispatch({ type: 'connecting' })
    const greet = () => current.send(hello())
    const current = connect(viewerPath(uuid), {
      onOpen: greet,
      onDoubt: greet,
      onFrame: receive,
      onUnknown: () => onSentence(phrase('outdated')),
      onLost: (until, full) => dispatch({ type: 'lost', until, full }),
      onRefused: (code, reason) => dispatch({ type: 'refused', code, reason })
    })
    connection = current
  }

  /** @returns {HelloFrame} */
  const hello = () => ({
    type: 'hello',
    name: state().me.name,
    key: storage.myKey(),
    language: document.documentElement.lang
  })

  return {
    onOpen: open,
    send,
    fetchPage,
    report,
    /** Tell the server my name and my language again. */
    greet: () => void send(hello()),
    /** @param {string} name */
    onName(name) {
      dispatch({ type: 'renamed', name: [...name].slice(0, 60).join('') })
      send(hello())
    },
    /** Make somebody the presenter, or nobody. @param {string | null} to */
    onGive(to) {
      send({ type: 'give', to })
    },
    /** When the connection was last heard of, in milliseconds. */
    heard: () => connection?.heard(),
    /** Try a lost connection again at once. */
    retry: () => connection?.retry()
  }
}

/** The place that this window kept, unless a link to another one was opened. @param {string} uuid */
function keptPlace(uuid) {
  const place = storage.myPlace(uuid)
  return place.alone && leadsElsewhere(place.alone) ? null : place
}

/** @param {State} state @param {number} page_no @returns {FrameToServer} */
const fetchFrame = (state, page_no) => {
  const view = viewOf(state)
  return { type: 'fetch', page_no, version: state.doc?.version, ...(view && { view }) }
}

/**
 * What a room does with the frames of its connection.
 *
 * @param {RoomParts} parts
 * @param {Send} send
 * @param {() => void} onNew the server knows nothing of me yet
 */
function createReceiver({ state, dispatch, onWelcome, onLine }, send, onNew) {
  let quietTimer = 0

  /** @param {FrameToViewer} frame */
  function receive(frame) {
    switch (frame.type) {
      case 'accepted':
      case 'stored':
      case 'finished':
        return // only on the connection of an upload
      case 'document':
        clearTimeout(quietTimer)
        if (!frame.complete && frame.size !== null) quietTimer = setTimeout(() => dispatch({ type: 'quiet' }), QUIET_MS)
        return dispatch(frame)
      case 'welcome':
        onNew()
        onWelcome()
        dispatch(frame)
        return recall()
      case 'log':
        dispatch(frame)
        state().talk.added.forEach(onLine)
        if (!state().talk.complete) recall()
        return
      default:
        return dispatch(frame)
    }
  }

  /** Ask for the lines of talk that are not here. */
  function recall() {
    send({ type: 'recall', after: state().talk.last })
  }

  return receive
}

/**
 * What a room tells the server and asks it for when the state has changed.
 *
 * @param {RoomParts} parts
 * @param {Send} send
 * @param {(page: number) => boolean} fetchPage
 */
function createReport(parts, send, fetchPage) {
  let compareTimer = 0
  let placeTimer = 0
  /** The place of mine that the server has, as text. */
  let sentPlace = ''
  /** The version whose facts were asked for. @type {number | null} */
  let openingVersion = null

  const myOwnPlace = () => JSON.stringify(placeOf(parts.state()))

  function sendPlace() {
    placeTimer = 0
    const place = myOwnPlace()
    if (place !== sentPlace && send(placeOf(parts.state()))) sentPlace = place
  }

  /** See who came and left. Ask once for my name, when there is somebody to read it. */
  function comparePeople() {
    compareTimer = 0
    parts.dispatch({ type: 'people-compared' })
    const { people, me, toast } = parts.state()
    if (people.people.some(({ who }) => who !== me.who) && !toast && !storage.askedName()) {
      parts.dispatch({ type: 'toast-shown', toast: { kind: 'nameless', name: me.name } })
    }
  }

  /** Send what changed, and ask for the pages that the state now lacks. @param {State} before */
  function report(before) {
    const { alone, wanted, turning } = parts.state()
    if (!alone && wanted !== null && !turning && send({ type: 'turn', page_no: wanted }))
      parts.dispatch({ type: 'turning' })
    const { doc, opening, asked } = parts.state()
    if (
      doc &&
      asked &&
      !asked.isSent &&
      send({ type: 'show', version: doc.version, view: asked.view, row: asked.row, undoes: asked.undoes })
    )
      parts.dispatch({ type: 'view-sent' })
    if (doc && opening !== openingVersion) {
      openingVersion = opening
      openVersion(parts, opening)
    }
    const pages = pagesToFetch(parts.state()).filter(fetchPage)
    if (pages.length > 0) parts.dispatch({ type: 'fetching', pages })
    if (parts.state().people !== before.people && !compareTimer) compareTimer = setTimeout(comparePeople, COMPARE_MS)
    if (myOwnPlace() !== sentPlace && !placeTimer) placeTimer = setTimeout(sendPlace, PLACE_MS)
  }

  /** The server takes me for one who is with the room. */
  report.again = () => {
    sentPlace = WITH_THE_ROOM
  }
  return report
}

/**
 * Load the facts of the earlier version that I am going to, if I am.
 *
 * @param {RoomParts} parts
 * @param {number | null} version
 */
async function openVersion({ state, dispatch, onSentence }, version) {
  const { uuid } = state()
  if (!uuid || !version) return
  try {
    const doc = await versionFacts(uuid, version)
    if (state().uuid === uuid) dispatch({ type: 'version-opened', doc })
  } catch (error) {
    if (state().opening !== version || state().uuid !== uuid) return
    dispatch({ type: 'version-gone' })
    const isRefused = error instanceof Error && !(error instanceof TypeError) // a TypeError: no answer came
    onSentence(isRefused ? error.message : phrase('unreachable'))
  }
}
