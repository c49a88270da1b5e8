/** The menu of a column: actions on it and on those that are selected with it, and the way in which it is read. */

import { phrase } from '../../text/language.js'
import { called, make, makeButton, moveIn, optionLabel, part } from '../dom.js'
import { loadWords } from '../question-words.js'
import { isPinned, isWrapped } from './columns.js'

/**
 * @import { State } from '../../state/state.js'
 * @import { Arrange } from './columns.js'
 * @import { Grid } from './grid.js'
 */

/**
 * @typedef {'pinColumns' | 'unpinColumns' | 'hideColumns' | 'fitColumns' | 'wrapColumns' | 'unwrapColumns' | 'columnsLeft'
 *   | 'columnsRight'} Together the texts for several columns
 */

const MENU_WIDTH = 330 // pixels
const MARGIN = 8 // pixels between a tall menu and the end of the window
const LEAST = 420 // pixels of a menu below the names: with less room it begins above them
/**
 * The names of copying for a column that is not selected.
 *
 * @type {Record<string, 'copyColumn' | 'copyColumnNamed' | 'linkColumn'>}
 */
const COPYING = { doCopy: 'copyColumn', doCopyNamed: 'copyColumnNamed', doCopyPlace: 'linkColumn' }
export const SORTING = ['doSortAscending', 'doSortDescending', 'doSortNatural', 'doSortNone']
export const FILTERING = ['doFilter', 'doFilterBlank', 'doFilterFull']
const ACTIONS = [
  SORTING,
  FILTERING,
  ['doProfile', 'doPlot'],
  Object.keys(COPYING),
  ['doPinColumn', 'doHideColumn', 'doFitColumn', 'doWrapColumn', 'doColumnLeft', 'doColumnRight'],
  ['doColumns', 'doShowColumns']
]

/** The names of actions on several columns. @type {Record<string, Together>} */
const TOGETHER = {
  doPinColumn: 'pinColumns',
  unpinColumn: 'unpinColumns',
  doHideColumn: 'hideColumns',
  doFitColumn: 'fitColumns',
  doWrapColumn: 'wrapColumns',
  unwrapColumn: 'unwrapColumns',
  doColumnLeft: 'columnsLeft',
  doColumnRight: 'columnsRight'
}

/**
 * The name of an action, for a column and those that are selected with it.
 *
 * @param {string} id
 * @param {Grid} grid
 * @param {number} column
 * @param {number} n columns
 */
export function actionName(id, grid, column, n) {
  const unpins = id === 'doPinColumn' && isPinned(grid.layout(), column) && 'unpinColumn'
  const undone = unpins || (id === 'doWrapColumn' && isWrapped(grid.layout(), column) && 'unwrapColumn')
  const together = TOGETHER[undone || id]
  if (n > 1 && together) return phrase(together, { n })
  return undone ? phrase(undone) : called(id)
}

/**
 * @param {HTMLElement} scroller
 * @param {Grid} grid
 * @param {(column: number) => readonly number[]} selectedWith a column, or all columns that are selected with it
 * @param {(column: number) => boolean} isSelected
 */
export async function createColumnMenu(scroller, grid, selectedWith, isSelected) {
  await loadWords()
  const menu = part('column-menu')
  const lens = part('column-lens', HTMLSelectElement)

  menu.addEventListener('keydown', event => {
    if (event.key === 'Escape') scroller.focus() // the key itself closes it
    if (event.target instanceof HTMLSelectElement || event.key === 'Escape') return
    event.stopPropagation() // the keys of the table rest
    moveIn(menu, event)
  })
  addEventListener('pointerdown', ({ target }) => {
    if (!(target instanceof Node && menu.contains(target))) menu.hidePopover()
  })

  return {
    /**
     * @param {number} column
     * @param {State['page']} page
     * @param {Arrange} set
     * @param {(action: string) => void} onAction
     */
    open(column, page, set, onAction) {
      const head = [...grid.head.querySelectorAll('th')].find(one => grid.spotOf(one)?.column === column)
      const { left, bottom } = (head ?? grid.head).getBoundingClientRect()
      const item = (/** @type {string} */ id) => {
        const copying = !isSelected(column) && COPYING[id]
        const name = copying ? phrase(copying) : actionName(id, grid, column, selectedWith(column).length)
        return makeButton('', name, () => {
          menu.hidePopover()
          onAction(id)
        })
      }
      part('column-actions').replaceChildren(...ACTIONS.flatMap(group => [...group.map(item), make('hr')]))
      lens.value = grid.layout().choices.get(column)?.lens ?? ''
      lens.onchange = () => {
        menu.hidePopover()
        set(column, { lens: lens.value })
      }
      const found = page?.lenses[column] || page?.kinds[column] || 'text'
      const [automatic] = lens.options
      if (automatic) automatic.text = `${automatic.title} (${optionLabel(lens.id, found)})`
      menu.style.left = `${Math.max(0, Math.min(left, innerWidth - MENU_WIDTH))}px`
      menu.showPopover()
      const top = Math.max(MARGIN, Math.min(bottom, innerHeight - Math.min(menu.scrollHeight, LEAST) - MARGIN))
      menu.style.top = `${top}px`
      menu.style.maxHeight = `${innerHeight - top - MARGIN}px`
      menu.querySelector('button')?.focus()
    }
  }
}
