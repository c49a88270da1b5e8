/**
 * Browsing alone: a page of my own while the room goes on, with the pages beside it fetched ahead.
 *
 * Another version takes no page from a person who browses alone: `doc` is the version on my screen, and `newest` is the
 * one that the room reads.
 */

import { hasColumns, isSameReading, mergeColumns } from '../grid/column-windows.js'
import { rangeOn } from '../grid/selection.js'
import { toTableRows, toViewRows } from '../grid/view-rows.js'
import { PAGE_ROWS, pagesOf, rowsOf } from '../protocol/paging.js'
import { askedAfter, pagesShown, viewOf, viewOn } from './views.js'

/**
 * @import { Selection } from '../grid/selection.js'
 * @import { Doc, Person, PlaceFrame, Present, Seen } from '../protocol/frames.js'
 * @import { State } from './state.js'
 */

/**
 * @typedef {object} PageHeading
 * @property {number} version
 * @property {number} edition
 * @property {number} page_no
 * @property {number} total_number the number of rows in the table, or in the view, when the page was sent
 * @property {string} [view] the view that it is a page of
 * @property {number[]} [row_numbers] the numbers of its rows in the table, where it is a page of a view
 * @property {Person | null} [by] the person who turned the room to it
 * @property {boolean} [counting] whether total_number is how many rows of the view were found by then
 * @property {number} [among] of a page of a view that I fetched: how many rows the table had when I asked for it
 *
 * @typedef {PageHeading & Seen} TablePage a page that can be shown, with each column at its place
 *
 * @typedef {object} Alone
 * @property {number} page_no the page I am on, or am going to
 * @property {string | null} follow the person I follow
 * @property {string} view the view that I see or am going to, as a query string; empty for the table as it was read
 *
 * @typedef {{doc: Doc, page: TablePage, selection: Selection | null}} ReplacedTable the screen before a replacement
 */

const CACHED_PAGES = 6 // a page of 20,000 columns is megabytes
const MAX_FETCHES = 3
const SLOTS = 4 // fetched pages that the server keeps for me, by their number's rest

/**
 * Put a page into the cache, as its newest. The oldest page gives way.
 *
 * @param {readonly TablePage[]} cache
 * @param {TablePage | null} page
 */
export function cachePage(cache, page) {
  if (!page) return cache
  const isOther = (/** @type {TablePage} */ other) => other.page_no !== page.page_no || viewOn(other) !== viewOn(page)
  const others = cache.filter(other => isOther(other) && isSameReading(page, other))
  return [page, ...others].slice(0, CACHED_PAGES)
}

/**
 * Show a page. The selection stays while some of it is on the page, in whatever order, and where another version has
 * its cells, too.
 *
 * @template {TablePage | null} P
 * @param {State} state
 * @param {P} page
 */
export function showPage({ selection, page: before }, page) {
  const kept = selection && before && page && !isSameSheet(before, page) ? moved(selection, before, page) : selection
  if (!kept || !page) return { page, selection: null }
  const { first, last } = rowsOf(page.page_no, page.total_number)
  const right = before && before.version !== page.version ? page.n_columns - 1 : Infinity
  const stays = rangeOn(kept, { top: first, bottom: last, left: 0, right })
  return { page, selection: stays && kept }
}

/** Whether pages count their rows in the same way. @param {TablePage} one @param {TablePage} other */
const isSameSheet = (one, other) =>
  viewOn(one) === viewOn(other) &&
  (one.page_no !== other.page_no || String(one.row_numbers) === String(other.row_numbers))

/** What was selected, where it is now. @param {Selection} selection @param {TablePage} before @param {TablePage} page */
function moved(selection, before, page) {
  const inTable = toTableRows(selection, before)
  return inTable && toViewRows(inTable, page)
}

/** Whether I read a version that is not the newest one. @param {Pick<State, 'doc' | 'newest'>} state */
export const isEarlier = ({ doc, newest }) => doc?.version !== newest?.version

/**
 * Whether the last page of a growing table was shown, and what is shown now goes on from there.
 *
 * @param {TablePage | null} old
 * @param {TablePage | null} now
 */
export function grewAtEnd(old, now) {
  if (!old || !now || now.version !== old.version || now.total_number <= old.total_number || old.counting) return false
  return (now.page_no === old.page_no || now.by === null) && old.page_no >= pagesOf(old.total_number)
}

/** Where I read, as the others are told. @param {State} state @returns {PlaceFrame} */
export function placeOf({ alone, doc, opening }) {
  const version = opening ?? doc?.version
  if (!alone || !version) return { type: 'place', page_no: null, follow: null }
  const { page_no, follow, view } = alone
  return { type: 'place', page_no, follow, version, ...(view && { view }) }
}

/**
 * Go to a page alone, or after a person. A cached page is shown at once.
 *
 * @param {State} state
 * @param {number} page_no
 * @param {string | null} [follow]
 * @param {string} [view]
 * @returns {State}
 */
export function browseTo(state, page_no, follow = null, view = viewOf(state)) {
  const { page, doc } = state
  const cache = cachePage(state.cache, page?.version === doc?.version ? page : null)
  const cached = cachedPage({ cache, doc }, page_no, view) ?? null
  return {
    ...state,
    alone: { page_no, follow, view },
    ...showPage(state, cached ?? page),
    cache: cachePage(cache, cached),
    fetching: view === viewOf(state) ? state.fetching : [],
    wanted: cached ? null : page_no,
    asked: null,
    stalled: false
  }
}

/** @param {State} state @returns {State} */
export function rejoin(state) {
  if (!state.alone) return state
  return {
    ...toNewest(state),
    alone: null,
    ...showPage(state, state.room),
    cache: cachePage(state.cache, isEarlier(state) ? state.room : state.page),
    wanted: null
  }
}

/** Turn everyone to my page, or show them my view. It stays on my screen meanwhile. @param {State} state @returns {State} */
export function gather(state) {
  const { alone, room, page } = state
  if (!alone || isEarlier(state)) return state
  if (alone.view !== viewOn(room)) {
    const [row = rowsOf(alone.page_no, 0).first] = page?.row_numbers ?? []
    return { ...state, alone: null, wanted: null, asked: askedAfter(state.asked, { view: alone.view, row }) }
  }
  return alone.page_no === room?.page_no ? rejoin(state) : { ...state, alone: null, wanted: alone.page_no }
}

/** Read the newest version. @param {State} state @returns {State} */
function toNewest(state) {
  const { newest: doc, room } = state
  if (!isEarlier(state)) return { ...state, opening: null }
  return { ...state, doc, cache: cachePage([], room), fetching: [], opening: null }
}

/** Go to my page of the newest version. @param {State} state @returns {State} */
export function showNewest(state) {
  const { alone, newest } = state
  if (!alone || !newest) return state
  return browseTo(toNewest(state), lastPage(alone, newest), null, alone.view)
}

/** The page that I browse, where a table has so many. What a view has is not known. @param {Alone} alone @param {Doc} doc */
const lastPage = ({ page_no, view }, { rows }) => (view ? page_no : Math.min(page_no, Math.max(1, pagesOf(rows))))

/** Return alone to the table that was replaced, as it was on my screen. @param {State} state @returns {State} */
export function stay(state) {
  if (!state.replaced) return state
  const { doc, page, selection } = state.replaced
  return {
    ...state,
    doc,
    page,
    selection,
    alone: { page_no: page.page_no, follow: null, view: viewOn(page) },
    cache: [page],
    fetching: [],
    wanted: null,
    stalled: false,
    opening: doc.complete ? null : doc.version, // its last rows may have come unheard
    toast: null
  }
}

/** Read an earlier version alone, now that its facts are here. @param {State} state @param {Doc} doc @returns {State} */
export function openVersion(state, doc) {
  if (!state.alone || state.opening !== doc.version) return state
  const next = { ...state, doc, cache: [], fetching: [], opening: null }
  return browseTo(next, lastPage(state.alone, doc), state.alone.follow)
}

/** Whether another version leaves me on the one I read. @param {State} state @param {Doc} newest */
export function staysOnVersion({ alone, doc, people }, newest) {
  if (!alone || !doc || doc.version === newest.version) return false
  return !alone.follow || presentPerson(people, alone.follow)?.page_no != null
}

/**
 * Take in a page that was fetched. Answers keep their order: the server left out those that were asked for before it.
 *
 * @param {State} state
 * @param {TablePage} sent
 * @returns {State}
 */
export function receiveFetched(state, sent) {
  const { doc } = state
  if (!doc || !isSameReading(doc, sent)) {
    // An earlier version was parsed again before it was replaced, and I have not heard of it.
    const isNewer = isEarlier(state) && sent.version === doc?.version && sent.edition > doc.edition
    return isNewer ? { ...state, opening: sent.version } : state
  }
  const view = viewOn(sent)
  const isMine = view === viewOf(state)
  const page = { ...mergeColumns(sent, cachedPage(state, sent.page_no, view)), among: state.among[sent.page_no] }
  const rows = isEarlier(state) && !view ? Math.max(doc.rows, sent.total_number) : doc.rows // its last rows came unheard
  const known = rows === doc.rows ? doc : { ...doc, rows }
  const fetching = isMine ? stillFetching(state.fetching, sent.page_no, view) : state.fetching
  const next = { ...state, doc: known, fetching, cache: cachePage(state.cache, page) }
  return isMine && state.opening === null && state.alone?.page_no === page.page_no
    ? { ...next, ...showPage(state, page), wanted: null }
    : next
}

/**
 * The pages that may still come, once one is here. The pages of a view come as they are found: a page gives way to a
 * later one that has the same rest.
 *
 * @param {readonly number[]} fetching
 * @param {number} page_no
 * @param {string} view
 */
const stillFetching = (fetching, page_no, view) =>
  view ? fetching.filter(other => (other - page_no) % SLOTS !== 0) : fetching.slice(fetching.indexOf(page_no) + 1)

/**
 * Take in what the server says of the table. Another version, or another parse, empties the cache.
 *
 * @param {State} state
 * @param {Doc} doc
 * @returns {State}
 */
export function updateTable(state, doc) {
  const same = isSameReading(state.doc, doc)
  const next = same ? state : { ...state, cache: [], fetching: [], stalled: false }
  if (!next.alone || next.opening) return next
  const page_no = lastPage(next.alone, doc)
  const isShown = same && page_no === next.page?.page_no
  return { ...next, alone: { ...next.alone, page_no }, wanted: isShown ? null : page_no }
}

/**
 * Find a person among those who are here.
 *
 * @param {State['people']} people
 * @param {string | null | undefined} who
 */
export const presentPerson = ({ people }, who) => people.find(person => person.who === who)

/**
 * List the others in a cycle of people who follow each other, where I am in it. Nobody leads there.
 *
 * @param {Pick<State, 'me' | 'people'>} state
 * @param {string} who the person I follow, or would
 * @returns {string[]}
 */
export function followCycle({ me, people }, who) {
  /** @type {string[]} */
  const others = []
  for (let next = who; next !== me.who; ) {
    const follow = presentPerson(people, next)?.follow
    if (!follow || others.includes(next)) return []
    others.push(next)
    next = follow
  }
  return others
}

/**
 * Go to the page of the person I follow. In a cycle, the person with the smallest id stops following.
 *
 * @param {State} state
 * @returns {State}
 */
export function followPerson(state) {
  const { alone, me, people, room, doc, newest, opening } = state
  if (!alone?.follow) return state
  const others = followCycle(state, alone.follow)
  if (others.length > 0)
    return others.every(who => me.who < who) ? { ...state, alone: { ...alone, follow: null } } : state
  const person = presentPerson(people, alone.follow)
  const page_no = person && (person.page_no ?? room?.page_no)
  const version = person && versionOf(person, newest)
  if (!page_no || !version) return state
  const view = viewOn(person.page_no ? person : room)
  if (version === (opening ?? doc?.version)) {
    const isThere = page_no === alone.page_no && view === alone.view
    return isThere ? state : browseTo(state, page_no, alone.follow, view)
  }
  if (version === newest?.version) return browseTo(toNewest(state), page_no, alone.follow, view)
  return { ...state, alone: { ...alone, page_no, view }, opening: version, wanted: page_no }
}

/** The version that a person reads. @param {Present} person @param {Doc | null} newest */
export const versionOf = ({ page_no, version }, newest) => (page_no && version) || newest?.version

/** List the pages to fetch now: mine first, then those beside it. @param {State} state */
export function pagesToFetch(state) {
  const { connection, doc, page, alone, fetching, stalled, watched, opening } = state
  if (connection.status !== 'live' || !doc || !alone || stalled || opening) return []
  const { page_no, view } = alone
  const pages = view && viewOn(page) !== view ? 0 : pagesShown(state) // what a view has is known with its first page
  return [page_no, page_no + 1, page_no - 1]
    .filter(near => near >= 1 && (near <= pages || near === page_no) && !fetching.includes(near))
    .filter(near => !isComplete(doc, cachedPage(state, near, view), watched))
    .slice(0, Math.max(0, MAX_FETCHES - fetching.length))
}

/**
 * Find a page in the cache.
 *
 * @param {{cache: readonly TablePage[], doc: Doc | null}} state
 * @param {number} page_no
 * @param {string} view
 */
export function cachedPage({ cache, doc }, page_no, view) {
  return cache.find(page => page.page_no === page_no && viewOn(page) === view && isSameReading(doc, page))
}

/**
 * Whether a page has all its rows, as far as the table has them by now, and the columns in sight.
 *
 * @param {Doc} doc
 * @param {TablePage | undefined} page
 * @param {State['watched']} watched
 */
function isComplete(doc, page, watched) {
  if (!page || !hasColumns(page, watched)) return false
  return page.view !== undefined || page.data.length === PAGE_ROWS || page.total_number === doc.rows
}
