/** Wires the page: frames and input change the state, and the screen follows the state. */

import { createActions } from './edges/actions.js'
import { columnNames, go, linkTo, onMove, openDocument, versionFacts, viewerPath } from './edges/address.js'
import { createBrowsing } from './edges/browsing.js'
import { copy } from './edges/clipboard.js'
import { connect } from './edges/connection.js'
import { createCopying } from './edges/copying.js'
import { announce, attribute, opensTab, part, parts, say, show } from './edges/dom.js'
import { createFileInput } from './edges/file-input.js'
import { createGrid } from './edges/grid/grid.js'
import { createColumns } from './edges/grid/columns.js'
import { createGridSelection } from './edges/grid/selection.js'
import { answer, createHeader } from './edges/header.js'
import { listenToKeys } from './edges/keyboard.js'
import { createLazyLoader } from './edges/lazy.js'
import { createNavigation, createStep } from './edges/navigation.js'
import { createPeople } from './edges/people.js'
import { createPresenter } from './edges/presenter.js'
import { createSettings } from './edges/settings.js'
import { createShareMenu } from './edges/share-menu.js'
import { createStartScreen } from './edges/start-screen.js'
import { createStatusBar } from './edges/status-bar.js'
import * as storage from './edges/storage.js'
import { createToast } from './edges/toast.js'
import { hasColumns } from './grid/column-windows.js'
import { covers, partsOf, rangeOf, select } from './grid/selection.js'
import { pageOf, pagesOf, stepTo } from './protocol/paging.js'
import { dropWords, emptyWords, noticeWords, shortName } from './screen/sentences.js'
import { pagesToFetch, placeOf } from './state/browsing.js'
import { mayTurn, scrollsAlone } from './state/presenter.js'
import { canReparse, canTurn, fold, isLive, readsOnly, start } from './state/state.js'
import { phrase, setLanguage } from './text/language.js'

/**
 * @import { Connection } from './edges/connection.js'
 * @import { VersionPlace } from './edges/talk.js'
 * @import { CellRef, Selection } from './grid/selection.js'
 * @import { DialectChoices, FrameToServer, FrameToViewer, HelloFrame, TalkLine, Span } from './protocol/frames.js'
 * @import { Step } from './protocol/paging.js'
 * @import { LocalEvent, State, StateFrame } from './state/state.js'
 */

const QUIET_MS = 8000 // nothing of an upload arrives for so long: its sender has gone
const CLOCK_MS = 1000
const PLACE_MS = 150 // a person who pages quickly does not report every page
const COMPARE_MS = 2000 // a person who reloads was never away
const WITH_THE_ROOM = JSON.stringify({ type: 'place', page_no: null, follow: null }) // what a server knows of a new viewer

/** Load the words of scripts in a language. Returns what has them said. @param {string} lang */
async function loadWords(lang) {
  const { words } = await (lang === 'en' ? import('./text/en.js') : import('./text/zh.js'))
  return () => {
    const plainWords = JSON.parse(document.body.dataset.words ?? '{}')
    const place = navigator.languages.find(tag => tag.slice(0, 2) === lang.slice(0, 2)) ?? lang
    setLanguage({ ...words, ...plainWords }, place)
  }
}
const sayIn = await loadWords(document.documentElement.lang)
sayIn()

/** Whether the page came with its table, which stands until the first frames are here. */
let isPrefilled = document.body.dataset.screen === 'viewer'
/** The first action that was asked for while its table was on the way. @type {string | null} */
let early = null

let state = start(storage.myName())
/** @type {Connection | null} */
let connection = null
let quietTimer = 0
let compareTimer = 0
let placeTimer = 0
/** The place of mine that the server has, as text. */
let sentPlace = ''
/** The version whose facts were asked for. @type {number | null} */
let openingVersion = null
/** The cell to ring once its page is here, its column from 1. @type {{row: number, column: number} | null} */
let target = null
/** The end of the next page to show first. */
let landing = 'top'

/** @param {FrameToServer} frame */
const send = frame => connection?.send(frame) ?? false
const rows = () => state.doc?.rows ?? 0
const isVisible = () => document.visibilityState === 'visible'

const { lazy, loadSoon } = createLazyLoader(
  () => render(state),
  () => sayIt(phrase(isLive(state) ? 'outdated' : 'unreachable')) // an updated server has other files
)
const scroller = part('grid')
const grid = createGrid(scroller, onDrawn, watch)
const gridSelection = createGridSelection(scroller, grid, {
  onSelect: choose,
  onPast,
  onOpen: () => act('doRecord'),
  onMenu: (x, y) => cellMenu.ask(it => it.open(x, y))
})

/** What the parts of the page ask for: each takes what it needs. */
const shared = {
  state: () => state,
  dispatch,
  send,
  onSentence: sayIt,
  onSelect: choose,
  onTurn: turnTo,
  onStep: step,
  onScroll: scrollOn,
  onReparse: reparse,
  onBrowse: browse,
  onFollow: follow,
  onPlace: goToPlace,
  onRestore: restoreVersion,
  onOpen: open,
  onGive: give,
  scroller,
  gridSelection,
  place: gridSelection.place,
  extent: grid.extent,
  layout: grid.layout,
  order: grid.order
}
const findBar = lazy(async () =>
  (await import('./edges/find-bar.js')).createFindBar(grid, {
    onGo: ({ row, column }) => (row ? gridSelection.go(select({ row, column }), true) : goToColumn(column)),
    onShow: found => columns.setHidden(found, false),
    onFound: found => columnsBar.here?.mark(found),
    onLeave: () => scroller.focus()
  })
)
const rowDetails = lazy(
  async () =>
    (await import('./edges/row-details.js')).createRowDetails({
      place: gridSelection.place,
      onColumn: column => gridSelection.go(select({ ...gridSelection.place(), column })),
      onLook: grid.lookAside,
      onClose: () => scroller.focus(),
      onSentence: sayIt
    }),
  { isRare: true }
)
const navigation = createNavigation(shared)
const stepThrough = createStep(() => state, navigation.go, sayIt)
const palette = lazy(async () =>
  (await import('./edges/command-palette.js')).createCommandPalette({
    state: () => state,
    onAction: act,
    onRow: row => inGrid(() => navigation.go(select({ row, column: 0 }, undefined, 'rows'))),
    onTurn: page => inGrid(() => turnTo(page)),
    onColumn: column => inGrid(() => goToColumn(column))
  })
)
const columns = createColumns(scroller, grid, focusColumn, listColumns, copyColumn)
const columnList = lazy(
  async () => (await import('./edges/column-list.js')).createColumnList({ ...shared, onHide: columns.setHidden }),
  { isRare: true }
)
const columnsBar = lazy(async () =>
  (await import('./edges/columns-bar.js')).createColumnsBar(scroller, grid.layout, missingNames)
)
const handles = lazy(async () =>
  (await import('./edges/grid/handles.js')).createHandles(scroller, grid, columns, {
    current: focusColumn,
    isSelected: isColumnSelected,
    onPick: goToColumn
  })
)
const pageSlider = lazy(async () => (await import('./edges/page-slider.js')).createPageSlider(turnTo))
const people = createPeople({ onName: rename, onFollow: follow, onGive: give })
const presenter = createPresenter(action => (action === 'give' ? give(null) : send({ type: action })))
const browsing = createBrowsing({
  onSwitch: switchAlone,
  onRejoin: () => dispatch({ type: 'rejoined' }),
  onGather: () => dispatch({ type: 'gathered' }),
  onAsk: () => send({ type: 'ask' }),
  onNewest: () => dispatch({ type: 'newest-shown' })
})
const translation = lazy(
  async () =>
    (await import('./edges/translation.js')).createTranslation(async lang => {
      const sayIn = await loadWords(lang)
      return () => {
        sayIn()
        dispatch({ type: 'translated' })
      }
    }),
  { isRare: true }
)
const settings = createSettings({ onLook: grid.restyle, onLanguage: speak })
const uploader = lazy(async () => (await import('./edges/uploader.js')).createUploader(shared), { isRare: true })
const onFile = /** @param {File} file */ file => uploader.ask(it => it.upload(file))
const onText = /** @param {string} text */ text => uploader.ask(it => it.uploadText(text))
const fileInput = createFileInput({
  onFile,
  onPaste: text => uploader.ask(it => it.paste(text)),
  onSentence: sayIt,
  invitation: () => dropWords(state)
})
const startScreen = createStartScreen({ onChoose: fileInput.choose, onFile, onText, onSentence: sayIt })
const dialect = lazy(async () => (await import('./edges/dialect.js')).createDialect(reparse), {
  trigger: 'reading',
  isRare: true
})
const header = createHeader({
  onReplace: fileInput.choose,
  onPause: () => uploader.ask(it => it.pause()),
  onStop: () => uploader.ask(it => it.stop()),
  onRows: stepThrough,
  onUnfold: unfolded => dispatch({ type: 'unfolded', unfolded })
})
const shareMenu = createShareMenu(copyLink)
const versions = lazy(async () => (await import('./edges/versions.js')).createVersions(shared))
const presence = lazy(async () => (await import('./edges/presence.js')).createPresence(shared))
const remoteSelections = lazy(async () =>
  (await import('./edges/remote-selections.js')).createRemoteSelections(scroller, (row, column) =>
    grid.cell(row, column - 1)
  )
)
const talk = lazy(
  async () => {
    const { createTalk } = await import('./edges/talk.js')
    return createTalk({ ...shared, onStep: stepTalk, onOpen: onTalkOpen }, storage.talkWasOpen())
  },
  { trigger: 'talk-button' }
)
const statusBar = createStatusBar(shared)
const summary = lazy(async () => (await import('./edges/selection-summary.js')).createSelectionSummary(grid))
const toast = createToast({
  ...shared,
  onCell: goToCell,
  onName: people.askName,
  onPaste: onText,
  onRetry: retry
})
lazy(async () =>
  (await import('./edges/gestures.js')).listenToGestures(scroller, {
    onNext: () => scrollOn('next'),
    onPrevious: () => scrollOn('previous')
  })
)

const cellMenu = lazy(async () =>
  (await import('./edges/grid/cell-menu.js')).createCellMenu(scroller, grid, () => state, act)
)
const missingCells = lazy(() => import('./edges/missing-cells.js'), { isRare: true })
lazy(async () => (await import('./edges/tooltip.js')).createTooltip())
lazy(async () => (await import('./edges/printing.js')).createPrinting(() => state, grid))

const perform = createActions({
  ...shared,
  copyCells: createCopying({ ...shared, grid, missingCells }),
  onRows: stepThrough,
  grid,
  columns,
  navigation,
  presence,
  statusBar,
  drawers: [people, shareMenu, settings],
  findBar,
  rowDetails,
  palette,
  talk
})

/** Do what a key or a button says, now or once the table is here. @param {string} action @returns {boolean} */
function act(action) {
  const isEscape = action === 'doEscape'
  if (isEscape) early = null
  if (isEscape || state.page || !(isPrefilled || state.doc)) return perform(action)
  early ??= action // what is typed behind it may be text for a field that it opens
  return true
}

/** Do something after which the keys are the grid's. @param {() => void} act */
function inGrid(act) {
  act()
  scroller.focus()
}

function onDrawn() {
  gridSelection.settle()
  handles.here?.place()
  columnsBar.here?.draw()
  findBar.here?.highlight()
  remoteSelections.here?.place()
  summary.here?.show(state)
}

/** Ask for the columns that came into sight. @param {Span[]} columns */
function watch(columns) {
  if (!send({ type: 'watch', columns })) return
  queueMicrotask(() => dispatch({ type: 'watching', columns })) // after the grid has drawn
}

/** Change the state: nothing else does. @param {StateFrame | LocalEvent} event */
function dispatch(event) {
  const before = state
  state = fold(state, event)
  if (state === before) return
  render(before)
  report(before)
  navigation.arrive()
  if (early && state.page) {
    const action = early
    early = null
    act(action)
  }
  if (state.page || !state.uuid) loadSoon()
}

/** Remember and send what changed, and ask for the pages that the state now lacks. @param {State} before */
function report(before) {
  if (state.me.name !== before.me.name) storage.keepName(state.me.name)
  if (state.uuid && (state.alone !== before.alone || state.doc !== before.doc)) {
    storage.keepPlace(state.uuid, placeOf(state))
  }
  markTalkSeen()
  ringTarget()
  if (!isLive(state)) return
  if (state.selection !== before.selection || state.page !== before.page) presence.ask(it => it.update())
  if (!state.alone && state.wanted !== null && !state.turning) {
    if (send({ type: 'turn', page_no: state.wanted })) dispatch({ type: 'turning' })
  }
  if (state.doc && state.opening !== openingVersion) openVersion(state.opening)
  const pages = pagesToFetch(state).filter(fetchPage)
  if (pages.length > 0) dispatch({ type: 'fetching', pages })
  if (state.people !== before.people && !compareTimer) compareTimer = setTimeout(comparePeople, COMPARE_MS)
  if (myOwnPlace() !== sentPlace && !placeTimer) placeTimer = setTimeout(sendPlace, PLACE_MS)
}

/** @param {number} page_no */
const fetchPage = page_no => send({ type: 'fetch', page_no, version: state.doc?.version })

/** Load the facts of the earlier version that I am going to, if I am. @param {number | null} version */
async function openVersion(version) {
  openingVersion = version
  const { uuid } = state
  if (!uuid || !version) return
  try {
    const doc = await versionFacts(uuid, version)
    if (state.uuid === uuid) dispatch({ type: 'version-opened', doc })
  } catch (error) {
    if (state.opening !== version || state.uuid !== uuid) return
    dispatch({ type: 'version-gone' })
    const isRefused = error instanceof Error && !(error instanceof TypeError) // a TypeError: no answer came
    sayIt(isRefused ? error.message : phrase('unreachable'))
  }
}

/** @param {number} version */
function restoreVersion(version) {
  versions.ask(it => it.restore(version))
}

const myOwnPlace = () => JSON.stringify(placeOf(state))

function sendPlace() {
  placeTimer = 0
  const place = placeOf(state)
  if (myOwnPlace() !== sentPlace && send(place)) sentPlace = JSON.stringify(place)
}

/** See who came and left. Ask once for my name, when there is somebody to read it. */
function comparePeople() {
  compareTimer = 0
  dispatch({ type: 'people-compared' })
  const { people, me, toast } = state
  if (people.people.some(({ who }) => who !== me.who) && !toast && !storage.askedName()) {
    dispatch({ type: 'toast-shown', toast: { kind: 'nameless', name: me.name } })
  }
}

/** @param {State} [before] */
function render(before) {
  const now = Date.now()
  const { uuid, page, connection: link } = state
  toast.show(state, now)
  shareMenu.show(state)
  statusBar.showConnection(state, now, connection?.heard() ?? now)
  scroller.toggleAttribute('data-stale', link.status === 'lost')
  if (isPrefilled && !page && link.status !== 'refused') return
  isPrefilled = false
  attribute(document.body, 'data-screen', !uuid ? 'start' : link.status === 'refused' ? 'closed' : 'viewer')
  show(part('viewer'), uuid !== null)
  show(part('start'), uuid === null)
  header.show(state, now)
  dialect.here?.show(state.doc, canReparse(state))
  people.show(state)
  browsing.show(state)
  presenter.show(state)
  talk.here?.show(state)
  if (uuid) renderTable(before)
  else startScreen.show(state)
}

/** @param {State} [before] */
function renderTable(before) {
  const { doc, page, connection } = state
  const turned = page !== before?.page
  const followsEnd = turned && isAtEnd(before)
  grid.show(state, focusColumn())
  columns.show(state)
  columnsBar.here?.show(state)
  remoteSelections.here?.show(state)
  pageSlider.here?.show(state)
  statusBar.show(state)
  summary.here?.show(state)
  if (page && turned && (landing === 'bottom' || followsEnd)) grid.bottom()
  if (turned) landing = 'top'
  gridSelection.show(state)
  findBar.here?.show(state)
  rowDetails.here?.show(state)
  navigation.show(before)
  attribute(scroller, 'aria-label', doc ? phrase('tableNamed', { name: shortName(doc.name) }) : phrase('table'))
  const isRefused = connection.status === 'refused'
  const isEmpty = !page || isRefused
  show(part('empty'), isEmpty)
  if (isEmpty) say(part('empty-words'), emptyWords(state))
  show(part('empty-home'), isRefused)
}

/** Whether the end of a growing table is in sight: then it stays in sight. @param {State} [before] */
function isAtEnd(before) {
  const [old, now] = [before?.page, state.page]
  if (!old || !now || now.version !== old.version || now.total_number <= old.total_number) return false
  const isSamePlace = now.page_no === old.page_no || now.by === null
  return isSamePlace && old.page_no >= pagesOf(old.total_number) && scroller.scrollTop > 0 && grid.scroll().atBottom
}

// The room

/** @param {string | null} uuid */
function open(uuid) {
  connection?.close()
  connection = null
  dispatch({
    type: 'opened',
    uuid,
    seen: uuid ? storage.lastSeen(uuid) : 0,
    ...(uuid ? storage.myPlace(uuid) : {})
  })
  navigation.open()
  if (!uuid) return
  const left = uploader.here?.isBusy() ? null : storage.leftUpload(uuid, Date.now())
  if (left) dispatch({ type: 'upload-left', ...left })
  dispatch({ type: 'connecting' })
  const current = connect(viewerPath(uuid), {
    onOpen: () => current.send(hello()),
    onDoubt: () => current.send(hello()),
    onFrame: receive,
    onUnknown: () => sayIt(phrase('outdated')),
    onLost: (until, full) => dispatch({ type: 'lost', until, full }),
    onRefused: (code, reason) => dispatch({ type: 'refused', code, reason })
  })
  connection = current
}

/** @returns {HelloFrame} */
const hello = () => ({ type: 'hello', name: state.me.name, key: storage.myKey() })

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
      sentPlace = WITH_THE_ROOM
      presence.here?.forget()
      dispatch(frame)
      return recall()
    case 'log':
      dispatch(frame)
      state.talk.added.forEach(showPointing)
      if (!state.talk.complete) recall()
      return
    default:
      return dispatch(frame)
  }
}

/** Ask for the lines of talk that are not here. */
function recall() {
  send({ type: 'recall', after: state.talk.last })
}

/** Turn to a page: for everyone once the server sends it, or alone while I browse alone. @param {number} page */
function turnTo(page) {
  const { by } = state.presenter
  if (page === (state.wanted ?? state.page?.page_no)) return
  if (state.alone || readsOnly(state) || (state.connection.status === 'lost' && canTurn(state, page))) browse(page)
  else if (by && !mayTurn(state)) dispatch({ type: 'toast-shown', toast: { kind: 'onlyPresenter', by, page_no: page } })
  else if (isLive(state)) dispatch({ type: 'page-requested', page_no: page })
}

/** Make somebody the presenter, or nobody. @param {string | null} to */
function give(to) {
  send({ type: 'give', to })
}

/** Go to a page alone. @param {number} page */
function browse(page) {
  if (page <= pagesOf(rows())) dispatch({ type: 'browsed', page_no: page })
  else fetchPage(page) // the server says that there is none
}

function switchAlone() {
  if (state.alone) dispatch({ type: 'rejoined' })
  else follow(null)
}

/** Follow a person, or browse alone from this page. @param {string | null} who */
function follow(who) {
  if (who) dispatch({ type: 'followed', who })
  else if (state.page) browse(state.page.page_no)
}

/**
 * @param {Step} direction
 * @param {'top' | 'bottom'} [land] the end of the page to show first
 * @param {(page: number) => void} [go]
 */
function step(direction, land = 'top', go = turnTo) {
  if (!state.page) return
  const page = stepTo(direction, state.wanted ?? state.page.page_no, pagesOf(rows()))
  if (page === null || !canTurn(state, page)) return
  landing = land
  go(page)
}

/** Go on past an end of the page: alone where that would move others. @param {'next' | 'previous'} direction */
function scrollOn(direction) {
  step(direction, direction === 'next' ? 'top' : 'bottom', scrollsAlone(state) ? browse : turnTo)
}

/** @param {Partial<DialectChoices>} choices those that change */
function reparse(choices) {
  const { doc } = state
  if (doc) send({ type: 'read', version: doc.version, choices: { ...doc.choices, ...choices } })
}

/** @param {string} name */
function rename(name) {
  dispatch({ type: 'renamed', name: [...name].slice(0, 60).join('') })
  send(hello())
}

/** Try a lost connection again at once. */
function retry() {
  connection?.retry()
  uploader.here?.retry()
}

// Places

/** @param {Selection | null} selection */
function choose(selection) {
  dispatch({ type: 'selected', selection })
}

/** @param {string} uuid @param {HTMLElement} button */
async function copyLink(uuid, button) {
  const link = linkTo(uuid)
  const isCopied = await copy(link)
  if (isCopied && button.checkVisibility()) answer(button, phrase('copied'))
  else sayIt(isCopied ? phrase('copied') : link)
}

/** Put the page into a language. @param {string} language @returns {Promise<boolean>} whether that was possible */
async function speak(language) {
  const isDone = await new Promise(done =>
    translation.ask(
      translate => translate(language).then(done),
      () => done(false)
    )
  )
  if (!isDone) sayIt(phrase('unreachable'))
  return isDone
}

/** Say a sentence in a toast. @param {string} text */
function sayIt(text) {
  dispatch({ type: 'toast-shown', toast: { kind: 'sentence', text } })
}

/** The column of the focus cell. */
function focusColumn() {
  return gridSelection.place().column
}

/** Whether a whole column is selected. @param {number} column */
function isColumnSelected(column) {
  const order = grid.order()
  const parts = state.selection ? partsOf(state.selection) : []
  return parts.some(part => part.kind === 'columns' && covers(rangeOf(part, order), 1, order.at(column)))
}

/** Copy a column, or all that are selected with it. @param {string} action @param {number} column */
function copyColumn(action, column) {
  if (!isColumnSelected(column)) goToColumn(column)
  act(action)
}

/** Load the names of the columns that are not here. @param {State} state @returns {Promise<string[]> | undefined} */
function missingNames({ uuid, page }) {
  return uuid && page && !hasColumns(page, [[1, page.n_columns]]) ? columnNames(uuid, page.version) : undefined
}

function listColumns() {
  const chip = part('arranged')
  columnList.ask(it => it.open(state, chip.hidden ? part('strip') : chip, missingNames(state)))
}

/** Select a column of this page. @param {number} column */
function goToColumn(column) {
  gridSelection.go(select({ row: gridSelection.place().row, column }, undefined, 'columns'))
}

/** Show that somebody points at a cell, and offer to go there where it is out of sight. @param {TalkLine} line */
function showPointing(line) {
  if (line.type !== 'notice' || !line.row || !line.column || line.version !== state.doc?.version) return
  const { row, column, version, by } = line
  remoteSelections.ask(it => {
    it.ring(row, column, by)
    if (by?.who === state.me.who) return
    if (!it.sees(row, column)) dispatch({ type: 'toast-shown', toast: { kind: 'pointed', by, version, row, column } })
    else announce(noticeWords(line))
  })
}

/** Go to a cell, or to a row, alone. @param {number} row @param {number | null} column from 1 */
function goToCell(row, column) {
  target = { row, column: column ?? 1 }
  navigation.go(select({ row, column: target.column - 1 }, undefined, column ? 'cells' : 'rows'), browse)
}

/** Ring the cell that I went to, once its page is here. */
function ringTarget() {
  if (!target || state.wanted !== null || state.page?.page_no !== pageOf(target.row)) return
  const { row, column } = target
  remoteSelections.ask(it => it.ring(row, column, state.me))
  target = null
}

/** Step to the next line that I missed, and to its place. */
function stepTalk() {
  dispatch({ type: 'talk-stepped' })
  const line = state.talk.lines.find(({ line }) => line === state.talk.step)
  if (line?.type === 'notice') goToPlace(line)
}

/**
 * Go to a place alone, or offer its version where that is an earlier one.
 *
 * @param {VersionPlace} place version 0 for any
 */
function goToPlace({ version, page_no, row, column = null }) {
  if (version && version !== state.doc?.version) {
    dispatch({ type: 'toast-shown', toast: { kind: 'earlier', version, page_no } })
  } else if (row) goToCell(row, column)
  else if (page_no !== state.page?.page_no) browse(page_no)
}

/** @param {boolean} open */
function onTalkOpen(open) {
  storage.keepTalk(open)
  markTalkSeen()
}

/** Mark the talk as seen while it is on screen. */
function markTalkSeen() {
  const { uuid, talk: lines } = state
  if (!uuid || !talk.here?.isOpen() || !isVisible() || lines.seen === lines.last) return
  storage.keepSeen(uuid, lines.last)
  dispatch({ type: 'talk-seen' })
}

/** An arrow key leads to the next page. @param {'next' | 'previous'} direction @param {CellRef} place */
function onPast(direction, place) {
  const page = pageOf(place.row)
  if (!state.page || !canTurn(state, page) || stepTo(direction, state.page.page_no, pagesOf(rows())) === null) return
  if (scrollsAlone(state)) browse(page)
  else turnTo(page)
  choose(select(place))
}

listenToKeys(act)
for (const button of parts('[data-act]')) button.onclick = () => act(button.dataset.act ?? '')
onMove(() => (openDocument() === state.uuid ? navigation.move() : open(openDocument())))
part('home').onclick = event => {
  if (opensTab(event) || uploader.here?.isBusy()) return
  event.preventDefault()
  go(null)
  open(null)
}
addEventListener('pagehide', () => uploader.here?.leave())
addEventListener('beforeunload', event => {
  if (uploader.here?.isBusy()) event.preventDefault()
})
setInterval(() => {
  if (!isVisible()) return
  render(state)
  markTalkSeen()
}, CLOCK_MS)

open(openDocument())
