/** The rows with hits of a search: how many there are, where, and which one is next, as the server counts them. */

import { rowsOf } from '../protocol/paging.js'
import { dataRows } from '../state/views.js'
import { phrase } from '../text/language.js'
import { RefusedError } from './summaries.js'

/**
 * @import { State } from '../state/state.js'
 * @import { RowSearch, View } from '../view/query.js'
 * @import { RowHits, Summaries } from './summaries.js'
 */

/**
 * The hits in the rows on screen, as the server counts them.
 *
 * @param {() => State} state @param {Summaries} summaries @param {() => View | null} view
 * @param {{onProgress: (percent: number | null) => void, onPartial: () => void}} listening
 */
export function createHits(state, summaries, view, { onProgress, onPartial }) {
  const { askAll, askAround, stop } = createAsking(summaries, view, () => offset(state()), onProgress)
  /** @type {RowHits | null} */
  let found = null
  /** @type {number | null} */
  let at = null

  /** @param {RowHits} answer */
  function grow(answer) {
    if (at !== null) return // somebody has stepped meanwhile
    found = answer
    onPartial()
  }

  /** Every row is a hit. @param {number} here @param {1 | -1} direction @param {number} rows */
  function stepAmongHits(here, direction, rows) {
    if (!found || rows === 0) return null
    const before = (here - 1 + direction + rows) % rows
    found = { ...found, before }
    at = before + 1
    return at
  }

  return {
    found: () => found,
    at: () => at,
    /** Look no longer. Returns what there is to say. */
    stop() {
      stop()
      return phrase('stoppedLooking')
    },
    forget() {
      stop()
      found = null
    },
    /** Something else is looked for, or other rows are on screen: the row that was gone to is none of them. */
    leave() {
      at = null
    },
    /** Find the hits of a search. Returns why it cannot be searched, null where it is no longer asked. @param {RowSearch} search */
    async find(search) {
      if (!search.text) {
        this.forget()
        return ''
      }
      try {
        const answer = await askAll(search, grow)
        const before = at === null ? 0 : (found?.before ?? 0) // somebody has stepped meanwhile
        if (answer) found = { ...answer, before }
        return ''
      } catch (error) {
        if (error instanceof DOMException) return null
        return error instanceof RefusedError ? error.message : phrase('unreachable')
      }
    },
    /** Find the next hit or the one before. Returns its row, as the page counts it. @param {RowSearch} search @param {1 | -1} direction */
    async step(search, direction) {
      const { page, selection } = state()
      if (!page || !search.text) return null
      const { first } = rowsOf(page.page_no, 0)
      const here = selection && selection.kind !== 'columns' ? selection.to.row : first - Number(direction > 0)
      if (view()?.search.text) return stepAmongHits(here, direction, page.total_number)
      const seen = await askAround(search, here, direction)
      const next = direction > 0 ? seen?.next : seen?.previous
      if (!seen || !next) return null
      const which = direction > 0 ? seen.before + Number(seen.here) : seen.before - 1
      found = { ...seen, before: (which + seen.hits) % seen.hits }
      at = next + offset(state())
      return at
    }
  }
}

/**
 * Asks the server for the hits of a search in the rows on screen.
 *
 * @param {Summaries} summaries @param {() => View | null} view @param {() => number} offset
 * @param {(percent: number | null) => void} onProgress
 */
function createAsking(summaries, view, offset, onProgress) {
  let asking = new AbortController()
  let stepping = new AbortController()

  /** Look for all hits. @param {RowSearch} search @param {(answer: RowHits) => void} onPartial what is found meanwhile */
  function askAll(search, onPartial) {
    asking.abort()
    asking = new AbortController()
    const { signal } = asking
    const current = view()
    return current && summaries.hits({ ...current, search }, 0, { signal, onProgress, onPartial })
  }

  /**
   * Look for the hits around a row. The next one is known before all rows have been looked at.
   *
   * @param {RowSearch} search @param {number} here as the page counts it @param {1 | -1} direction
   * @returns {Promise<RowHits | null>}
   */
  function askAround(search, here, direction) {
    stepping.abort()
    stepping = new AbortController()
    const { signal } = stepping
    const current = view()
    const row = Math.max(0, here - offset())
    return new Promise(done => {
      /** @param {RowHits} seen */
      const onPartial = seen => direction > 0 && (seen.next ?? 0) > row && done(seen)
      if (!current) return done(null)
      summaries.hits({ ...current, search }, row, { signal, onPartial }).then(done, () => done(null))
    })
  }

  return {
    askAll,
    askAround,
    stop() {
      asking.abort()
      stepping.abort()
    }
  }
}

/** How many rows of what is on screen are not the view's: the whole table has its header, too. @param {State} state */
function offset({ doc, page }) {
  return doc && !page?.view ? doc.rows - dataRows(doc) : 0
}
