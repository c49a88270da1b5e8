/** Wires the page: frames and hands into the state, the state onto the screen. */

import { go, linkTo, onMove, openDocument, uploadPath, viewerPath } from './edges/address.js'
import { copy } from './edges/clipboard.js'
import { attribute, part, say, show } from './edges/dom.js'
import { createAway } from './edges/away.js'
import { createFirst } from './edges/first.js'
import { createFoot } from './edges/foot.js'
import { createGrid } from './edges/grid.js'
import { answer, createHead } from './edges/head.js'
import { listen } from './edges/keyboard.js'
import { askedName, keepName, keepPlace, lastSeen, myKey, myName, myPlace } from './edges/memory.js'
import { createPeople } from './edges/people.js'
import { createRail } from './edges/rail.js'
import { takeTables } from './edges/take.js'
import { createTold } from './edges/told.js'
import { upload } from './edges/upload.js'
import { connect } from './edges/wire.js'
import { missing } from './alone.js'
import { phrase, speak } from './language.js'
import { pagesOf, stepTo } from './pager.js'
import { canTurn, fold, isLive, start } from './state.js'
import { emptiness, named } from './words.js'

/**
 * @typedef {import('./state.js').State} State
 * @typedef {import('./pager.js').Step} Step
 */

const QUIET_MS = 8000 // without a word of a table that is still arriving: its sender has gone
const CLOCK_MS = 1000
const PLACE_MS = 150 // who leafs fast need not say every page
const MET_MS = 2000 // who reloads was never away

const { lang } = document.documentElement
const { words } = await (lang === 'en' ? import('./en.js') : import('./zh.js'))
speak(words, navigator.languages.find(one => one.slice(0, 2) === lang.slice(0, 2)) ?? lang)

/** The server sent the page with its table, which stands until the first frames are here. */
let sent = document.body.dataset['screen'] === 'viewer'

let state = start(myName())
/** @type {import('./edges/wire.js').Wire | null} */
let wire = null
/** @type {import('./edges/upload.js').Sending | null} */
let sending = null
let quietTimer = 0
let metTimer = 0
let placeTimer = 0
/** Where the server believes that I am. @type {number | null} */
let placed = null
/** Where to be once the page that was asked for is there. */
let landing = 'top'

const scroller = part('grid', HTMLElement)
const grid = createGrid(scroller, cell => tell({ type: 'picked', cell }), watch)
const rail = createRail(turnTo)
const people = createPeople({ onName: rename, onFollow: follow })
const away = createAway({ onSwitch: switchAlone, onRejoin: () => tell({ type: 'rejoined' }) })
const tables = takeTables({ onFile: bring, onText: pasted, onSentence: sayIt, invitation })
const first = createFirst({ onChoose: tables.choose, onFile: bring, onText: bringText, onSentence: sayIt })
const head = createHead({ onReplace: tables.choose, onCopy: copyLink, onStop: stopUpload })
const foot = createFoot({
  onPage: turnTo, onStep: step, onSentence: sayIt, onPeeked: () => tell({ type: 'picked', cell: null }),
})
const told = createTold({
  onBack: turnTo, onAlone: browse, onName: people.askName, onPaste: bringText, onTryNow: tryNow,
  onHeard: line => tell({ type: 'heard', told: line }),
})

/** Other columns have come into sight. @param {import('./protocol.js').Span[]} columns */
function watch(columns) {
  if (wire?.send({ type: 'watch', columns })) queueMicrotask(() => tell({ type: 'watching', columns })) // the grid is being drawn
}

/** The one way anything changes. @param {import('./state.js').Frame | import('./state.js').Happening} event */
function tell(event) {
  const before = state
  state = fold(state, event)
  if (state === before) return
  render(before)
  attend(before)
}

/** Ask for what the state now lacks, and say where I am. @param {State} before */
function attend(before) {
  if (state.uuid && state.alone !== before.alone) keepPlace(state.uuid, state.alone)
  if (!isLive(state)) return
  if (!state.alone && state.wanted !== null && !state.turning) {
    if (wire?.send({ type: 'turn', page_no: state.wanted })) tell({ type: 'turning' })
  }
  const pages = missing(state).filter(page_no => wire?.send({ type: 'fetch', page_no }))
  if (pages.length > 0) tell({ type: 'fetching', pages })
  if (state.people !== before.people && !metTimer) metTimer = setTimeout(meet, MET_MS)
  if (at() !== placed && !placeTimer) placeTimer = setTimeout(tellPlace, PLACE_MS)
}

const at = () => state.alone?.page_no ?? null

function tellPlace() {
  placeTimer = 0
  if (at() !== placed && wire?.send({ type: 'place', page_no: at() })) placed = at()
}

/** Tell who has come and gone; and ask once for a name, when there is somebody to have it for. */
function meet() {
  metTimer = 0
  tell({ type: 'met' })
  const { people, me, told } = state
  if (people.people.some(({ who }) => who !== me.who) && !told && !askedName()) {
    tell({ type: 'said', told: { kind: 'nameless', name: me.name } })
  }
}

/** @param {State} [before] */
function render(before) {
  if (sent && !state.page && state.link.status !== 'refused') return
  sent = false
  const now = Date.now()
  const { uuid, doc, page, link } = state
  attribute(document.body, 'data-screen', uuid ? 'viewer' : 'start')
  show(part('viewer', HTMLElement), uuid !== null)
  show(part('start', HTMLElement), uuid === null)
  head.show(state, now)
  people.show(state)
  told.show(state, now)
  away.show(state)
  if (!uuid) return first.show(state)
  const tail = page !== before?.page && follows(before)
  grid.show(state)
  rail.show(state)
  foot.show(state, now)
  if (page && page !== before?.page && (landing === 'bottom' || tail)) grid.bottom()
  if (page !== before?.page) landing = 'top'
  scroller.toggleAttribute('data-stale', link.status === 'lost')
  attribute(scroller, 'aria-label', doc ? phrase('tableNamed', { name: named(doc.name) }) : phrase('table'))
  const empty = !page || link.status === 'refused'
  show(part('empty', HTMLElement), empty)
  if (empty) say(part('empty-words', HTMLElement), emptiness(state))
  show(part('empty-home', HTMLElement), link.status === 'refused')
}

/** Whether the end of a table is in sight that grows: then it stays in sight. @param {State} [before] */
function follows(before) {
  const [old, now] = [before?.page, state.page]
  if (!old || !now || now.version !== old.version || now.total_number <= old.total_number) return false
  const on = now.page_no === old.page_no || now.by === null
  return on && old.page_no >= pagesOf(old.total_number) && scroller.scrollTop > 0 && grid.atBottom()
}

// The room

/** @param {string | null} uuid */
function open(uuid) {
  wire?.close()
  wire = null
  tell({ type: 'opened', uuid, seen: uuid ? lastSeen(uuid) : 0, alone: uuid ? myPlace(uuid) : null })
  if (!uuid) return
  tell({ type: 'connecting' })
  const current = connect(viewerPath(uuid), {
    onOpen: () => current.send(hello()),
    onFrame: receive,
    onOdd: () => sayIt(phrase('outdated')),
    onLost: until => tell({ type: 'lost', until }),
    onRefused: (code, reason) => tell({ type: 'refused', code, reason }),
  })
  wire = current
}

/** @returns {import('./protocol.js').Hello} */
const hello = () => ({ type: 'hello', name: state.me.name, key: myKey() })

/** @param {import('./protocol.js').ToViewer} frame */
function receive(frame) {
  switch (frame.type) {
    case 'accepted':
    case 'stored':
    case 'finished':
      return // said on an upload's connection only
    case 'welcome':
      placed = null
      return tell(frame)
    case 'document':
      clearTimeout(quietTimer)
      if (!frame.complete && frame.size !== null) quietTimer = setTimeout(() => tell({ type: 'quiet' }), QUIET_MS)
      return tell(frame)
    case 'welcome':
    case 'log':
      tell(frame)
      if (!state.talk.whole) wire?.send({ type: 'recall', after: state.talk.last })
      return
    default:
      return tell(frame)
  }
}

/** Ask for a page: it is everyone's once the server sends it; mine alone while I browse alone. @param {number} page */
function turnTo(page) {
  if (page === (state.wanted ?? state.page?.page_no)) return
  if (state.alone) browse(page)
  else if (isLive(state)) tell({ type: 'asked', page_no: page })
}

/** Go to a page, moving nobody. @param {number} page */
function browse(page) {
  if (page <= pagesOf(state.doc?.rows ?? 0)) tell({ type: 'looked', page_no: page })
  else wire?.send({ type: 'fetch', page_no: page }) // to be told that it is not there
}

function switchAlone() {
  if (state.alone) tell({ type: 'rejoined' })
  else if (state.page) browse(state.page.page_no)
}

/** @param {string | null} who */
function follow(who) {
  if (who) tell({ type: 'followed', who })
  else if (state.page) browse(state.page.page_no)
}

/** @param {Step} direction @param {'top' | 'bottom'} [land] */
function step(direction, land = 'top') {
  if (!state.page || !canTurn(state)) return
  const target = stepTo(direction, state.wanted ?? state.page.page_no, pagesOf(state.doc?.rows ?? 0))
  if (target === null) return
  landing = land
  turnTo(target)
}

/** @param {string} name */
function rename(name) {
  const short = [...name].slice(0, 60).join('')
  keepName(short)
  tell({ type: 'named', name: short })
  wire?.send(hello())
}

function tryNow() {
  wire?.now()
  sending?.now()
}

async function copyLink() {
  if (!state.uuid) return
  const link = linkTo(state.uuid)
  const done = await copy(link)
  answer(part('copy-link', HTMLElement), phrase(done ? 'copied' : 'copyLink'))
  if (!done) sayIt(link)
}

/** @param {string} text */
function sayIt(text) {
  tell({ type: 'said', told: { kind: 'sentence', text } })
}

// Tables

/** @param {File} file */
function bring(file) {
  if (sending) return sayIt(phrase('busy'))
  if (file.size === 0) return sayIt(phrase('emptyFile'))
  const target = state.uuid
  const fresh = target === null
  if (state.told) tell({ type: 'heard', told: state.told })
  tell({ type: 'upload-began', name: file.name, size: file.size, fresh })
  sending = upload(file, {
    path: uploadPath(target),
    viewer: () => (state.uuid === target ? state.me.viewer : ''),
    tell,
    onAccepted(uuid) {
      if (!fresh || state.uuid === uuid) return
      go(uuid)
      open(uuid)
    },
    onEnd() {
      sending = null
      if (fresh && state.upload?.status === 'failed') leaveUnfinished()
    },
  })
}

/** @param {string} text */
function bringText(text) {
  bring(new File([text], 'pasted.tsv', { type: 'text/tab-separated-values' }))
}

/** Pasting replaces nobody's table by mistake: where there is one it is asked first. @param {string} text */
function pasted(text) {
  if (state.uuid && state.page) tell({ type: 'said', told: { kind: 'pasted', text } })
  else bringText(text)
}

function stopUpload() {
  const fresh = state.upload?.fresh ?? false
  if (!sending) return tell({ type: 'upload-over' })
  sending.cancel()
  sending = null
  if (fresh) leaveUnfinished()
}

/** A first version that did not become one leaves nothing to look at. */
function leaveUnfinished() {
  const message = state.upload?.message ?? ''
  tell({ type: 'upload-over' })
  go(null, { replace: true })
  open(null)
  if (message) sayIt(message)
}

function invitation() {
  if (!state.uuid) return ''
  return phrase(state.page ? 'dropNext' : 'dropFirst')
}

// Hands

/** @param {import('./keys.js').Action} action @returns {boolean} */
function act(action) {
  if (action === 'escape') return letGo()
  if (!state.uuid || !state.page) return false
  switch (action) {
    case 'screen-down':
      grid.screen(1)
      return true
    case 'screen-up':
      grid.screen(-1)
      return true
    case 'top':
      grid.top()
      return true
    case 'bottom':
      grid.bottom()
      return true
    case 'type-page':
      foot.typePage()
      return true
    case 'keys':
      return foot.toggleKeys()
    case 'previous':
      step(action, 'bottom')
      return true
    default:
      step(action)
      return true
  }
}

/** Escape: out of whatever is open, the nearest first. */
function letGo() {
  if (people.close() || foot.toggleKeys(false)) return true
  if (state.picked) tell({ type: 'picked', cell: null })
  else if (state.told) tell({ type: 'heard', told: state.told })
  if (document.activeElement === part('page', HTMLElement)) scroller.focus()
  return true
}

listen(grid.scroll, act)
onMove(open)
part('home', HTMLElement).addEventListener('click', event => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || sending) return
  event.preventDefault()
  go(null)
  open(null)
})
addEventListener('beforeunload', event => {
  if (sending) event.preventDefault()
})
setInterval(() => {
  if (document.visibilityState === 'visible') render(state)
}, CLOCK_MS)

open(openDocument())
