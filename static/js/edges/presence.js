/** Presence: the others see what I have selected, and I can point at it. */

import { rangeOn } from '../grid/selection.js'
import { maySpeak } from '../state/state.js'
import { phrase } from '../text/language.js'

/**
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
 * @property {() => CellRef} place the cell under the cursor
 * @property {(sentence: string) => void} onSentence
 */

/** @param {PresenceParts} parts */
export function createPresence({ state, send, extent, place, onSentence }) {
  /** The selection that the server has of me. */
  let sent = 'null'
  let timer = 0

  function sendSelection() {
    timer = 0
    const { selection, page } = state()
    if (!page || !maySpeak(state())) return
    const range = rangeOn(selection, extent())
    /** @type {Area | null} */
    const area = range && [range.top, range.left + 1, range.bottom, range.right + 1]
    const words = JSON.stringify(area)
    if (words !== sent && send({ type: 'select', version: page.version, area })) sent = words
  }

  return {
    /** Send soon what I have selected of the page. */
    update() {
      if (!timer) timer = setTimeout(sendSelection, Math.max(SEND_MS, 2 * state().people.count))
    },
    /** Forget what was sent: a new connection begins without it. */
    forget() {
      sent = 'null'
    },
    /** Ask everyone to look at the selected cell. */
    point() {
      const { selection, page } = state()
      if (!maySpeak(state())) return onSentence(phrase('readOnlyWhy'))
      if (!selection || !page) return onSentence(phrase('pickFirst'))
      const { row, column } = place()
      send({ type: 'look', version: page.version, row, column: column + 1 })
    }
  }
}
