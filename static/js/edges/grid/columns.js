/** Columns arranged by hand: by the menu of a column, by the palette and by dragging, with a trace and an undo. */

import { arrangement, showAll, widthOf, withChoice, withHidden, withMove } from '../../grid/layout.js'
import { dotted } from '../../screen/sentences.js'
import { phrase } from '../../text/language.js'
import { announce, called, makeButton, moveIn, optionLabel, part, say, show } from '../dom.js'
import { columnChoices, keepColumns } from '../storage.js'
import { areWrapped } from './table.js'

/**
 * @import { ColumnChoice, Layout } from '../../grid/layout.js'
 * @import { State } from '../../state/state.js'
 * @import { Grid } from './grid.js'
 */

const EDGE = 6 // pixels from a column's edge that take hold of it
const MENU_WIDTH = 330 // pixels
const MAX_UNDONE = 50

/**
 * @typedef {ReturnType<typeof createColumns>} Columns
 *
 * @typedef {Record<string, (column: number) => void>} ColumnActions
 * @typedef {(column: number, choice: Partial<ColumnChoice>, isFinal?: boolean) => void} Arrange arranges a column
 */

/**
 * @param {HTMLElement} scroller @param {Grid} grid @param {() => number} current the column of the focus cell
 * @param {() => void} onList the list of columns is asked for
 * @param {(action: string, column: number) => void} onCopy a column, or its link, is to be copied
 */
export function createColumns(scroller, grid, current, onList, onCopy) {
  /** @type {string | null} */
  let uuid = null
  /** @type {State['page']} */
  let page = null
  const arranged = createArrangement(scroller, grid)
  const { choices, choose, keep } = arranged

  /** @type {Arrange} */
  function set(column, choice, isFinal = true) {
    const name = grid.name(column)
    if (name === null) return
    const next = withChoice(choices(), { name, at: column, ...choice }, grid.layout().choices.get(column))
    if (isFinal) keep(next)
    else choose(next)
  }

  /** @param {number} column @param {number} position of the column to stand before */
  function moveTo(column, position) {
    const name = grid.name(column)
    const { order, pinned } = grid.layout()
    const isPlace = position >= pinned && position <= order.length
    if (name !== null && isPlace) keep(withMove(choices(), grid.layout(), { name, at: column }, position))
  }

  const actions = {
    ...actionsOf(grid, set, moveTo),
    doShowColumns: () => keep(showAll(choices())),
    doUndoColumns: arranged.undo,
    doColumns: onList,
    doColumnMenu: (/** @type {number} */ column) => open(column)
  }

  /** Open the menu of a column. @param {number} column */
  function open(column) {
    const copying = Object.fromEntries(COPYING.map(id => [id, () => onCopy(id, column)]))
    const all = /** @type {ColumnActions} */ ({ ...copying, ...actions })
    openMenu(grid, set, page, column, action => {
      scroller.focus() // before the action, which may lead elsewhere
      all[action]?.(column)
    })
  }

  listen(grid, open, actions.doFitColumn)
  return {
    set,
    moveTo,
    open,
    /** Hide columns, or show them again. @param {readonly {name: string, at: number}[]} columns @param {boolean} hidden */
    setHidden: (columns, hidden) => keep(withHidden(choices(), grid.layout(), columns, hidden)),
    /** @param {string} action @returns {boolean} whether it did something */
    act(action) {
      const act = /** @type {ColumnActions} */ (actions)[action]
      act?.(current())
      return act !== undefined
    },
    /** @param {State} state */
    show(state) {
      const turned = state.page?.page_no !== page?.page_no || state.page?.version !== page?.version
      page = state.page
      if (state.uuid !== uuid) arranged.open(state.uuid)
      uuid = state.uuid
      arranged.show(turned)
    }
  }
}

/**
 * The arrangement of the columns: it is kept, it says what is hidden, pinned and moved, and each step can be undone.
 *
 * @param {HTMLElement} scroller @param {Grid} grid
 */
function createArrangement(scroller, grid) {
  /** @type {string | null} */
  let uuid = null
  /** @type {readonly ColumnChoice[]} */
  let choices = []
  /** @type {readonly ColumnChoice[]} as they were before the hand that is moving */
  let kept = choices
  /** @type {(readonly ColumnChoice[])[]} */
  let before = []
  let wasReset = false

  /** @param {readonly ColumnChoice[]} next */
  function choose(next) {
    choices = next
    grid.choose(choices)
  }

  const words = () => arrangedWords(grid.layout())
  const draw = () => drawChip(scroller, words(), before.length > 0, wasReset)

  /** @param {readonly ColumnChoice[]} next */
  function put(next) {
    const old = words()
    choose(next)
    kept = next
    if (uuid) keepColumns(uuid, next)
    const found = words()
    wasReset = old !== '' && found === ''
    draw()
    if (old !== found) announce(found || phrase('columnsReset'))
  }

  return {
    choices: () => choices,
    choose,
    /** Keep an arrangement. @param {readonly ColumnChoice[]} next */
    keep(next) {
      before = [...before, kept].slice(-MAX_UNDONE)
      put(next)
    },
    undo() {
      const last = before.at(-1)
      before = before.slice(0, -1)
      if (last) put(last)
    },
    /** @param {string | null} next */
    open(next) {
      uuid = next
      before = []
      kept = uuid ? columnChoices(uuid) : []
      choose(kept)
    },
    /** @param {boolean} turned whether this is another page, or one of another version */
    show(turned) {
      if (turned) wasReset = false
      draw()
    }
  }
}

/**
 * @param {Grid} grid @param {(column: number) => void} onMenu the menu of a column is asked for
 * @param {(column: number) => void} onFit
 */
function listen(grid, onMenu, onFit) {
  grid.head.addEventListener('contextmenu', event => {
    const spot = grid.spotOf(event.target)
    if (spot?.kind !== 'columns' || event.shiftKey) return
    event.preventDefault()
    onMenu(spot.column)
  })
  grid.head.addEventListener('dblclick', event => {
    const edge = edgeUnder(grid, event)
    if (edge !== null) onFit(edge)
  })
  const menu = part('column-menu')
  menu.addEventListener('keydown', event => {
    if (event.target instanceof HTMLSelectElement || event.key === 'Escape') return
    event.stopPropagation() // the keys of the table rest
    moveIn(menu, event)
  })
}

/** What a person has done to the columns; nothing where they stand as in the file. @param {Layout} layout */
function arrangedWords(layout) {
  const { hidden, pinned, moved } = arrangement(layout)
  return dotted(
    hidden > 0 && phrase('hiddenColumns', { n: hidden }),
    pinned > 0 && phrase('pinnedColumns', { n: pinned }),
    moved && phrase('reordered')
  )
}

/**
 * Draw the chip. After a reset it stays a moment, for the undo.
 *
 * @param {HTMLElement} scroller @param {string} words @param {boolean} canUndo @param {boolean} wasReset
 */
function drawChip(scroller, words, canUndo, wasReset) {
  const chip = part('arranged')
  const focused = document.activeElement
  say(part('arranged-words'), words || phrase('columnsReset'))
  show(part('arranged-undo'), canUndo)
  show(part('arranged-reset'), words !== '')
  show(chip, words !== '' || (wasReset && canUndo))
  if (!chip.contains(focused) || !focused?.closest('[hidden]')) return
  const next = chip.hidden ? scroller : part('arranged-words')
  next.focus()
}

/** @param {Grid} grid @param {Arrange} set @param {(column: number, position: number) => void} moveTo */
function actionsOf(grid, set, moveTo) {
  /** @param {number} column */
  const position = column => grid.layout().positions[column] ?? -1
  return {
    doPinColumn: (/** @type {number} */ column) =>
      set(column, { pinned: !isPinned(grid, column) || undefined, to: undefined }),
    doPinFirst() {
      const { order, pinned } = grid.layout()
      const first = order[0]
      if (first !== undefined) set(first, { pinned: pinned === 0 || undefined, to: undefined })
    },
    doHideColumn: (/** @type {number} */ column) => set(column, { hidden: true }),
    doFitColumn: (/** @type {number} */ column) =>
      set(column, { width: Math.ceil(grid.layout().natural[column] ?? widthOf(grid.layout(), column)) }),
    doWrapColumn: (/** @type {number} */ column) =>
      grid.restyle(() => set(column, { wrap: !isWrapped(grid.layout(), column) })),
    doColumnLeft: (/** @type {number} */ column) => moveTo(column, position(column) - 1),
    doColumnRight: (/** @type {number} */ column) => moveTo(column, position(column) + 2)
  }
}

/** Whether the text of a column wraps. @param {Layout} layout @param {number} column */
const isWrapped = ({ choices }, column) => choices.get(column)?.wrap ?? areWrapped()

/** The name of an action, for a column. @param {string} id @param {Grid} grid @param {number} column */
export function actionName(id, grid, column) {
  if (id === 'doPinColumn' && isPinned(grid, column)) return phrase('unpinColumn')
  return id === 'doWrapColumn' && isWrapped(grid.layout(), column) ? phrase('unwrapColumn') : called(id)
}

/** @param {Grid} grid @param {number} column */
const isPinned = (grid, column) => {
  const { positions, pinned } = grid.layout()
  return (positions[column] ?? pinned) < pinned
}

/** The column whose right edge is under the pointer. @param {Grid} grid @param {MouseEvent} event */
export function edgeUnder(grid, { target, clientX }) {
  const spot = grid.spotOf(target)
  if (spot?.kind !== 'columns') return null
  const { order, positions } = grid.layout()
  const { left, right } = spot.element.getBoundingClientRect()
  if (right - clientX <= EDGE) return spot.column
  return clientX - left <= EDGE ? (order[(positions[spot.column] ?? 0) - 1] ?? null) : null
}

const COPYING = ['doCopy', 'doCopyNamed', 'doCopyPlace']
const IN_MENU = [
  ...COPYING,
  ...['doPinColumn', 'doHideColumn', 'doFitColumn', 'doWrapColumn', 'doColumnLeft', 'doColumnRight'],
  ...['doColumns', 'doShowColumns']
]

/**
 * @param {Grid} grid @param {Arrange} set @param {State['page']} page @param {number} column
 * @param {(action: string) => void} onAction
 */
function openMenu(grid, set, page, column, onAction) {
  const menu = part('column-menu')
  const lens = part('column-lens', HTMLSelectElement)
  const name = [...grid.head.querySelectorAll('th')].find(one => grid.spotOf(one)?.column === column)
  const { left, bottom } = (name ?? grid.head).getBoundingClientRect()
  const items = IN_MENU.map(id => {
    return makeButton('', actionName(id, grid, column), () => {
      menu.hidePopover()
      onAction(id)
    })
  })
  part('column-actions').replaceChildren(...items)
  lens.value = grid.layout().choices.get(column)?.lens ?? ''
  lens.onchange = () => {
    menu.hidePopover()
    set(column, { lens: lens.value })
  }
  const found = page?.lenses[column] || page?.kinds[column] || 'text'
  const [automatic] = lens.options
  if (automatic) automatic.text = `${automatic.title} (${optionLabel(lens.id, found)})`
  menu.style.left = `${Math.max(0, Math.min(left, innerWidth - MENU_WIDTH))}px`
  menu.style.top = `${bottom}px`
  menu.showPopover()
  items[0]?.focus()
}
