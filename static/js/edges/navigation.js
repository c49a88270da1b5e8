/** Navigation: the address follows the screen, and the screen follows the address. */

import { rangeOn, select } from '../grid/selection.js'
import { PAGE_ROWS, pageOf, pagesOf } from '../protocol/paging.js'
import { fragmentOf, inTable, parseFragment } from '../screen/fragment.js'
import { notThere } from '../screen/sentences.js'
import { nextRow, rowsIn } from '../screen/stepping.js'
import { readsOnly } from '../state/state.js'
import { phrase } from '../text/language.js'
import { addressedPlace, isReturn, linkTo, showPlace } from './address.js'
import { copy } from './clipboard.js'

/**
 * @import { CellRange, ColumnOrder, Selection } from '../grid/selection.js'
 * @import { Span } from '../protocol/frames.js'
 * @import { LocalEvent, State } from '../state/state.js'
 * @import { AddressedPlace } from './address.js'
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
 * @property {(text: string) => void} onSentence
 * @property {(place: {version: number, page_no: number}) => void} onPlace in a version
 * @property {(event: LocalEvent) => void} dispatch
 */

/** @param {NavigationParts} parts */
export function createNavigation(parts) {
  const { state, gridSelection, order, onSelect, onTurn, onBrowse, onSentence, onPlace, dispatch } = parts
  /** The place that the address named when the document was opened, until it is shown. @type {AddressedPlace | null} */
  let arrival = null
  const updateAddress = createAddressUpdate(parts)

  /** @param {Selection} selection @param {(page: number) => void} [turn] */
  function go(selection, turn = onTurn) {
    const { doc, page } = state()
    const found = doc && inTable(selection, doc.rows, doc.columns)
    if (!doc || !page || !found) return doc && onSentence(notThere(selection, doc))
    const isHere = isOn(page, found)
    if (!isHere) turn(pageOf(found.from.row)) // first: the address stays until that page is here
    onSelect(found)
    gridSelection.flash()
    gridSelection.seek(isHere)
  }

  return {
    go,
    open() {
      arrival = addressedPlace()
    },
    /** Go to the place of the address: alone where others are. After a reload I go to the page of the others. */
    arrive() {
      const { alone, doc, page, people } = state()
      if (!arrival || !doc || !page || people.count === 0) return
      const { page: page_no, version, fragment } = arrival
      const place = parseFragment(fragment)
      const turnsRoom = people.count < 2 && !readsOnly(state())
      arrival = null
      if (version && version !== doc.version) {
        if (!isReturn()) onPlace({ version, page_no: page_no ?? 1 })
      } else if (place && (turnsRoom || !isReturn() || isOn(page, place))) go(place, turnsRoom ? onTurn : onBrowse)
      else if (page_no && turnsRoom) onTurn(page_no)
      else if (page_no && page_no !== page.page_no && !alone && !isReturn()) {
        onBrowse(page_no)
        if (page_no <= pagesOf(doc.rows))
          dispatch({ type: 'toast-shown', toast: { kind: 'led', page: page_no, room: page.page_no } })
      }
      updateAddress()
    },
    /** Follow Back, Forward, or a place typed into the address bar. */
    move() {
      const { page, version, fragment } = addressedPlace()
      if (version && version !== state().doc?.version) return onPlace({ version, page_no: page ?? 1 })
      const place = parseFragment(fragment)
      if (place) return go(place)
      if (page) onTurn(page)
      if (state().selection) onSelect(null)
    },
    copy: () => copyPlace(state(), order(), onSentence),
    /** @param {State} [before] */
    show(before) {
      const { page, selection, wanted } = state()
      if (arrival || wanted !== null) return
      if (page !== before?.page) updateAddress(before)
      else if (selection !== before?.selection) updateAddress.soon()
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
    const mine = alone ? !alone.follow : room?.by?.who === me.who
    const turned = before?.page && before.page.page_no !== page.page_no
    showPlace(page.page_no, page.version, isInSight ? fragmentOf(selection, order()) : '', mine && Boolean(turned))
  }

  update.soon = () => {
    timer ||= setTimeout(update, ADDRESS_MS)
  }
  return update
}

/** Whether a selection begins on a page. @param {{page_no: number}} page @param {Selection} selection */
const isOn = (page, { kind, from }) => kind === 'columns' || pageOf(from.row) === page.page_no

/**
 * Copy a link to the selection.
 *
 * @param {State} state @param {ColumnOrder} order @param {(text: string) => void} onSentence
 */
async function copyPlace({ uuid, doc, selection }, order, onSentence) {
  if (!uuid || !doc || !selection) return
  const link = linkTo(uuid, `?version=${doc.version}${fragmentOf(selection, order)}`)
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
    const from = selection?.to.row ?? PAGE_ROWS * ((page?.page_no ?? 1) - 1)
    const row = nextRow(spans, from, direction)
    if (!row) return
    onGo(select({ row, column: 0 }, undefined, 'rows'))
    const n = rowsIn(spans)
    const startsOver = (row - from) * direction <= 0
    if (startsOver && n < all) onSentence(phrase('firstListed', { n, all }))
  }
}
