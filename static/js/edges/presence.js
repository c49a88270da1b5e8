/** Presence: the others see what I have selected, and I can point at it. */

import { boundsOf, hiddenAmong } from '../grid/copying.js'
import { columnOrder } from '../grid/layout.js'
import { rangeOn } from '../grid/selection.js'
import { numberOf } from '../protocol/paging.js'
import { isEarlier } from '../state/browsing.js'
import { maySpeak } from '../state/state.js'
import { phrase } from '../text/language.js'

/**
 * @import { Layout } from '../grid/layout.js'
 * @import { CellRef, CellRange } from '../grid/selection.js'
 * @import { Area, FrameToServer } from '../protocol/frames.js'
 * @import { State } from '../state/state.js'
 */

const SEND_MS = 66 // people cannot follow more; with over thirty people, each sends less often

/**
 * @typedef {object} PresenceParts
 * @property {() => State} state
 * @property {(frame: FrameToServer) => boolean} send
 * @property {() => CellRange} extent of the page
 * @property {() => Layout} layout
 * @property {() => CellRef} place the cell under the cursor
 * @property {(sentence: string) => void} onSentence
 */

/** @param {PresenceParts} parts */
export function createPresence({ state, send, extent, layout, place, onSentence }) {
  /** The selection that the server has of me. */
  let sent = ''
  let timer = 0

  function sendSelection() {
    timer = 0
    const { selection, page, newest } = state()
    if (!page || !newest || !maySpeak(state())) return
    const range = isEarlier(state()) ? null : rangeOn(selection, extent(), columnOrder(layout()))
    const number = numberOf(page, place().row)
    const seen = range && page.view ? { ...range, top: number, bottom: number } : range // of a view, one row
    const area = seen && areaOf(seen, layout(), { ...place(), row: number })
    const version = area ? page.version : newest.version
    const words = area ? JSON.stringify([version, area]) : ''
    if (words !== sent && send({ type: 'select', version, area })) sent = words
  }

  return {
    /** Send soon what I have selected of the page. */
    update() {
      if (!timer) timer = setTimeout(sendSelection, Math.max(SEND_MS, 2 * state().people.count))
    },
    /** Forget what was sent: a new connection begins without it. */
    forget() {
      sent = ''
    },
    /** Ask everyone to look at the selected cell. */
    point() {
      const { selection, page } = state()
      if (!maySpeak(state())) return onSentence(phrase('readOnlyWhy'))
      if (isEarlier(state())) return onSentence(phrase('lookEarlier'))
      if (!selection || !page) return onSentence(phrase('pickFirst'))
      const { row, column } = place()
      send({ type: 'look', version: page.version, row: numberOf(page, row), column: column + 1 })
    }
  }
}

/**
 * The area that the others see framed. Columns that do not stand together in the table have no frame: then it is around
 * the cell under the cursor.
 *
 * @param {CellRange} range
 * @param {Layout} layout
 * @param {CellRef} cell
 * @returns {Area}
 */
function areaOf({ top, left, bottom, right }, layout, { row, column }) {
  const columns = layout.order.subarray(left, right + 1)
  const [first, last] = boundsOf(columns)
  const areTogether = last - first + 1 === columns.length + hiddenAmong(layout, columns, false)
  return areTogether ? [top, first + 1, bottom, last + 1] : [row, column + 1, row, column + 1]
}
