/** The menu of cells, row numbers and names: what can be done with what was pressed. */

import { phrase } from '../../text/language.js'
import { isPossible } from '../commands.js'
import { make, makeButton, moveIn, part } from '../dom.js'
import { loadWords } from '../question-words.js'
import { actionName, FILTERING, SORTING } from './column-menu.js'

/**
 * @import { Selection } from '../../grid/selection.js'
 * @import { State } from '../../state/state.js'
 * @import { Grid } from './grid.js'
 */

const COPYING = ['doCopy', 'doCopyNamed', 'doCopyPlace']
const EXACTLY = ['doFilterOnly', 'doFilterNot']
const BY_CELL = [...EXACTLY, 'doFilterGreater', 'doFilterLess', 'doFilterContains', 'doFilter']
const COLUMN = ['doPinColumn', 'doHideColumn', 'doFitColumn', 'doWrapColumn']
/** Groups of actions for each kind of selection. @type {Record<Selection['kind'], string[][]>} */
const ACTIONS = {
  cells: [COPYING, BY_CELL, ['doLook', 'doRecord'], COLUMN],
  rows: [COPYING, ['doLook', 'doRecord'], ['doHeader', 'doNoHeader']],
  columns: [SORTING, FILTERING, COPYING, COLUMN, ['doColumnLeft', 'doColumnRight', 'doShowColumns']]
}
const MARGIN = 8 // pixels from the edges of the window

/**
 * @param {HTMLElement} scroller
 * @param {Grid} grid
 * @param {() => State} state
 * @param {(column: number) => readonly number[]} selectedWith a column, or all columns that are selected with it
 * @param {(action: string) => void} onAction
 */
export async function createCellMenu(scroller, grid, state, selectedWith, onAction) {
  await loadWords()
  const menu = make('div', 'column-menu cell-menu')
  menu.role = 'menu'
  menu.popover = 'manual' // letting go of a finger that has opened it would close it else
  part('viewer').append(menu)

  function close() {
    if (menu.matches(':popover-open')) menu.hidePopover()
  }

  /** @param {string} action */
  function newItem(action) {
    const column = state().selection?.to.column ?? 0
    const words = make('span', '', actionName(action, grid, column, selectedWith(column).length))
    const [key] = part(action).querySelectorAll('kbd')
    const item = makeButton('', '', () => perform(action), words, ...(key ? [key.cloneNode(true)] : []))
    item.role = 'menuitem'
    item.tabIndex = -1
    return item
  }

  /** @param {string} action */
  function perform(action) {
    close()
    scroller.focus() // before the action, which may lead elsewhere
    onAction(action)
  }

  menu.addEventListener('keydown', event => {
    event.stopPropagation() // the keys of the table rest
    if (['Escape', 'Tab'].includes(event.key)) {
      event.preventDefault()
      close()
      scroller.focus()
    } else moveIn(menu, event)
  })
  menu.addEventListener('contextmenu', event => event.preventDefault())
  menu.addEventListener('pointerover', ({ target }) => {
    if (target instanceof Element) target.closest('button')?.focus()
  })
  addEventListener('pointerdown', ({ target }) => {
    if (!(target instanceof Node && menu.contains(target))) close()
  })
  for (const source of [window, scroller])
    for (const event of ['scroll', 'resize', 'blur']) source.addEventListener(event, close)

  return {
    /** @param {number} x @param {number} y */
    open(x, y) {
      const { selection } = state()
      if (!selection) return
      const groups = isOne(selection) ? ACTIONS[selection.kind] : [COPYING, EXACTLY]
      const possible = groups.map(group => group.filter(action => isPossible(action, state())))
      const items = possible.filter(({ length }) => length > 0).map(group => group.map(newItem))
      menu.replaceChildren(...items.flatMap((group, i) => [...(i > 0 ? [make('hr')] : []), ...group]))
      menu.ariaLabel = phrase('cellMenu')
      menu.showPopover()
      const { offsetWidth, offsetHeight } = menu
      const above = y + offsetHeight > innerHeight - MARGIN ? y - offsetHeight : y
      menu.style.left = `${Math.max(MARGIN, Math.min(x, innerWidth - offsetWidth - MARGIN))}px`
      menu.style.top = `${Math.max(MARGIN, above)}px`
      items[0]?.[0]?.focus()
    }
  }
}

/** Whether one cell, one row or nothing but columns is selected. @param {Selection} selection */
const isOne = ({ kind, from, to, more = [] }) =>
  kind === 'columns'
    ? more.every(part => part.kind === kind)
    : more.length === 0 && from.row === to.row && (kind === 'rows' || from.column === to.column)
