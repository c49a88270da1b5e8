/** The actions of templates/shortcuts.html: each is done by a key or from the command palette. */

import { hasColumns } from '../grid/column-windows.js'
import { select } from '../grid/selection.js'
import { numberOf } from '../protocol/paging.js'
import { canReparse, headerRow } from '../state/state.js'
import { rowsShown } from '../state/views.js'
import { phrase } from '../text/language.js'
import { columnNames } from './address.js'
import { closePopover, enter, lendFocus, part, parts, show } from './dom.js'

/**
 * @import { DialectChoices, Span } from '../protocol/frames.js'
 * @import { Step } from '../protocol/paging.js'
 * @import { LocalEvent, State } from '../state/state.js'
 * @import { Ordering } from '../view/editing.js'
 * @import { CommandPalette } from './command-palette.js'
 * @import { Grid } from './grid/grid.js'
 * @import { GridSelection } from './grid/selection.js'
 * @import { Lazy } from './lazy.js'
 */

/**
 * @template {(...given: any[]) => any} F
 * @typedef {Lazy<ReturnType<F>>} LazyPart
 */

/** The actions that sort by one column. @type {Record<string, Ordering>} */
export const ORDERINGS = {
  doSortAscending: 'ascending',
  doSortDescending: 'descending',
  doSortNatural: 'natural',
  doSortNone: 'none'
}

/** Whether an action filters. @param {string} action */
export const isFilter = action => action.startsWith('doFilter')

/** Whether a filter begins with a field to type into. @param {string} action */
export const opensField = action => /^doFilter(Row|Search)?$/.test(action)

/** @typedef {{close: () => boolean}} Closable `close` returns whether it was open */

/**
 * @typedef {object} ActionParts
 * @property {() => State} state
 * @property {(event: LocalEvent) => void} dispatch
 * @property {(sentence: string) => void} onSentence
 * @property {(direction: Step, land?: 'bottom') => void} onStep
 * @property {(direction: 'next' | 'previous') => void} onScroll scroll on past an end of the page
 * @property {(rows: readonly Span[], direction: 1 | -1, all: number) => void} onRows
 * @property {(choices: Partial<DialectChoices>) => void} onReparse
 * @property {(ordering: Ordering, isMore?: boolean) => void} onSort by the column of the focus cell
 * @property {(action: string) => boolean} onFilter by the selected cells, or by the column of the focus cell
 * @property {(action: string) => void} onFigures a plot, or figures of all columns, or of that of the focus cell
 * @property {(place: {view: string}) => void} onShow a view to everyone
 * @property {HTMLElement} scroller
 * @property {Grid} grid
 * @property {GridSelection} gridSelection
 * @property {ReturnType<typeof import('./grid/columns.js').createColumns>} columns
 * @property {(named: boolean) => void} copyCells with the names of the columns or without
 * @property {ReturnType<typeof import('./navigation.js').createNavigation>} navigation
 * @property {LazyPart<typeof import('./presence.js').createPresence>} presence
 * @property {ReturnType<typeof import('./status-bar.js').createStatusBar>} statusBar
 * @property {readonly Closable[]} drawers
 * @property {LazyPart<typeof import('./find-bar.js').createFindBar>} findBar
 * @property {LazyPart<typeof import('./row-details.js').createRowDetails>} rowDetails
 * @property {LazyPart<typeof import('./command-palette.js').createCommandPalette>} palette
 * @property {LazyPart<typeof import('./printing.js').createPrinting>} printing
 * @property {LazyPart<typeof import('./talk.js').createTalk>} talk
 */

/** @param {ActionParts} parts @returns {(action: string) => boolean} whether the action did something */
export function createActions(parts) {
  const { state, onStep, gridSelection, columns, statusBar, findBar, palette } = parts

  /**
   * An action that returns false leaves the key to the browser.
   *
   * @type {Record<string, () => unknown>}
   */
  const actions = {
    doEscape: () => closeNearest(parts),
    doScreenDown: () => scrollScreen(parts, 1),
    doScreenUp: () => scrollScreen(parts, -1),
    doNext: () => onStep('next'),
    doPrevious: () => onStep('previous', 'bottom'),
    doFirst: () => onStep('first'),
    doLast: () => onStep('last'),
    doTableStart: () => goToEnd(parts, 'start'),
    doTableEnd: () => goToEnd(parts, 'end'),
    doGoToRow: () => openPalette(palette, it => it.open(true)),
    doTypePage: statusBar.typePage,
    doGoToColumn: () => chooseColumn(parts),
    doFind() {
      enter('find') // before the find bar is loaded: what is typed now is no shortcut
      findBar.ask()
    },
    doFindNext: () => findMatch(parts, 1),
    doFindPrevious: () => findMatch(parts, -1),
    doSort: () => parts.onSort('next'),
    doSortMore: () => parts.onSort('next', true),
    ...Object.fromEntries(Object.entries(ORDERINGS).map(([id, ordering]) => [id, () => parts.onSort(ordering)])),
    doShapes: () => void parts.onFigures('doShapes'),
    doProfile: () => void parts.onFigures('doProfile'),
    doPlot: () => void parts.onFigures('doPlot'),
    doWholeTable: () => parts.onShow({ view: '' }),
    doIrregularNext: () => goToIrregular(parts, 1),
    doIrregularPrevious: () => goToIrregular(parts, -1),
    doHeader: () => chooseHeader(parts, true),
    doNoHeader: () => chooseHeader(parts, false),
    doRecord: () => parts.rowDetails.ask(it => it.toggle(state())),
    doCopy: () => parts.copyCells(false),
    doCopyNamed: () => parts.copyCells(true),
    doCopyPlace: parts.navigation.copy,
    doPrint: () => parts.printing.ask(it => it.print()),
    doLook: () => parts.presence.ask(it => it.point()),
    doTalk: () => openTalk(parts.talk),
    doPalette: () => openPalette(palette, it => it.open(false)),
    doKeys: () => statusBar.toggleKeys()
  }

  return action => {
    if (action !== 'doEscape' && !state().page) return false
    if (gridSelection.act(action) || columns.act(action)) return true
    if (isFilter(action)) return parts.onFilter(action)
    return (actions[action] ?? (() => press(action)))() !== false
  }
}

/** The buttons, links and fields that the list of actions names for one, the best first. @param {string} action */
export const controlsOf = action => (part(action).dataset.controls ?? '').split(', ').filter(Boolean).flatMap(parts)

/** Whether a control could be used now, were it in sight. @param {HTMLElement} control */
export const isUsable = control =>
  !control.closest('[hidden]') && !control.matches(':disabled, [aria-disabled=true], [aria-checked=true]')

/** Press the control of an action. @param {string} action @returns {boolean} whether it has one that is of use */
function press(action) {
  const control = controlsOf(action).find(isUsable)
  if (control?.matches('summary')) control.focus() // what it opens follows
  control?.click()
  return control !== undefined
}

/** Scroll by a screen, and on to the next page. @param {ActionParts} parts @param {1 | -1} direction */
function scrollScreen({ grid, gridSelection, onScroll }, direction) {
  const { atTop, atBottom } = grid.scroll()
  if (direction > 0 && atBottom) return onScroll('next')
  if (direction < 0 && atTop) return onScroll('previous')
  grid.screen(direction)
  gridSelection.follow()
}

/** Go to the first cell of the data or to the last one, past any page. @param {ActionParts} parts @param {'start' | 'end'} end */
function goToEnd({ state, grid, navigation }, end) {
  const { doc, page } = state()
  if (!doc) return
  const isEnd = end === 'end'
  const rows = rowsShown(state())
  const row = isEnd ? rows : Math.min(rows, page?.view ? 1 : doc.preamble + Number(doc.dialect.header) + 1)
  navigation.goShown(select({ row, column: grid.order().of(isEnd ? grid.extent().right : 0) }))
}

/** Without a search the key is free for other rows. @param {ActionParts} parts @param {1 | -1} direction */
function findMatch({ findBar }, direction) {
  if (!part('find', HTMLInputElement).value) return false
  findBar.ask(it => it.step(direction))
  return true
}

/** @param {ActionParts} parts @param {1 | -1} direction */
function goToIrregular({ state, onRows, onSentence }, direction) {
  const { doc } = state()
  if (!doc) return
  const { irregular, irregular_rows } = doc
  if (irregular === 0) return onSentence(phrase('allRegular'))
  onRows(irregular_rows, direction, irregular)
}

/** Make the selected row the header, or read the table without one. @param {ActionParts} parts @param {boolean} header */
function chooseHeader({ state, gridSelection, onReparse }, header) {
  const { doc, page } = state()
  const row = page ? numberOf(page, gridSelection.place().row) : 0
  const isSo = header ? row === headerRow(doc) : doc?.dialect.header === false
  if (!doc || !canReparse(state()) || isSo) return false
  onReparse(header ? { header, preamble: row - 1 } : { header })
  return true
}

/** Ask for a column. The names of a wide table load meanwhile. @param {ActionParts} parts */
function chooseColumn({ state, grid, palette }) {
  const { uuid, doc, page } = state()
  if (!uuid || !doc || !page) return
  const known = Array.from({ length: grid.count() }, (_, column) => grid.name(column) ?? undefined)
  const names = hasColumns(page, [[1, known.length]]) ? undefined : columnNames(uuid, doc.version).catch(() => known)
  openPalette(palette, it => it.openColumns(known, names))
}

/**
 * Open the palette's field at once, and fill it once the palette is loaded. Enter counts even before.
 *
 * @param {ActionParts['palette']} palette
 * @param {(it: CommandPalette) => void} begin
 */
function openPalette(palette, begin) {
  const dialog = part('palette', HTMLDialogElement)
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

/**
 * Open the talk or close it. Its field opens even before it is loaded: what is typed now is no shortcut, and Enter and Escape
 * count.
 *
 * @param {ActionParts['talk']} talk
 */
function openTalk(talk) {
  if (talk.here) return talk.here.toggle()
  const form = part('talk-form', HTMLFormElement)
  const panel = part('talk')
  const giveBack = lendFocus(panel, part('talk-button'))
  let entered = false
  let left = false
  form.onsubmit = event => {
    event.preventDefault()
    entered = true
  }
  panel.onkeydown = event => {
    if (talk.here || event.key !== 'Escape') return
    event.stopPropagation()
    left = true
    giveBack()
    show(panel, false)
  }
  show(panel, true)
  part('talk-text').focus()
  talk.ask(it => {
    if (left) return
    it.toggle(true, giveBack)
    if (entered) form.requestSubmit()
  })
}

/** Close what is open, the nearest first. @param {ActionParts} parts */
function closeNearest({ state, dispatch, scroller, statusBar, drawers, findBar, rowDetails, talk }) {
  if (part('palette', HTMLDialogElement).open) return false
  if (closePopover() || drawers.some(drawer => drawer.close()) || statusBar.toggleKeys(false)) return true
  if (findBar.here?.close() || rowDetails.here?.close() || talk.here?.close()) return true
  const { selection, toast } = state()
  if (selection) dispatch({ type: 'selected', selection: null })
  else if (toast) dispatch({ type: 'toast-dismissed', toast })
  if (document.activeElement === part('page')) scroller.focus()
  return true
}
