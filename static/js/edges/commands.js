/** The commands that the palette offers: every action, setting and button that is of use now. */

import { numberOf } from '../protocol/paging.js'
import { likelyActions } from '../screen/shortcuts.js'
import { canReparse, headerRow, mayPoint } from '../state/state.js'
import { phrase } from '../text/language.js'
import { controlsOf, isUsable } from './actions.js'
import { called, part, parts } from './dom.js'

/**
 * @import { State } from '../state/state.js'
 * @import { PaletteEntry } from './command-palette.js'
 */

/** @param {State} state */
const hasSelection = state => state.selection !== null
/** @param {State} state */
const selectedNumber = ({ page, selection }) => page && selection && numberOf(page, selection.to.row)
/** @param {State} state */
const hasCells = ({ selection }) => selection?.kind === 'cells'
/** @param {State} state */
const hasCell = ({ selection: at }) =>
  at?.kind === 'cells' && !at.more && at.from.row === at.to.row && at.from.column === at.to.column
const isFinding = () => part('find', HTMLInputElement).value !== ''
/** @param {State} state */
const hasIrregular = ({ doc }) => (doc?.irregular ?? 0) > 0

/** What an action needs, where its controls do not tell. @type {Record<string, (state: State) => boolean>} */
const NEEDS = {
  doPalette: () => false, // it is open
  doWholeTable: ({ page }) => page?.view !== undefined,
  doSortNone: ({ page }) => page?.view !== undefined,
  doColumnMenu: () => true, // its button shows under the pointer only
  doCopy: hasSelection,
  doCopyNamed: hasSelection,
  doCopyPlace: hasSelection,
  doEscape: hasSelection,
  doLook: state => hasSelection(state) && mayPoint(state),
  doFindNext: isFinding,
  doFindPrevious: isFinding,
  doIrregularNext: hasIrregular,
  doIrregularPrevious: hasIrregular,
  doFilterOnly: hasCells,
  doFilterNot: hasCells,
  doFilterGreater: hasCell,
  doFilterLess: hasCell,
  doFilterContains: hasCell,
  doHeader: state => canReparse(state) && selectedNumber(state) !== headerRow(state.doc),
  doNoHeader: state => canReparse(state) && headerRow(state.doc) > 0
}

/** Whether an action is of use now. @param {string} action @param {State} state */
export function isPossible(action, state) {
  const needs = NEEDS[action]
  if (needs) return needs(state)
  const controls = controlsOf(action)
  return controls.length === 0 || controls.some(isUsable)
}

/**
 * List the commands by their groups; those that are likely next come first.
 *
 * @param {State} state
 * @param {(action: string) => void} onAction
 * @returns {PaletteEntry[]}
 */
export function listCommands(state, onAction) {
  const possible = parts('#keys-list [data-controls]').filter(({ id }) => isPossible(id, state))
  const likely = likelyActions(state).filter(action => possible.some(({ id }) => id === action))
  const suggested = phrase('suggested')
  /** @param {HTMLElement} row @param {string} [group] @returns {PaletteEntry} */
  const entry = (row, group = row.closest('section')?.querySelector('h2')?.textContent ?? '') => ({
    name: row.id === 'doPresent' ? (part('present').textContent ?? '') : called(row.id), // it says what it does now
    group,
    also: row.dataset.also,
    shortcuts: [...row.querySelectorAll('kbd')].map(kbd => kbd.cloneNode(true)),
    act: () => onAction(row.id)
  })
  return [
    ...likely.map(id => entry(part(id), suggested)),
    ...unnamedButtons().map(button => pressing(button, suggested)),
    ...possible.filter(({ id }) => !likely.includes(id)).map(row => entry(row)),
    ...choices()
  ]
}

/** The buttons and links in sight around the table that are no action's, as the answers to a message. */
function unnamedButtons() {
  const named = new Set(parts('#keys-list [data-controls]').flatMap(({ id }) => controlsOf(id)))
  const places = ['.head', '.strip', '.told', '.foot'].flatMap(place => parts(`${place} :is(button, a, summary)`))
  return places.filter(button => !named.has(button) && !button.dataset.act && isUsable(button))
}

/** @param {HTMLElement} button @param {string} group @returns {PaletteEntry} */
const pressing = (button, group) => ({
  name: button.title || button.dataset.tip || button.ariaLabel || button.textContent || '',
  group,
  act: () => button.click()
})

/** Every choice in the settings that is not chosen, and the switches. @returns {PaletteEntry[]} */
function choices() {
  const group = phrase('settings')
  const inputs = /** @type {HTMLInputElement[]} */ (parts('#look input:not(:checked), #talk-allow, #single-keys'))
  return inputs.filter(isUsable).map(input => ({
    name: [input.closest('fieldset')?.querySelector('legend'), input.closest('label')]
      .map(part => part?.textContent?.trim() ?? '')
      .filter(Boolean)
      .join(': '),
    group,
    also: `${input.name} ${input.value}`,
    act: () => input.click()
  }))
}
