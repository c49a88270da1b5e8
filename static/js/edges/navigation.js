/** Navigation: the address follows the screen, and the screen follows the address. */

import { rangeOn, select } from '../grid/selection.js'
import { toTableRows, toViewRows } from '../grid/view-rows.js'
import { numberOf, pageOf, rowsOf } from '../protocol/paging.js'
import { fragmentOf, inTable, parseFragment } from '../screen/fragment.js'
import { notThere } from '../screen/sentences.js'
import { nextRow, rowsIn } from '../screen/stepping.js'
import { readsOnly } from '../state/state.js'
import { pagesShown, viewOf, viewOn } from '../state/views.js'
import { phrase } from '../text/language.js'
import { addressedPlace, isReturn, linkTo, queryOf, showPlace } from './address.js'
import { copy } from './clipboard.js'

/**
 * @import { CellRange, ColumnOrder, Selection } from '../grid/selection.js'
 * @import { Span } from '../protocol/frames.js'
 * @import { TablePage } from '../state/browsing.js'
 * @import { LocalEvent, State } from '../state/state.js'
 * @import { AddressedPlace } from './address.js'
 * @import { SharedView } from './questions.js'
 */

const ADDRESS_MS = 250 // browsers limit how often the address changes, and keys move the selection faster

/**
 * @typedef {object} NavigationParts
 * @property {() => State} state
 * @property {{seek: (isHere: boolean) => void, flash: () => void}} gridSelection
 * @property {() => CellRange} extent of the page
 * @property {() => ColumnOrder} order
 * @property {(selection: Selection | null) => void} onSelect
 * @property {(page: number) => void} onTurn for everyone
 * @property {(page: number) => void} onBrowse alone
 * @property {(page: number) => void} onGoOn alone where that would move others
 * @property {(text: string) => void} onSentence
 * @property {(place: {version: number, page_no: number}) => void} onPlace in a version
 * @property {(view: string, page_no: number, row: number | undefined, forAll: boolean,
 *   onKnown: (canonical: string) => void, since?: SharedView) => void} onView open a view, which an address may write in its own way
 * @property {(event: LocalEvent) => void} dispatch
 */

/** @param {NavigationParts} parts */
export function createNavigation(parts) {
  const { state, order, onSelect, onTurn, onBrowse, onSentence, onPlace, dispatch } = parts
  const { go, goShown, goAwaited, open } = createGoing(parts)
  /** The place that the address named when the document was opened, until it is shown. @type {AddressedPlace | null} */
  let arrival = null
  const updateAddress = createAddressUpdate(parts)

  return {
    go,
    goShown,
    open() {
      arrival = addressedPlace()
    },
    /** Go to the place of the address: alone where others are. After a reload I go to the page of the others. */
    arrive() {
      goAwaited()
      const { alone, doc, page, people } = state()
      if (!arrival || !doc || !page || people.count === 0) return
      const { page: page_no, version, view, rows, fragment } = arrival
      const place = parseFragment(fragment)
      const turnsRoom = people.count < 2 && !readsOnly(state())
      const isOther = view !== viewOf(state()) && (view !== '' || page_no !== null || place !== null)
      const isOlder = version !== null && version !== doc.version
      arrival = null
      if (isOlder && !view) {
        if (!isReturn()) onPlace({ version, page_no: page_no ?? 1 })
      } else if (isOther || isOlder) {
        if (!alone && !isReturn()) open(view, isOlder ? null : page_no, place, turnsRoom, { version, rows })
      } else if (place && (turnsRoom || !isReturn() || isOnScreen(page, place)))
        go(place, turnsRoom ? onTurn : onBrowse)
      else if (page_no && turnsRoom) onTurn(page_no)
      else if (page_no && page_no !== page.page_no && !alone && !isReturn()) {
        onBrowse(page_no)
        if (page_no <= pagesShown(state()))
          dispatch({ type: 'toast-shown', toast: { kind: 'led', page: page_no, room: page.page_no } })
      }
      updateAddress()
    },
    /** Follow Back, Forward, or a place typed into the address bar. */
    move() {
      const { page, version, view, fragment } = addressedPlace()
      if (version && version !== state().doc?.version) return onPlace({ version, page_no: page ?? 1 })
      const place = parseFragment(fragment)
      if (view !== viewOf(state())) return open(view, page, place, !state().alone)
      if (place) return go(place, onTurn)
      if (page) onTurn(page)
      if (state().selection) onSelect(null)
    },
    copy: () => copyPlace(state(), order(), onSentence),
    /** @param {State} [before] */
    show(before) {
      const { page, selection, wanted, asked } = state()
      if (arrival || wanted !== null || asked) return
      if (page !== before?.page) updateAddress(before)
      else if (selection !== before?.selection) updateAddress.soon()
    }
  }
}

/**
 * The ways to a place: on this page, on another one, and in a view that has to come first.
 *
 * @param {NavigationParts} parts
 */
function createGoing({ state, gridSelection, onSelect, onGoOn, onSentence, onView, dispatch }) {
  /** What to select once it is on screen. @type {{selection: Selection, view: string} | null} */
  let awaited = null

  /**
   * Go to rows of the table. Those that a view does not have on this page are shown to me alone, without the view.
   *
   * @param {Selection} selection
   * @param {(page: number) => void} [turn]
   */
  function go(selection, turn) {
    const { doc, page } = state()
    const found = doc && inTable(selection, doc.rows, doc.columns)
    if (!doc || !page || !found) return doc && onSentence(notThere(selection, doc))
    const here = toViewRows(found, page)
    if (here) return goShown(here, turn)
    onSentence(phrase('outsideView', { n: found.from.row }))
    awaited = { selection: found, view: '' }
    dispatch({ type: 'browsed', page_no: pageOf(found.from.row), view: '' })
  }

  /** Go to rows of what is on screen. @param {Selection} found @param {(page: number) => void} [turn] */
  function goShown(found, turn = onGoOn) {
    const { page } = state()
    const isHere = page !== null && isOn(page, found)
    if (!isHere) turn(pageOf(found.from.row)) // first: the address stays until that page is here
    onSelect(found)
    gridSelection.flash()
    gridSelection.seek(isHere)
  }

  /**
   * Open a view that an address names, at a page or at what it selects.
   *
   * @param {string} view
   * @param {number | null} page_no
   * @param {Selection | null} place
   * @param {boolean} forAll
   * @param {SharedView} [since]
   */
  function open(view, page_no, place, forAll, since) {
    onView(
      view,
      page_no ?? 1,
      place?.from.row,
      forAll,
      canonical => {
        awaited = place && { selection: place, view: canonical }
      },
      since
    )
  }

  return {
    go,
    goShown,
    open,
    /** Go to what was waited for, once it is on screen. */
    goAwaited() {
      const { page, wanted } = state()
      if (!awaited || !page || wanted !== null || viewOn(page) !== awaited.view) return
      const { selection } = awaited
      awaited = null
      go(selection)
    }
  }
}

/** @param {NavigationParts} parts */
function createAddressUpdate({ state, extent, order }) {
  let timer = 0

  /** Write the page, the version, and what is selected into the address. @param {State} [before] */
  function update(before) {
    const { selection, me, alone, page, room } = state()
    clearTimeout(timer)
    timer = 0
    if (!page) return
    const isInSight = selection && rangeOn(selection, extent(), order())
    const inTable = isInSight && toTableRows(selection, page)
    const view = viewOn(page)
    const mine = alone ? !alone.follow : room?.by?.who === me.who
    const turned = before?.page && (before.page.page_no !== page.page_no || viewOn(before.page) !== view)
    const fragment = inTable ? fragmentOf(inTable, order()) : ''
    showPlace(page, fragment, mine && Boolean(turned))
  }

  update.soon = () => {
    timer ||= setTimeout(update, ADDRESS_MS)
  }
  return update
}

/** Whether a selection begins on a page. @param {{page_no: number}} page @param {Selection} selection */
const isOn = (page, { kind, from }) => kind === 'columns' || pageOf(from.row) === page.page_no

/** Whether rows of the table are on screen. @param {TablePage} page @param {Selection} selection */
function isOnScreen(page, selection) {
  const here = toViewRows(selection, page)
  return here !== null && isOn(page, here)
}

/**
 * Copy a link to the selection.
 *
 * @param {State} state @param {ColumnOrder} order @param {(text: string) => void} onSentence
 */
async function copyPlace({ uuid, doc, page, selection }, order, onSentence) {
  const place = page && selection && toTableRows(selection, page)
  if (!uuid || !doc || !place) return
  const link = linkTo(uuid, `${page.view ? queryOf(page) : `?version=${doc.version}`}${fragmentOf(place, order)}`)
  onSentence((await copy(link)) ? phrase('copiedPlace') : link)
}

/** @param {() => State} state @param {(selection: Selection) => void} onGo @param {(text: string) => void} onSentence */
export function createStep(state, onGo, onSentence) {
  /**
   * Go to the next of some rows, or to the one before.
   *
   * @param {readonly Span[]} spans
   * @param {1 | -1} [direction]
   * @param {number} [all] how many there are, listed or not
   */
  return (spans, direction = 1, all = 0) => {
    const { page, selection } = state()
    const { page_no = 1 } = page ?? {}
    const from = page ? numberOf(page, selection?.to.row ?? rowsOf(page_no, 0).first) - (selection ? 0 : 1) : 0
    const row = nextRow(spans, from, direction)
    if (!row) return
    onGo(select({ row, column: 0 }, undefined, 'rows'))
    const n = rowsIn(spans)
    const startsOver = (row - from) * direction <= 0
    if (startsOver && n < all) onSentence(phrase('firstListed', { n, all }))
  }
}
