/** Places: cells and pages that somebody pointed at, and the way to them. */

import { select } from '../grid/selection.js'
import { rowOn } from '../protocol/paging.js'
import { noticeWords } from '../screen/sentences.js'
import { announce } from './dom.js'

/**
 * @import { Selection } from '../grid/selection.js'
 * @import { TalkLine } from '../protocol/frames.js'
 * @import { LocalEvent, State } from '../state/state.js'
 * @import { Lazy } from './lazy.js'
 * @import { createRemoteSelections } from './remote-selections.js'
 * @import { VersionPlace } from './talk.js'
 */

/**
 * @typedef {object} PlaceParts
 * @property {() => State} state
 * @property {(event: LocalEvent) => void} dispatch
 * @property {(page: number) => void} onBrowse alone
 * @property {(selection: Selection, turn: (page: number) => void) => void} onGo
 * @property {Lazy<ReturnType<typeof createRemoteSelections>>} remoteSelections
 */

/** @param {PlaceParts} parts */
export function createPlaces({ state, dispatch, onBrowse, onGo, remoteSelections }) {
  /** The cell to ring once its page is here, its column from 1. @type {{row: number, column: number} | null} */
  let target = null

  /** Go to a cell, or to a row, alone. @param {number} row @param {number | null} column from 1 */
  function goToCell(row, column) {
    target = { row, column: column ?? 1 }
    onGo(select({ row, column: target.column - 1 }, undefined, column ? 'cells' : 'rows'), onBrowse)
  }

  /**
   * Go to a place alone, or offer its version where that is an earlier one.
   *
   * @param {VersionPlace} place version 0 for any
   */
  function goToPlace({ version, page_no, row, column = null }) {
    if (version && version !== state().doc?.version) {
      dispatch({ type: 'toast-shown', toast: { kind: 'earlier', version, page_no } })
    } else if (row) goToCell(row, column)
    else if (page_no !== state().page?.page_no) onBrowse(page_no)
  }

  return {
    onCell: goToCell,
    onPlace: goToPlace,
    /** Show that somebody points at a cell, and offer to go there where it is out of sight. @param {TalkLine} line */
    showPointing(line) {
      if (line.type !== 'notice' || !line.row || !line.column || line.version !== state().doc?.version) return
      const { row, column, version, by } = line
      remoteSelections.ask(it => {
        it.ring(row, column, by)
        if (by?.who === state().me.who) return
        if (it.sees(row, column)) announce(noticeWords(line))
        else dispatch({ type: 'toast-shown', toast: { kind: 'pointed', by, version, row, column } })
      })
    },
    /** Ring the cell that I went to, once its page is here. */
    ringTarget() {
      const { wanted, page } = state()
      if (!target || !page || wanted !== null || rowOn(page, target.row) === null) return
      const { row, column } = target
      remoteSelections.ask(it => it.ring(row, column, state().me))
      target = null
    },
    /** Step to the next line that I missed, and to its place. */
    stepTalk() {
      dispatch({ type: 'talk-stepped' })
      const { lines, step } = state().talk
      const line = lines.find(({ line }) => line === step)
      if (line?.type === 'notice') goToPlace(line)
    }
  }
}
