/** Fetches my page of a view again while its table grows, when I read it alone. */

import { isOutgrown } from '../state/growing.js'

/** @import { LocalEvent, State } from '../state/state.js' */

const AGAIN_MS = 1000 // between two answers

/**
 * @param {{state: () => State, dispatch: (event: LocalEvent) => void, fetchPage: (page: number) => boolean}} parts
 * @returns {() => void} to be called whenever the state has changed
 */
export function createGrowingView({ state, dispatch, fetchPage }) {
  let timer = 0

  function fetchAgain() {
    timer = 0
    const { page } = state()
    if (page && isOutgrown(state()) && fetchPage(page.page_no)) dispatch({ type: 'fetching', pages: [page.page_no] })
  }

  return () => {
    if (!timer && isOutgrown(state())) timer = setTimeout(fetchAgain, AGAIN_MS)
  }
}
