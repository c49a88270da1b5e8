/** Wires the page: frames and input change the state, and the screen follows the state. */

import { createGrid } from './edges/grid/grid.js' // first: in this order the joined scripts compress best
import { createActions, opensField, ORDERINGS } from './edges/actions.js'
import { columnNames, go, linkTo, onMove, openDocument } from './edges/address.js'
import { createBrowsing } from './edges/browsing.js'
import { copy } from './edges/clipboard.js'
import { createCopying } from './edges/copying.js'
import { attribute, called, opensTab, part, parts, say, show } from './edges/dom.js'
import { createFileInput } from './edges/file-input.js'
import { createColumns } from './edges/grid/columns.js'
import { createGridSelection } from './edges/grid/selection.js'
import { answer, createHeader } from './edges/header.js'
import { listenToKeys } from './edges/keyboard.js'
import { createLazyLoader } from './edges/lazy.js'
import { createNavigation, createStep } from './edges/navigation.js'
import { createPeople } from './edges/people.js'
import { createPlaces } from './edges/places.js'
import { createPresenter } from './edges/presenter.js'
import { createRoom } from './edges/room.js'
import { createSettings } from './edges/settings.js'
import { createShareMenu } from './edges/share-menu.js'
import { createStartScreen } from './edges/start-screen.js'
import { createStatusBar } from './edges/status-bar.js'
import * as storage from './edges/storage.js'
import { createToast } from './edges/toast.js'
import { createTurning } from './edges/turning.js'
import { typeAhead } from './edges/typing-ahead.js'
import { hasColumns } from './grid/column-windows.js'
import { select, wholeColumns } from './grid/selection.js'
import { dropWords, emptyWords, shortName } from './screen/sentences.js'
import { grewAtEnd, placeOf } from './state/browsing.js'
import { canReparse, fold, isLive, start } from './state/state.js'
import { unread } from './state/talk.js'
import { phrase, setLanguage } from './text/language.js'

/**
 * @import { Selection } from './grid/selection.js'
 * @import { DialectChoices, Span } from './protocol/frames.js'
 * @import { LocalEvent, State, StateFrame } from './state/state.js'
 * @import { Ordering } from './view/editing.js'
 */

const CLOCK_MS = 1000

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
const isVisible = () => document.visibilityState === 'visible'

const { lazy, loadSoon } = createLazyLoader(
  () => render(state),
  () => sayIt(phrase(isLive(state) ? 'outdated' : 'unreachable')) // an updated server has other files
)
/** How what a button opens is loaded, with its stylesheet. @param {string} trigger @param {string} sheet */
const opened = (trigger, sheet) => ({ trigger, isRare: true, sheet })
/** What every part needs. */
const core = { state: () => state, dispatch, onSentence: sayIt }
const room = createRoom({
  ...core,
  onOpen: () => navigation.open(),
  onWelcome: () => presence.here?.forget(),
  onLine: line => places.showPointing(line),
  isUploading: () => uploader.here?.isBusy()
})
const turning = createTurning(core.state, dispatch, room.fetchPage)
const scroller = part('grid')
const grid = createGrid(scroller, onDrawn, watch)
const gridSelection = createGridSelection(scroller, grid, {
  onSelect: choose,
  ...turning,
  onOpen: stays => (stays && rowDetails.here?.isOpen()) || act('doRecord'),
  onMenu: (x, y) => cellMenu.ask(it => it.open(x, y)),
  onColumnMenu: column => columns.open(column)
})

const remoteSelections = lazy(async () =>
  (await import('./edges/remote-selections.js')).createRemoteSelections(scroller, (row, column) =>
    grid.cell(row, column - 1)
  )
)
const places = createPlaces({
  ...core,
  ...turning,
  onGo: (selection, turn) => navigation.go(selection, turn),
  remoteSelections
})

/** What the parts of the page ask for: each takes what it needs. */
const shared = {
  ...core,
  ...room,
  ...turning,
  ...places,
  onSelect: choose,
  onSort: sort,
  onFilter: filter,
  onFigures: figures,
  onShow: showToAll,
  viewWords,
  onReparse: reparse,
  onRestore: (/** @type {number} */ version) => versions.ask(it => it.restore(version)),
  onChoose: (/** @type {readonly number[]} */ columns) => questions.ask(it => void it.choose(columns)),
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
  { isRare: true, sheet: 'record' }
)
const questions = lazy(async () => (await import('./edges/questions.js')).createQuestions({ ...shared, grid }), {
  isRare: true,
  sheet: 'questions'
})
const filtering = lazy(
  async () =>
    (await import('./edges/filtering.js')).createFiltering({
      ...shared,
      grid,
      questions,
      onGo: selection => navigation.goShown(selection)
    }),
  { isRare: true, sheet: 'filters' }
)
const shapes = lazy(async () => (await import('./edges/shapes.js')).createShapes({ ...shared, grid, questions }), {
  isRare: true,
  sheet: 'shapes'
})
const plot = lazy(async () => (await import('./edges/plot.js')).createPlot({ ...shared, questions }), {
  isRare: true,
  sheet: 'plot'
})
const navigation = createNavigation({
  ...shared,
  onView: (...place) => questions.ask(it => void it.open(...place))
})
const stepThrough = createStep(core.state, found => navigation.go(found, turning.onTurn), sayIt)
const palette = lazy(
  async () =>
    (await import('./edges/command-palette.js')).createCommandPalette({
      ...core,
      onAction: act,
      onRow: row => inGrid(() => navigation.go(select({ row, column: 0 }, undefined, 'rows'))),
      onTurn: page => inGrid(() => turning.onTurn(page)),
      onColumn: column => inGrid(() => goToColumn(column))
    }),
  { isRare: true }
)
const columnMenu = lazy(
  async () =>
    (await import('./edges/grid/column-menu.js')).createColumnMenu(scroller, grid, selectedWith, isColumnSelected),
  { isRare: true, sheet: 'menus' }
)
const columns = createColumns(scroller, grid, {
  current: focusColumn,
  selectedWith,
  loadNames: () => missingNames(state),
  onList: listColumns,
  onMenu: (...menu) => columnMenu.ask(it => it.open(...menu)),
  onCopy: copyColumn,
  onSort: (action, column) => sort(ORDERINGS[action] ?? 'none', false, column),
  onFilter: filter,
  onFigures: figures,
  onChoose: shared.onChoose,
  onSentence: sayIt
})
const columnList = lazy(
  async () =>
    (await import('./edges/column-list.js')).createColumnList({
      ...shared,
      onHide: columns.setHidden,
      onDescribe: onFigures => shapes.ask(it => void it.describe(onFigures))
    }),
  { isRare: true, sheet: 'menus' }
)
const columnsBar = lazy(
  async () => (await import('./edges/columns-bar.js')).createColumnsBar(scroller, grid.layout, missingNames),
  { isRare: true }
)
const handles = lazy(async () =>
  (await import('./edges/grid/handles.js')).createHandles(scroller, grid, columns, {
    current: focusColumn,
    isSelected: isColumnSelected,
    onPick: goToColumn,
    onSort: sort,
    onFilter: column => filter('doFilter', column)
  })
)
const pageSlider = lazy(async () => (await import('./edges/page-slider.js')).createPageSlider(turning.onTurn))
const people = createPeople(shared)
const presenter = createPresenter(action => (action === 'give' ? room.onGive(null) : room.send({ type: action })))
const browsing = createBrowsing({
  ...turning,
  onRejoin: () => dispatch({ type: 'rejoined' }),
  onGather: () => dispatch({ type: 'gathered' }),
  onAsk: () => room.send({ type: 'ask' }),
  onNewest: () => dispatch({ type: 'newest-shown' })
})
const translation = lazy(
  async () =>
    (await import('./edges/translation.js')).createTranslation(async lang => {
      const sayIn = await loadWords(lang)
      return () => {
        sayIn()
        dispatch({ type: 'translated' })
        room.greet()
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
  isRare: true,
  sheet: 'dialect'
})
lazy(async () => (await import('./edges/taking.js')).createTaking(core), opened('take', 'taking'))
lazy(async () => (await import('./edges/deleting.js')).createDeleting(core), opened('delete', 'asking'))
const header = createHeader({
  viewWords,
  onReplace: fileInput.choose,
  onPause: () => uploader.ask(it => it.pause()),
  onStop: () => uploader.ask(it => it.stop()),
  onRows: stepThrough,
  onUnfold: unfolded => dispatch({ type: 'unfolded', unfolded })
})
const shareMenu = createShareMenu(copyLink)
const versions = lazy(async () => (await import('./edges/versions.js')).createVersions(shared), {
  trigger: 'versions',
  isRare: true
})
const presence = lazy(async () => (await import('./edges/presence.js')).createPresence(shared))
const talk = lazy(
  async () => {
    const { createTalk } = await import('./edges/talk.js')
    return createTalk({ ...shared, onStep: places.stepTalk, onOpen: onTalkOpen }, storage.talkWasOpen())
  },
  { trigger: 'talk-button', isRare: true }
)
const statusBar = createStatusBar(shared)
const summary = lazy(async () => (await import('./edges/selection-summary.js')).createSelectionSummary(grid), {
  isRare: true
})
const toast = createToast({
  ...shared,
  onName: people.askName,
  onPaste: onText,
  onRetry: retry
})
lazy(async () =>
  (await import('./edges/gestures.js')).listenToGestures(scroller, {
    onNext: () => turning.onScroll('next'),
    onPrevious: () => turning.onScroll('previous')
  })
)

const cellMenu = lazy(
  async () => (await import('./edges/grid/cell-menu.js')).createCellMenu(scroller, grid, core.state, selectedWith, act),
  { isRare: true, sheet: 'menus' }
)
const missingCells = lazy(() => import('./edges/missing-cells.js'), { isRare: true })
lazy(async () => (await import('./edges/tooltip.js')).createTooltip())
const printing = lazy(async () => (await import('./edges/printing.js')).createPrinting(shared, grid))

const perform = createActions({
  ...shared,
  copyCells: createCopying({ ...shared, grid, missingCells }),
  onRows: stepThrough,
  grid,
  columns,
  navigation,
  presence,
  statusBar,
  drawers: [people, shareMenu, settings, { close: () => filtering.here?.close() ?? false }],
  findBar,
  rowDetails,
  palette,
  printing,
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
  questions.here?.mark()
  filtering.here?.draw()
  if (shapes.here || document.documentElement.classList.contains('shapes')) shapes.askQuietly(it => it.draw())
  const isWide = (grid.layout().offsets.at(-1) ?? 0) > innerWidth
  if (isWide || columnsBar.here) columnsBar.askQuietly(it => it.draw())
  columnList.here?.check()
  findBar.here?.highlight()
  remoteSelections.here?.place()
  summary.here?.show(state)
}

/** Ask for the columns that came into sight. @param {Span[]} columns */
function watch(columns) {
  if (!room.send({ type: 'watch', columns })) return
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

/** Remember and send what changed. @param {State} before */
function report(before) {
  if (state.me.name !== before.me.name) storage.keepName(state.me.name)
  if (state.uuid && (state.alone !== before.alone || state.doc !== before.doc)) {
    storage.keepPlace(state.uuid, placeOf(state))
  }
  markTalkSeen()
  places.ringTarget()
  if (!isLive(state)) return
  if (state.selection !== before.selection || state.page !== before.page) presence.ask(it => it.update())
  room.report(before)
}

/** @param {State} [before] */
function render(before) {
  const now = Date.now()
  const { uuid, page, connection: link } = state
  toast.show(state, now)
  shareMenu.show(state)
  statusBar.showConnection(state, now, room.heard() ?? now)
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
  if (talk.here) talk.here.show(state)
  else if (page && (unread(state.talk, state.me.who) > 0 || storage.talkWasOpen())) talk.askQuietly()
  if (uuid) renderTable(before)
  else startScreen.show(state)
}

/** @param {State} [before] */
function renderTable(before) {
  const { doc, page, connection } = state
  const turned = page !== before?.page
  const isGrown = turned && grewAtEnd(before?.page ?? null, page)
  const followsEnd = isGrown && scroller.scrollTop > 0 && grid.scroll().atBottom // its end is in sight, and stays so
  grid.show(state, focusColumn(), questions.here?.chosen(page?.view ?? ''))
  columns.show(state)
  columnsBar.here?.show(state)
  questions.here?.show(state)
  filtering.here?.show(state)
  shapes.here?.show()
  plot.here?.show()
  remoteSelections.here?.show(state)
  pageSlider.here?.show(state)
  statusBar.show(state)
  if (summary.here) summary.here.show(state)
  else if (state.selection) summary.askQuietly()
  if (turned && (turning.land() === 'bottom' || followsEnd) && page) grid.bottom()
  gridSelection.show(state)
  findBar.here?.show(state)
  printing.here?.show(state)
  rowDetails.here?.show(state)
  navigation.show(before)
  attribute(scroller, 'aria-label', doc ? phrase('tableNamed', { name: shortName(doc.name) }) : phrase('table'))
  const isRefused = connection.status === 'refused'
  const isEmpty = !page || isRefused
  show(part('empty'), isEmpty)
  if (isEmpty) say(part('empty-words'), emptyWords(state))
  show(part('empty-home'), isRefused)
}

// The room

/** @param {Partial<DialectChoices>} choices those that change */
function reparse(choices) {
  const { doc } = state
  if (doc) room.send({ type: 'read', version: doc.version, choices: { ...doc.choices, ...choices } })
}

/** Try a lost connection again at once. */
function retry() {
  room.retry()
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
  return wholeColumns(state.selection, grid.order()).includes(column)
}

/** A column, or all columns that are selected with it. @param {number} column */
function selectedWith(column) {
  const columns = wholeColumns(state.selection, grid.order())
  return columns.includes(column) ? columns : [column]
}

/** Say a view in words; nothing while what says it is on the way. @param {string} view */
function viewWords(view) {
  if (view && !questions.here) questions.askQuietly()
  return questions.here?.words(view) ?? ''
}

/** @param {Ordering} ordering @param {boolean} [isMore] by the other columns, too @param {number} [column] */
function sort(ordering, isMore, column = focusColumn()) {
  questions.ask(it => void it.sort(column, ordering, isMore))
}

/** Show a view to everyone. @param {{view: string, row?: number, undoes?: string}} place */
function showToAll({ view, row, undoes }) {
  if (state.alone) dispatch({ type: 'rejoined' })
  questions.ask(it => it.ask(view, row, undoes))
}

/** Filter by the selected cells, or by a column. @param {string} action @param {number} [column] */
function filter(action, column = focusColumn()) {
  if (/Next|Previous/.test(action) && !filtering.here?.isSearching()) return false
  const isHere = filtering.here
  const acting = filtering.ask(it => it.act(action, column))
  if (!isHere && opensField(action)) typeAhead(called(action), acting, scroller)
  return true
}

/** Show the shapes of all columns, or a column in figures or as a plot. @param {string} action @param {number} [column] */
function figures(action, column = focusColumn()) {
  if (/Plot$/.test(action)) plot.ask(it => void it.open(action === 'doPlot' ? column : null))
  else shapes.ask(it => (action === 'doShapes' ? it.toggle() : void it.open(column)))
}

/** Copy a column, or all that are selected with it. @param {string} action @param {number} column */
function copyColumn(action, column) {
  if (isColumnSelected(column)) return void act(action)
  const { selection } = state
  choose(select({ ...gridSelection.place(), column }, undefined, 'columns'))
  act(action)
  choose(selection)
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

listenToKeys(act)
for (const button of parts('[data-act]')) button.onclick = () => act(button.dataset.act ?? '')
onMove(() => (openDocument() === state.uuid ? navigation.move() : room.onOpen(openDocument())))
part('home').onclick = event => {
  if (opensTab(event) || part('home', HTMLAnchorElement).target || uploader.here?.isBusy()) return
  event.preventDefault()
  go(null)
  room.onOpen(null)
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

room.onOpen(openDocument())
