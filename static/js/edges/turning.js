/** Turning: which page comes next, and whether everyone goes there or I alone. */

import { select } from '../grid/selection.js'
import { pageOf, stepTo } from '../protocol/paging.js'
import { mayTurn, scrollsAlone } from '../state/presenter.js'
import { canTurn, isLive, readsOnly } from '../state/state.js'
import { pagesShown } from '../state/views.js'

/**
 * @import { CellRef } from '../grid/selection.js'
 * @import { Step } from '../protocol/paging.js'
 * @import { LocalEvent, State } from '../state/state.js'
 */

/**
 * @param {() => State} state
 * @param {(event: LocalEvent) => void} dispatch
 * @param {(page: number) => void} fetchPage ask the server for a page
 */
export function createTurning(state, dispatch, fetchPage) {
  /** The end of the next page to show first. */
  let landing = 'top'

  const pages = () => pagesShown(state())

  /** Turn to a page: for everyone once the server sends it, or alone while I browse alone. @param {number} page */
  function turnTo(page) {
    const { alone, connection, page: shown, presenter, wanted } = state()
    const { by } = presenter
    if (page === (wanted ?? shown?.page_no)) return
    if (alone || readsOnly(state()) || (connection.status === 'lost' && canTurn(state(), page))) browse(page)
    else if (by && !mayTurn(state())) {
      dispatch({ type: 'toast-shown', toast: { kind: 'onlyPresenter', by, page_no: page } })
    } else if (isLive(state())) dispatch({ type: 'page-requested', page_no: page })
  }

  /** Go to a page alone. @param {number} page */
  function browse(page) {
    if (page <= pages()) dispatch({ type: 'browsed', page_no: page })
    else fetchPage(page) // the server says that there is none
  }

  /** Follow a person, or browse alone from this page. @param {string | null} who */
  function follow(who) {
    const { page } = state()
    if (who) dispatch({ type: 'followed', who })
    else if (page) browse(page.page_no)
  }

  /**
   * @param {Step} direction
   * @param {'top' | 'bottom'} [land] the end of the page to show first
   * @param {(page: number) => void} [go]
   */
  function step(direction, land = 'top', go = turnTo) {
    const { page: shown, wanted } = state()
    if (!shown) return
    const page = stepTo(direction, wanted ?? shown.page_no, pages())
    if (page === null || !canTurn(state(), page)) return
    landing = land
    go(page)
  }

  /** Go on to another page: alone where that would move others. @param {number} page */
  const goOn = page => (scrollsAlone(state()) ? browse : turnTo)(page)

  return {
    onTurn: turnTo,
    onBrowse: browse,
    onGoOn: goOn,
    onFollow: follow,
    onStep: step,
    onSwitch: () => (state().alone ? dispatch({ type: 'rejoined' }) : follow(null)),
    /** Go on past an end of the page. @param {'next' | 'previous'} direction */
    onScroll(direction) {
      step(direction, direction === 'next' ? 'top' : 'bottom', goOn)
    },
    /** An arrow key leads to the next page. @param {'next' | 'previous'} direction @param {CellRef} place */
    onPast(direction, place) {
      const { page: shown } = state()
      const page = pageOf(place.row)
      if (!shown || !canTurn(state(), page) || stepTo(direction, shown.page_no, pages()) === null) return
      goOn(page)
      dispatch({ type: 'selected', selection: select(place) })
    },
    /** Forget the end of the page that was asked for: the page is here. Returns it. */
    land() {
      const end = landing
      landing = 'top'
      return end
    }
  }
}
