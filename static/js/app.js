/** Wires the page: frames and hands into the state, the state onto the screen. */

import { createActs } from './edges/actions.js'
import { go, linkTo, onMove, openDocument, viewerPath } from './edges/address.js'
import { copy } from './edges/clipboard.js'
import { createColumns } from './edges/grid/columns.js'
import { announce, attribute, part, say, show } from './edges/dom.js'
import { createAway } from './edges/browsing.js'
import { createFirst } from './edges/start-screen.js'
import { createFoot } from './edges/status-bar.js'
import { createGrid } from './edges/grid/grid.js'
import { createHands } from './edges/grid/selection.js'
import { answer, createHead } from './edges/header.js'
import { listen } from './edges/keyboard.js'
import { createLater } from './edges/lazy.js'
import { createLinks } from './edges/share-menu.js'
import {
  askedName,
  keepName,
  keepPlace,
  keepSeen,
  keepTalk,
  lastSeen,
  myKey,
  myName,
  myPlace,
  talkWasOpen
} from './edges/storage.js'
import { createPeople } from './edges/people.js'
import { createPlaces } from './edges/navigation.js'
import { createPointing } from './edges/presence.js'
import { createRail } from './edges/page-slider.js'
import { createSettings } from './edges/settings.js'
import { takeTables } from './edges/file-input.js'
import { createTold } from './edges/toast.js'
import { createWheel } from './edges/presenter.js'
import { connect } from './edges/connection.js'
import { missing } from './state/browsing.js'
import { phrase, speak } from './text/language.js'
import { pageOf, pagesOf, stepTo } from './protocol/paging.js'
import { select } from './grid/selection.js'
import { canTurn, fold, isLive, readsOnly, start } from './state/state.js'
import { mayTurn } from './state/presenter.js'
import { copiedWords, emptiness, invitation, named, noticed } from './screen/sentences.js'

/**
 * @typedef {import('./state/state.js').State} State
 * @typedef {import('./protocol/paging.js').Step} Step
 */

const QUIET_MS = 8000 // without a word of a table that is still arriving: its sender has gone
const CLOCK_MS = 1000
const PLACE_MS = 150 // who leafs fast need not say every page
const MET_MS = 2000 // who reloads was never away

const { lang } = document.documentElement
const { words } = await (lang === 'en' ? import('./text/en.js') : import('./text/zh.js'))
speak(words, navigator.languages.find(one => one.slice(0, 2) === lang.slice(0, 2)) ?? lang)

/** The server sent the page with its table, which stands until the first frames are here. */
let sent = document.body.dataset.screen === 'viewer'

let state = start(myName())
/** @type {import('./edges/connection.js').Wire | null} */
let wire = null
let quietTimer = 0
let metTimer = 0
let placeTimer = 0
/** Where the server believes that I am. */
let placed = 'null'
/** The cell to go to, its column from 1, once its page is there. @type {{row: number, column: number} | null} */
let sought = null
/** Where to be once the page that was asked for is there. */
let landing = 'top'

const { later, loadSoon } = createLater(
  () => render(state),
  () => sayIt(phrase(isLive(state) ? 'outdated' : 'unreachable')) // a server that was changed has other files
)
const scroller = part('grid')
const grid = createGrid(
  scroller,
  () => {
    hands.settle()
    finding.here?.highlight()
  },
  watch
)
const hands = createHands(scroller, grid, {
  onSelect: choose,
  onPast,
  onOpen: () => act('doRecord'),
  onCopied: found => sayIt(copiedWords(found))
})
const finding = later(async () =>
  (await import('./edges/find-bar.js')).createFinding(grid.body, {
    onGo: place => hands.go(select(place)),
    onLeave: () => scroller.focus()
  })
)
const record = later(async () =>
  (await import('./edges/row-details.js')).createRecord({
    place: hands.place,
    onStep: act,
    onColumn: column => hands.go(select({ ...hands.place(), column })),
    onLook: grid.lookAside,
    onClose: () => scroller.focus()
  })
)
const places = createPlaces({
  state: () => state,
  hands,
  extent: grid.extent,
  onSelect: choose,
  onTurn: turnTo,
  onBrowse: browse,
  onSentence: sayIt,
  onPlace: goToPlace
})
const palette = later(async () =>
  (await import('./edges/command-palette.js')).createPalette({
    onAction: act,
    onRow: row => places.go(select({ row, column: 0 }, undefined, 'rows')),
    onPage: turnTo,
    onColumn: goToColumn
  })
)
const columns = createColumns(
  scroller,
  grid,
  () => hands.place().column,
  () => state.selection?.kind === 'columns'
)
const rail = createRail(turnTo)
const people = createPeople({ onName: rename, onFollow: follow, onGive: handOver })
const wheel = createWheel(choice => (choice === 'give' ? handOver(null) : wire?.send({ type: choice })))
const away = createAway({ onSwitch: switchAlone, onRejoin: () => tell({ type: 'rejoined' }) })
const settings = createSettings()
const bringing = later(async () =>
  (await import('./edges/uploader.js')).createBringing({ state: () => state, tell, onOpen: open, onSentence: sayIt })
)
/** @param {File} file */
const bring = file => bringing.ask(it => it.bring(file))
/** @param {string} text */
const bringText = text => bringing.ask(it => it.bringText(text))
const tables = takeTables({
  onFile: bring,
  onText: text => bringing.ask(it => it.pasted(text)),
  onSentence: sayIt,
  invitation: () => invitation(state)
})
const first = createFirst({ onChoose: tables.choose, onFile: bring, onText: bringText, onSentence: sayIt })
const dialect = later(async () => (await import('./edges/dialect.js')).createDialect({ onRead: readAs }), 'reading')
const head = createHead({
  onReplace: tables.choose,
  onPause: () => bringing.ask(it => it.pause()),
  onStop: () => bringing.ask(it => it.stop())
})
const links = createLinks(copyLink)
later(async () =>
  (await import('./edges/versions.js')).createVersions({ readsOnly: () => readsOnly(state), onSentence: sayIt })
)
const pointing = createPointing({
  state: () => state,
  send: frame => wire?.send(frame) ?? false,
  extent: grid.extent,
  place: hands.place,
  onSentence: sayIt
})
const marks = later(async () =>
  (await import('./edges/remote-selections.js')).createMarks(scroller, (row, column) => grid.cell(row, column - 1))
)
const talk = later(
  async () =>
    (await import('./edges/talk.js')).createTalk(
      {
        onSay: text => wire?.send({ type: 'say', text }) ?? false,
        onPlace: goToPlace,
        onAllow: speak => wire?.send({ type: 'allow', speak }),
        onStep: stepThrough,
        onOpen(open) {
          keepTalk(open)
          readTalk()
        }
      },
      talkWasOpen()
    ),
  'talk-button'
)
const foot = createFoot({ onPage: turnTo, onStep: step, onSentence: sayIt, extent: grid.extent })
const told = createTold({
  onBack: turnTo,
  onAlone: browse,
  onPlace: goToCell,
  onName: people.askName,
  onGive: handOver,
  onAsk: () => wire?.send({ type: 'ask' }),
  onPaste: bringText,
  onTryNow: tryNow,
  onEarlier: (version, page) =>
    state.uuid && window.open(linkTo(state.uuid, `/versions?version=${version}&page_no=${page}`), '_blank', 'noopener'),
  onHeard: line => tell({ type: 'heard', told: line })
})

const act = createActs({
  state: () => state,
  tell,
  onSentence: sayIt,
  onStep: step,
  scroller,
  grid,
  hands,
  columns,
  places,
  pointing,
  foot,
  drawers: [people, links, settings],
  finding,
  record,
  palette,
  talk
})

/** Other columns have come into sight. @param {import('./protocol/frames.js').Span[]} columns */
function watch(columns) {
  if (wire?.send({ type: 'watch', columns })) queueMicrotask(() => tell({ type: 'watching', columns })) // the grid is being drawn
}

/** The one way anything changes. @param {import('./state/state.js').Frame | import('./state/state.js').Happening} event */
function tell(event) {
  const before = state
  state = fold(state, event)
  if (state === before) return
  render(before)
  attend(before)
  places.arrive()
  if (state.page || !state.uuid) loadSoon()
}

/** Ask for what the state now lacks, and say where I am. @param {State} before */
function attend(before) {
  if (state.me.name !== before.me.name) keepName(state.me.name)
  if (state.uuid && state.alone !== before.alone) keepPlace(state.uuid, state.alone)
  readTalk()
  if (sought && state.wanted === null && state.page?.page_no === pageOf(sought.row)) {
    const { row, column } = sought
    marks.ask(it => it.ring(row, column, state.me))
    sought = null
  }
  if (!isLive(state)) return
  if (state.selection !== before.selection || state.page !== before.page) {
    pointing.tell()
  }
  if (!state.alone && state.wanted !== null && !state.turning) {
    if (wire?.send({ type: 'turn', page_no: state.wanted })) tell({ type: 'turning' })
  }
  const pages = missing(state).filter(page_no => wire?.send({ type: 'fetch', page_no }))
  if (pages.length > 0) tell({ type: 'fetching', pages })
  if (state.people !== before.people && !metTimer) metTimer = setTimeout(meet, MET_MS)
  if (at() !== placed && !placeTimer) placeTimer = setTimeout(tellPlace, PLACE_MS)
}

const at = () => JSON.stringify(state.alone)

function tellPlace() {
  placeTimer = 0
  const { page_no, follow } = state.alone ?? { page_no: null, follow: null }
  if (at() !== placed && wire?.send({ type: 'place', page_no, follow })) placed = at()
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
  const now = Date.now()
  const { uuid, doc, page, link } = state
  told.show(state, now)
  links.show(state)
  foot.showLink(state, now, wire?.heard() ?? now)
  scroller.toggleAttribute('data-stale', link.status === 'lost')
  if (sent && !page && link.status !== 'refused') return
  sent = false
  attribute(document.body, 'data-screen', !uuid ? 'start' : link.status === 'refused' ? 'closed' : 'viewer')
  show(part('viewer'), uuid !== null)
  show(part('start'), uuid === null)
  head.show(state, now)
  dialect.here?.show(doc, isLive(state) && !readsOnly(state))
  people.show(state)
  away.show(state)
  wheel.show(state)
  talk.here?.show(state)
  if (!uuid) return first.show(state)
  const tail = page !== before?.page && follows(before)
  grid.show(state)
  columns.show(state)
  marks.here?.show(state)
  rail.show(state)
  foot.show(state)
  if (page && page !== before?.page && (landing === 'bottom' || tail)) grid.bottom()
  if (page !== before?.page) landing = 'top'
  hands.show(state)
  finding.here?.show(state)
  record.here?.show(state)
  places.show(before)
  attribute(scroller, 'aria-label', doc ? phrase('tableNamed', { name: named(doc.name) }) : phrase('table'))
  const empty = !page || link.status === 'refused'
  show(part('empty'), empty)
  if (empty) say(part('empty-words'), emptiness(state))
  show(part('empty-home'), link.status === 'refused')
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
  places.open()
  if (!uuid) return
  tell({ type: 'connecting' })
  const current = connect(viewerPath(uuid), {
    onOpen: () => current.send(hello()),
    onDoubt: () => current.send(hello()),
    onFrame: receive,
    onOdd: () => sayIt(phrase('outdated')),
    onLost: (until, full) => tell({ type: 'lost', until, full }),
    onRefused: (code, reason) => tell({ type: 'refused', code, reason })
  })
  wire = current
}

/** @returns {import('./protocol/frames.js').Hello} */
const hello = () => ({ type: 'hello', name: state.me.name, key: myKey() })

/** @param {import('./protocol/frames.js').ToViewer} frame */
function receive(frame) {
  switch (frame.type) {
    case 'accepted':
    case 'stored':
    case 'finished':
      return // said on an upload's connection only
    case 'document':
      clearTimeout(quietTimer)
      if (!frame.complete && frame.size !== null) quietTimer = setTimeout(() => tell({ type: 'quiet' }), QUIET_MS)
      return tell(frame)
    case 'welcome':
      placed = 'null'
      pointing.forget()
      tell(frame)
      wire?.send({ type: 'recall', after: state.talk.last })
      return
    case 'log':
      tell(frame)
      state.talk.fresh.forEach(noticeLook)
      if (!state.talk.whole) wire?.send({ type: 'recall', after: state.talk.last })
      return
    default:
      return tell(frame)
  }
}

/** Ask for a page: it is everyone's once the server sends it; mine alone while I browse alone. @param {number} page */
function turnTo(page) {
  if (page === (state.wanted ?? state.page?.page_no)) return
  if (state.alone || readsOnly(state) || (state.link.status === 'lost' && canTurn(state, page))) browse(page)
  else if (!mayTurn(state) && state.wheel.by)
    tell({ type: 'said', told: { kind: 'mayNot', by: state.wheel.by, page_no: page } })
  else if (isLive(state)) tell({ type: 'asked', page_no: page })
}

/** Let somebody else have the wheel, or everybody. @param {string | null} to */
function handOver(to) {
  wire?.send({ type: 'give', to })
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
  if (!state.page) return
  const target = stepTo(direction, state.wanted ?? state.page.page_no, pagesOf(state.doc?.rows ?? 0))
  if (target === null || !canTurn(state, target)) return
  landing = land
  turnTo(target)
}

/** @param {import('./protocol/frames.js').Choices} choices */
function readAs(choices) {
  if (state.doc) wire?.send({ type: 'read', version: state.doc.version, choices })
}

/** @param {string} name */
function rename(name) {
  const short = [...name].slice(0, 60).join('')
  tell({ type: 'named', name: short })
  wire?.send(hello())
}

function tryNow() {
  wire?.now()
  bringing.here?.now()
}

// Places

/** @param {import('./grid/selection.js').Selection | null} selection */
function choose(selection) {
  tell({ type: 'selected', selection })
}

/** @param {string} uuid @param {HTMLElement} button */
async function copyLink(uuid, button) {
  const link = linkTo(uuid)
  if (await copy(link)) answer(button, phrase('copied'))
  else sayIt(link)
}

/** @param {string} text */
function sayIt(text) {
  tell({ type: 'said', told: { kind: 'sentence', text } })
}

// What people show and say

/** Somebody asks to look at a cell: whoever does not see it is asked to come. @param {import('./protocol/frames.js').Line} line */
function noticeLook(line) {
  if (line.type !== 'notice' || !line.row || !line.column || line.version !== state.doc?.version) return
  const { row, column, by } = line
  marks.ask(it => {
    it.ring(row, column, by)
    if (by?.who === state.me.who) return
    if (!it.sees(row, column)) tell({ type: 'said', told: { kind: 'looked', by, row, column } })
    else announce(noticed(line))
  })
}

/** Go to a cell, or to a row, moving nobody. @param {number} row @param {number | null} column from 1 */
function goToCell(row, column) {
  sought = { row, column: column ?? 1 }
  places.go(select({ row, column: sought.column - 1 }, undefined, column ? 'cells' : 'rows'), browse)
}

/** @param {number} column */
function goToColumn(column) {
  hands.go(select({ row: hands.place().row, column }, undefined, 'columns'))
}

/** Go on to the next line that I missed, and to where it happened. */
function stepThrough() {
  tell({ type: 'stepped' })
  const line = state.talk.lines.find(({ line }) => line === state.talk.step)
  if (line?.type === 'notice') goToPlace(line)
}

/** Go where something is, moving nobody; in an earlier version, if that is wanted. @param {{version: number, page_no: number, row?: number | null, column?: number | null}} place version 0 for any */
function goToPlace({ version, page_no, row, column = null }) {
  if (version && version !== state.doc?.version) tell({ type: 'said', told: { kind: 'earlier', version, page_no } })
  else if (row) goToCell(row, column)
  else if (page_no !== state.page?.page_no) browse(page_no)
}

function readTalk() {
  if (
    !state.uuid ||
    !talk.here?.isOpen() ||
    document.visibilityState !== 'visible' ||
    state.talk.seen === state.talk.last
  )
    return
  keepSeen(state.uuid, state.talk.last)
  tell({ type: 'read' })
}

// Hands

/** An arrow leads on to the next page. @param {'next' | 'previous'} direction @param {import('./grid/selection.js').CellRef} place */
function onPast(direction, place) {
  if (
    !state.page ||
    !canTurn(state, pageOf(place.row)) ||
    stepTo(direction, state.page.page_no, pagesOf(state.doc?.rows ?? 0)) === null
  )
    return
  turnTo(pageOf(place.row))
  choose(select(place))
}

later(async () =>
  (await import('./edges/gestures.js')).listenPast(scroller, {
    onNext: () => step('next'),
    onPrevious: () => step('previous', 'bottom')
  })
)
listen(act)
for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-act]'))) {
  button.onclick = () => act(button.dataset.act ?? '')
}
onMove(() => (openDocument() === state.uuid ? places.move() : open(openDocument())))
part('home').addEventListener('click', event => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || bringing.here?.isBusy()) return
  event.preventDefault()
  go(null)
  open(null)
})
addEventListener('beforeunload', event => {
  if (bringing.here?.isBusy()) event.preventDefault()
})
setInterval(() => {
  if (document.visibilityState !== 'visible') return
  render(state)
  readTalk()
}, CLOCK_MS)

open(openDocument())
