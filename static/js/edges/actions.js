/** What the actions of keys.js do: all that hands ask for, by a key or by a word of the palette. */

import { hasColumns } from '../grid/column-windows.js'
import { copiedWords } from '../screen/sentences.js'
import { namesOf } from './address.js'
import { copy } from './clipboard.js'
import { closePopover, enter, part } from './dom.js'

/**
 * @template {(...given: any[]) => any} F
 * @typedef {import('./lazy.js').Later<ReturnType<F>>} Later
 */

/** @typedef {{close: () => boolean}} Closes whether there was something to close */

/**
 * @typedef {object} Needs
 * @property {() => import('../state/state.js').State} state
 * @property {(event: import('../state/state.js').Happening) => void} tell
 * @property {(sentence: string) => void} onSentence
 * @property {(direction: import('../protocol/paging.js').Step, land?: 'bottom') => void} onStep
 * @property {HTMLElement} scroller
 * @property {ReturnType<typeof import('./grid/grid.js').createGrid>} grid
 * @property {ReturnType<typeof import('./grid/selection.js').createHands>} hands
 * @property {ReturnType<typeof import('./grid/columns.js').createColumns>} columns
 * @property {ReturnType<typeof import('./navigation.js').createPlaces>} places
 * @property {ReturnType<typeof import('./presence.js').createPointing>} pointing
 * @property {ReturnType<typeof import('./status-bar.js').createFoot>} foot
 * @property {readonly Closes[]} drawers
 * @property {Later<typeof import('./find-bar.js').createFinding>} finding
 * @property {Later<typeof import('./row-details.js').createRecord>} record
 * @property {Later<typeof import('./command-palette.js').createPalette>} palette
 * @property {Later<typeof import('./talk.js').createTalk>} talk
 */

/** @param {Needs} needs @returns {(action: string) => boolean} whether it did something */
export function createActs({
  state,
  tell,
  onSentence,
  onStep,
  scroller,
  grid,
  hands,
  columns,
  places,
  pointing,
  foot,
  drawers,
  finding,
  record,
  palette,
  talk
}) {
  const dialog = part('palette', HTMLDialogElement)

  /** Where one answers false, the key is left to the browser. @type {Record<string, () => boolean | void | Promise<void>>} */
  const acts = {
    doEscape: letGo,
    doScreenDown: () => screen(1),
    doScreenUp: () => screen(-1),
    doNext: () => onStep('next'),
    doPrevious: () => onStep('previous', 'bottom'),
    doFirst: () => onStep('first'),
    doLast: () => onStep('last'),
    doGoToRow: () => openPalette(it => it.open(true)),
    doTypePage: foot.typePage,
    doGoToColumn: askColumn,
    doFind() {
      enter('find') // at once, or what is typed now would be taken for keys
      finding.ask()
    },
    doFindNext: () => finding.ask(it => it.step(1)),
    doFindPrevious: () => finding.ask(it => it.step(-1)),
    doRecord: () =>
      record.ask(it => {
        it.toggle()
        it.show(state())
      }),
    doCopy: () => copyCells(false),
    doCopyNamed: () => copyCells(true),
    doCopyPlace: places.copy,
    doLook: pointing.show,
    doTalk: () => talk.ask(it => it.toggle()),
    doPalette: () => openPalette(it => it.open(false)),
    doKeys: () => foot.toggleKeys()
  }

  /** @param {1 | -1} direction */
  function screen(direction) {
    const { atTop, atBottom } = grid.scroll()
    if (direction > 0 && atBottom) return onStep('next')
    if (direction < 0 && atTop) return onStep('previous', 'bottom')
    grid.screen(direction)
    hands.follow()
  }

  /** Ask for a column: of a wide table its names come meanwhile. */
  function askColumn() {
    const { uuid, doc, page } = state()
    if (!uuid || !doc || !page) return
    const known = Array.from({ length: grid.count() }, (_, column) => grid.name(column) ?? undefined)
    const names = hasColumns(page, [[1, known.length]]) ? undefined : namesOf(uuid, doc.version)
    openPalette(it => it.openColumns(known, names))
  }

  /** Like the field for finding, it is there before what fills it. @param {(it: ReturnType<typeof import('./command-palette.js').createPalette>) => void} begin */
  function openPalette(begin) {
    dialog.showModal()
    part('palette-field', HTMLInputElement).value = ''
    let entered = false
    dialog.onkeydown = event => {
      entered ||= !palette.here && event.key === 'Enter' && !event.isComposing
    }
    palette.ask(it => {
      begin(it)
      if (entered) it.enter()
    })
  }

  /** @param {boolean} named */
  async function copyCells(named) {
    const found = hands.selected(named)
    if (found && (found.text === null || (await copy(found.text)))) onSentence(copiedWords(found))
  }

  /** Out of whatever is open, the nearest first. */
  function letGo() {
    if (dialog.open) return false
    if (closePopover() || drawers.some(drawer => drawer.close()) || foot.toggleKeys(false)) return true
    if (finding.here?.close() || record.here?.toggle(false) || talk.here?.close()) return true
    const { selection, told } = state()
    if (selection) tell({ type: 'selected', selection: null })
    else if (told) tell({ type: 'heard', told })
    if (document.activeElement === part('page')) scroller.focus()
    return true
  }

  return action => {
    if (action !== 'doEscape' && !state().page) return false
    if (hands.act(action) || columns.act(action)) return true
    return acts[action]?.() !== false
  }
}
