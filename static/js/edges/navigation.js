/** Places in the table: the address follows the screen, and the screen the address. */

import { fragmentOf, inTable, readFragment } from '../screen/fragment.js'
import { phrase } from '../text/language.js'
import { pageOf, pagesOf } from '../protocol/paging.js'
import { intersect, rangeOf } from '../grid/selection.js'
import { readsOnly } from '../state/state.js'
import { notThere } from '../screen/sentences.js'
import { isReturn, linkTo, openPlace, showPlace } from './address.js'
import { copy } from './clipboard.js'

/**
 * @typedef {import('../state/state.js').State} State
 * @typedef {import('../grid/selection.js').Selection} Selection
 * @typedef {object} Handlers
 * @property {() => State} state
 * @property {{reveal: () => void, flash: () => void}} hands
 * @property {() => import('../grid/selection.js').CellRange} extent of the page
 * @property {(selection: Selection | null) => void} onSelect
 * @property {(page: number) => void} onTurn
 * @property {(page: number) => void} onBrowse moving nobody
 * @property {(text: string) => void} onSentence
 * @property {(place: {version: number, page_no: number}) => void} onPlace in a version
 */

/** @param {Handlers} handlers */
export function createPlaces({ state, hands, extent, onSelect, onTurn, onBrowse, onSentence, onPlace }) {
  /** What the address named when the document was opened, until it can be gone to. @type {import('./address.js').Address | null} */
  let arrival = null

  /** Page and version, and whole rows and columns that are selected. @param {State} [before] */
  function keep(before) {
    const { selection, me, alone, page, room } = state()
    if (!page) return
    const fragment =
      selection && selection.kind !== 'cells' && intersect(rangeOf(selection), extent()) ? fragmentOf(selection) : ''
    const mine = alone ? !alone.follow : room?.by?.who === me.who
    showPlace(
      page.page_no,
      page.version,
      fragment,
      mine && Boolean(before?.page) && before?.page?.page_no !== page.page_no
    )
  }

  /** @param {Selection} selection @param {(page: number) => void} [turn] */
  function go(selection, turn = onTurn) {
    const { doc, page } = state()
    const found = doc && inTable(selection, doc.rows, doc.columns)
    if (!doc || !page || !found) return doc && onSentence(notThere(selection, doc))
    const isHere = found.kind === 'columns' || pageOf(found.from.row) === page.page_no
    if (!isHere) turn(pageOf(found.from.row)) // first, so that the address stays what it is until that page is there
    onSelect(found)
    hands.flash()
    if (isHere) hands.reveal()
  }

  return {
    go,
    open() {
      arrival = openPlace()
    },
    /** Go where the address leads: alone, where that would move others. Who comes back goes where the others are. */
    arrive() {
      const { alone, doc, page, people } = state()
      if (!arrival || !doc || !page || people.count === 0) return
      const { page: page_no, version, fragment } = arrival
      const place = readFragment(fragment)
      const isAlone = people.count < 2 && !readsOnly(state())
      arrival = null
      if (version && version !== doc.version) {
        if (!isReturn()) onPlace({ version, page_no: page_no ?? 1 })
      } else if (place) go(place, isAlone ? onTurn : onBrowse)
      else if (page_no && isAlone) onTurn(page_no)
      else if (page_no && page_no !== page.page_no && !alone && !isReturn()) {
        if (page_no <= pagesOf(doc.rows)) onSentence(phrase('ledHere', { page: page_no, room: page.page_no }))
        onBrowse(page_no)
      }
      keep()
    },
    /** Back, forward, or a place typed into the address. */
    move() {
      const { page, version, fragment } = openPlace()
      if (version && version !== state().doc?.version) return onPlace({ version, page_no: page ?? 1 })
      const place = readFragment(fragment)
      if (place) return go(place)
      if (page) onTurn(page)
      if (state().selection) onSelect(null)
    },
    async copy() {
      const { uuid, doc, selection } = state()
      if (!uuid || !doc || !selection) return
      const link = linkTo(uuid, `?version=${doc.version}${fragmentOf(selection)}`)
      onSentence((await copy(link)) ? phrase('copiedPlace') : link)
    },
    /** @param {State} [before] */
    show(before) {
      const { page, selection, wanted } = state()
      if (!arrival && wanted === null && (page !== before?.page || selection !== before?.selection)) keep(before)
    }
  }
}
