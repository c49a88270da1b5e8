/** Questions: views of the table are asked for, by everyone or by me alone, and they are said in words. */

import { hasColumns } from '../grid/column-windows.js'
import { ALL } from '../grid/layout.js'
import { pageOf } from '../protocol/paging.js'
import { mayTurn } from '../state/presenter.js'
import { isLive, readsOnly } from '../state/state.js'
import { rowInFocus, SMALL_ROWS, viewOf, viewOn } from '../state/views.js'
import { phrase } from '../text/language.js'
import { isSameFilter, sortedBy } from '../view/editing.js'
import { columnNames, parseQuery, WHOLE, writeQuery } from '../view/query.js'
import { viewWords } from '../view/sentence.js'
import * as address from './address.js'
import { attribute } from './dom.js'
import { createDroppedView } from './dropped-view.js'
import { createLongViews, spelledOut } from './long-views.js'
import { createNothingFound } from './nothing-found.js'
import { loadWords } from './question-words.js'
import { createTriedViews } from './tried-views.js'
import { createViewChips } from './view-chips.js'

/** How long a view waits for where a row is in it, before it is seen from its beginning. */
const [SMALL_MS, IN_SIGHT_MS] = [12_000, 1500]

/**
 * @import { FrameToServer } from '../protocol/frames.js'
 * @import { LocalEvent, State } from '../state/state.js'
 * @import { Ordering } from '../view/editing.js'
 * @import { ColumnNaming, View } from '../view/query.js'
 * @import { Grid } from './grid/grid.js'
 */

/**
 * @typedef {{version: number | null, rows: string | null}} SharedView the version that a link was made on, and how many
 *   rows its view had then
 * @typedef {{version: number, view: string | null, newest: number, newest_view: string, words: string}} ViewChanges
 *   `view`: null where that version is not kept
 * @typedef {ReturnType<typeof createQuestions>} Questions
 *
 * @typedef {object} QuestionParts
 * @property {() => State} state
 * @property {(event: LocalEvent) => void} dispatch
 * @property {(text: string) => void} onSentence
 * @property {(frame: FrameToServer) => boolean} send
 * @property {(page: number) => boolean} fetchPage
 * @property {(action: string) => void} onFigures
 * @property {HTMLElement} scroller
 * @property {Grid} grid
 */

/** @param {QuestionParts} parts */
export function createQuestions({ onFigures, scroller, grid, ...parts }) {
  const { state } = parts
  const naming = createNaming(state)
  const told = createTold(parts)
  const onPlot = () => onFigures('lookAtPlot')
  const arrive = createArrival(onPlot)
  const tried = createTriedViews(parts)
  const { text, ask, change, parsed, open } = createAsking(parts, naming, told, tried)
  let pending = '' // the view that is on its way
  const onLeave = () => scroller.focus()
  const onOffer = () => offer(parts, text())
  const chips = createViewChips({ onChange: change, onOffer, onPlot, onLeave, onCancel: cancel })
  const nothing = createNothingFound(change, ask, onLeave)
  const followers = [told, createDroppedView(ask), tried, createLongViews(state)]

  /** Show in the header what the rows on screen are sorted by. */
  const mark = () => markSorted(grid, parsed(viewOn(state().page)))

  /** Wait no longer: the table stays as it is. */
  async function cancel() {
    parts.send({ type: 'cancel' })
    parts.dispatch({ type: 'stopped' })
    scroller.focus()
    await loadWords()
    parts.onSentence(phrase('viewStopped'))
  }

  /** Mark the conditions that the server refused. @param {string} why */
  function markFailed(why) {
    const [refused, stands] = [parsed(pending), parsed(text())].map(view => view?.filters ?? [])
    const fresh = refused?.filter(filter => !stands?.some(other => isSameFilter(other, filter))) ?? []
    for (const filter of fresh) chips.fail(filter, why)
  }

  return {
    ask,
    change,
    /** The view on screen, or on its way there, once the names of the columns are here. */
    current: () => parsed(text()),
    mark,
    /** The columns that a view chooses, from 0. @param {string} view */
    chosen: chosenIn(parsed),
    /** Have the view show these columns, from 0; none for all. @param {readonly number[]} columns */
    choose: columns => change(view => ({ ...view, columns: columns.map(column => column + 1) })),
    /** The names of the columns, once they are here. @returns {Promise<ColumnNaming | null>} */
    names: naming.load,
    /** Sort by a column. @param {number} column from 0 @param {Ordering} ordering @param {boolean} [isMore] by the others, too */
    sort: (column, ordering, isMore = false) => change(view => sortedBy(view, column + 1, ordering, isMore)),
    /** Say a view in words; nothing while the names of the columns are not here. @param {string} view */
    words(view) {
      const names = naming.known()
      const found = names && parseQuery(view, names)
      return found ? viewWords(found, names) : ''
    },
    open,
    /** @param {State} next */
    show(next) {
      if (next.toast?.kind === 'error' && pending && pending !== text()) markFailed(next.toast.message)
      pending = text() === viewOn(next.page) ? '' : text()
      chips.show(next, naming.known(), parsed(text()))
      nothing.show(next, naming.known(), parsed)
      for (const one of followers) one.show(next)
      arrive(next)
      mark()
    }
  }
}

/**
 * Asking: what leads to a view.
 *
 * @param {Pick<QuestionParts, 'state' | 'dispatch' | 'onSentence'>} parts
 * @param {ReturnType<typeof createNaming>} naming
 * @param {ReturnType<typeof createTold>} told
 * @param {ReturnType<typeof createTriedViews>} tried
 */
function createAsking({ state, dispatch, onSentence }, naming, told, tried) {
  /** The view that is on screen, or on its way there, as a query string. */
  const text = () => trying ?? state().asked?.view ?? viewOf(state())
  /** The view whose page with my row is looked for. @type {string | null} */
  let trying = null

  /**
   * Ask for a view, as pages are turned: for everyone, or for me alone while I read alone.
   *
   * @param {string} view a query string; empty for the table as it was read
   * @param {number} [row] of the table that is to stay in sight
   * @param {string} [undoes] the view that it takes back
   */
  function ask(view, row = rowInFocus(state()), undoes) {
    const { alone, presenter, asked } = state()
    if (view === text()) return
    if (alone || readsOnly(state())) tryAlone(view, row)
    else if (presenter.by && !mayTurn(state()))
      dispatch({ type: 'toast-shown', toast: { kind: 'onlyPresenter', by: presenter.by, page_no: 1, view } })
    else if (isLive(state())) dispatch({ type: 'view-asked', view, row: asked?.row ?? row, undoes })
    else onSentence(phrase('unreachable'))
  }

  /** See a view alone, with the row in sight that I am on. @param {string} view @param {number} [row] */
  async function tryAlone(view, row) {
    const { page, doc } = state()
    if (page) tried.begin(view, page, rowInFocus(state()))
    if (!row) return dispatch({ type: 'browsed', page_no: 1, view })
    trying = view
    const found = pageWith(state(), view, row)
    const late = new Promise(done => setTimeout(done, (doc?.rows ?? 0) > SMALL_ROWS ? IN_SIGHT_MS : SMALL_MS, 1))
    const page_no = await Promise.race([found, late])
    if (trying !== view) return // another one was asked for meanwhile
    trying = null
    dispatch({ type: 'browsed', page_no, view })
    const rest = await found
    const { alone, wanted } = state()
    if (rest !== page_no && alone?.view === view && wanted === page_no)
      dispatch({ type: 'browsed', page_no: rest, view })
  }

  /** Ask for the view on screen with a change. @param {(view: View) => View} edit */
  async function change(edit) {
    const names = await naming.load()
    if (names) ask(writeQuery(edit(parseQuery(text(), names) ?? WHOLE), names))
  }

  /** Read a view, once the names of the columns are here. @param {string} view */
  function parsed(view) {
    const names = naming.known()
    return names && parseQuery(view, names)
  }

  /**
   * Open a view that an address names in its own way.
   *
   * @param {string} view
   * @param {number} page_no
   * @param {number | undefined} row
   * @param {boolean} forAll
   * @param {(canonical: string) => void} onKnown
   * @param {SharedView} [since]
   */
  async function open(view, page_no, row, forAll, onKnown, since) {
    const changes = since && (await told.load(view, since))
    const names = await naming.load()
    const asked = changes?.newest_view ?? (await spelledOut(state().uuid, state().doc?.version ?? 1, view))
    const found = parsed(asked)
    const canonical = found && names ? writeQuery(found, names) : asked // the server says what is wrong with it
    if (changes) told.await(canonical, changes)
    onKnown(canonical)
    if (forAll) return ask(canonical, row)
    const { alone, room } = state()
    const isRooms = !alone && viewOn(room) === canonical
    if (isRooms && !row) return told.show(state())
    dispatch({ type: 'browsed', page_no, view: canonical })
    if (!alone && !isRooms && room)
      dispatch({ type: 'toast-shown', toast: { kind: 'ledToView', view: canonical, room: room.view ?? '' } })
  }

  return { text, ask, change, parsed, open }
}

/**
 * What has become of a link's view since it was made: it is told once the view is on screen.
 *
 * @param {Pick<QuestionParts, 'state' | 'dispatch'>} parts
 */
function createTold({ state, dispatch }) {
  /** @type {{view: string, changes: ViewChanges} | null} */
  let awaited = null

  return {
    /** @param {string} view @param {SharedView} since @returns {Promise<ViewChanges | null>} */
    async load(view, { version, rows }) {
      const { uuid, doc } = state()
      if (!uuid || !doc || (rows === null && version === doc.version)) return null
      const given = `${rows === null ? '' : `&_rows=${rows}`}&version=${version ?? doc.version}`
      const answer = await address.ask(address.documentPath(uuid, `/changes?${view}${given}`)).catch(() => null)
      return answer?.ok ? answer.json() : null // of a view that cannot be, its page says why
    },
    /** @param {string} view @param {ViewChanges} changes */
    await(view, changes) {
      awaited = { view, changes }
    },
    /** @param {State} next */
    show({ page, wanted, asked }) {
      if (!awaited || viewOn(page) !== awaited.view || wanted !== null || asked) return
      const { version, newest, view, words } = awaited.changes
      awaited = null
      const earlier = version === newest || view === null ? null : { version, view }
      if (words)
        queueMicrotask(() => dispatch({ type: 'toast-shown', toast: { kind: 'shared', text: words, earlier } }))
    }
  }
}

/**
 * Look at the plot of the link that led here, once its view is on screen.
 *
 * @param {() => void} look
 */
function createArrival(look) {
  const [entry] = performance.getEntriesByType('navigation')
  let looks = !address.isReturn() && Boolean(entry?.name.includes('_plot='))
  return (/** @type {State} */ { page }) => {
    if (!looks || !viewOn(page).includes('_plot=')) return
    looks = false
    queueMicrotask(look)
  }
}

/**
 * The columns that a view chooses. They are the same list as long as the view is the same: the grid draws on another one.
 *
 * @param {(view: string) => View | null} parsed
 */
function chosenIn(parsed) {
  let key = ''
  let chosen = ALL
  return (/** @type {string} */ view) => {
    const columns = view.includes('_col=') ? parsed(view)?.columns : []
    if (!columns) return // the names of the columns are on their way
    if (String(columns) !== key) chosen = columns.length > 0 ? columns.map(column => column - 1) : ALL
    key = String(columns)
    return chosen
  }
}

/** The places of the columns in an order, small enough for the padding of a name. */
const RANKS = '¹²³⁴⁵⁶⁷⁸⁹'

/** @param {Grid} grid @param {View | null} view */
function markSorted(grid, view) {
  const sorts = view?.sorts ?? []
  for (const name of grid.head.querySelectorAll('th')) {
    const spot = grid.spotOf(name)
    const at = spot?.kind === 'columns' ? sorts.findIndex(key => key.column === spot.column + 1) : -1
    const key = sorts[at]
    const arrow = key && `${key.descending ? '↓' : '↑'}${sorts.length > 1 ? (RANKS[at] ?? '') : ''}`
    attribute(name, 'data-sorted', arrow ?? null)
    attribute(name, 'aria-sort', key ? (key.descending ? 'descending' : 'ascending') : null)
  }
}

/**
 * The page of a view that has a row of the table; the first one where the server cannot tell soon.
 *
 * @param {State} state @param {string} view @param {number} row
 * @returns {Promise<number>}
 */
async function pageWith({ uuid, doc }, view, row) {
  if (!uuid || !doc) return 1
  if (!view) return pageOf(row)
  const path = address.documentPath(uuid, `/rows?${view}&row=${row}&version=${doc.version}&columns=1-1`)
  const answer = await fetch(path).catch(() => null)
  return answer?.ok ? (await answer.json()).page_no : 1
}

/** Ask the others to look at a view. @param {Pick<QuestionParts, 'state' | 'send'>} parts @param {string} view */
function offer({ state, send }, view) {
  const { doc } = state()
  if (doc) send({ type: 'offer', version: doc.version, view })
}

/** The names of the columns on screen: a wide table's are loaded. @param {() => State} state */
function createNaming(state) {
  let key = ''
  /** @type {ColumnNaming | null} */
  let known = null
  /** @type {Promise<ColumnNaming | null>} */
  let loading = Promise.resolve(null)

  function load() {
    const { uuid, page } = state()
    const next = page ? `${uuid} ${page.version} ${page.edition} ${page.n_columns}` : ''
    if (!uuid || !page || next === key) return loading
    const { n_columns, header, version } = page
    key = next
    known = hasColumns(page, [[1, n_columns]]) ? columnNames(header, n_columns) : null
    loading = known
      ? Promise.resolve(known)
      : address.columnNames(uuid, version).then(
          names => {
            if (key === next) known = columnNames(names, n_columns)
            return known
          },
          () => {
            key = '' // the next attempt may succeed
            return null
          }
        )
    return loading
  }

  return {
    load,
    known() {
      load()
      return known
    }
  }
}
