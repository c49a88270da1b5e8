/** Showing others what I have selected, and asking them to look at it. */

import { phrase } from '../text/language.js'
import { intersect, rangeOf } from '../grid/selection.js'
import { maySpeak } from '../state/state.js'

const POINT_MS = 66 // hands move faster than eyes follow; of more than thirty people each is told of less often

/**
 * @typedef {object} Needs
 * @property {() => import('../state/state.js').State} state
 * @property {(frame: import('../protocol/frames.js').ToServer) => boolean} send
 * @property {() => import('../grid/selection.js').CellRange} extent
 * @property {() => {row: number, column: number}} place
 * @property {(sentence: string) => void} onSentence
 */

/** @param {Needs} needs */
export function createPointing({ state, send, extent, place, onSentence }) {
  /** What the server believes that I have selected. */
  let pointed = 'null'
  let timer = 0

  function tellNow() {
    timer = 0
    const { selection, page } = state()
    if (!page || !maySpeak(state())) return
    const range = selection && intersect(rangeOf(selection), extent())
    /** @type {import('../protocol/frames.js').Area | null} */
    const area = range && [range.top, range.left + 1, range.bottom, range.right + 1]
    const words = JSON.stringify(area)
    if (words !== pointed && send({ type: 'select', version: page.version, area })) pointed = words
  }

  return {
    /** Others see soon what I have selected of the page that I am on. */
    tell() {
      if (!timer) timer = setTimeout(tellNow, Math.max(POINT_MS, 2 * state().people.count))
    },
    /** The server knows nothing of it any more. */
    forget() {
      pointed = 'null'
    },
    /** Ask everyone to look at the selected cell. */
    show() {
      const { selection, page } = state()
      if (!maySpeak(state())) return onSentence(phrase('readOnlyWhy'))
      if (!selection || !page) return onSentence(phrase('pickFirst'))
      const { row, column } = place()
      send({ type: 'look', version: page.version, row, column: column + 1 })
    }
  }
}
