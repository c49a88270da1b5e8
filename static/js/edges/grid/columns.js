/** Columns arranged by hand: by the menu of a column, by the palette and by dragging, with a trace and an undo. */

import { arrangement, showAll, widthOf, withChoice, withHidden, withMove } from '../../grid/layout.js'
import { dotted } from '../../screen/sentences.js'
import { phrase } from '../../text/language.js'
import { announce, part, say, show } from '../dom.js'
import { columnChoices, keepColumns } from '../storage.js'
import { areWrapped } from './table.js'

/**
 * @import { ColumnChoice, Layout } from '../../grid/layout.js'
 * @import { State } from '../../state/state.js'
 * @import { Grid } from './grid.js'
 */

const EDGE = 6 // pixels from a column's edge that take hold of it
const MAX_UNDONE = 50

/**
 * @typedef {ReturnType<typeof createColumns>} Columns
 *
 * @typedef {Record<string, (column: number) => void>} ColumnActions
 * @typedef {Partial<ColumnChoice>} Change
 * @typedef {(column: number, change: Change | ((column: number) => Change), isFinal?: boolean) => void} Arrange arranges
 *   a column, and those that are selected with it
 *
 * @typedef {Awaited<ReturnType<typeof import('./column-menu.js').createColumnMenu>>['open']} OpenMenu
 *
 * @typedef {object} ColumnHandlers
 * @property {() => number} current the column of the focus cell
 * @property {(column: number) => readonly number[]} selectedWith a column, or all columns that are selected with it
 * @property {() => Promise<string[]> | undefined} loadNames loads the names that are not here
 * @property {() => void} onList the list of columns is asked for
 * @property {OpenMenu} onMenu the menu of a column is asked for
 * @property {(action: string, column: number) => unknown} onCopy a column, or its link, is to be copied
 * @property {(action: string, column: number) => void} onSort
 * @property {(action: string, column: number) => void} onFilter
 * @property {(action: string, column: number) => void} onFigures
 * @property {(columns: number[]) => void} onChoose the view is to show these columns, in this order; none for all
 * @property {(sentence: string) => void} onSentence
 */

/** @param {HTMLElement} scroller @param {Grid} grid @param {ColumnHandlers} handlers */
export function createColumns(
  scroller,
  grid,
  { current, onList, onMenu, onCopy, onSort, onFilter, onFigures, ...handlers }
) {
  /** @type {string | null} */
  let uuid = null
  /** @type {State['page']} */
  let page = null
  const arranged = createArrangement(scroller, grid)
  const { choices, keep } = arranged
  const { set, moveTo } = createChanges(grid, arranged, handlers)

  /** @type {ColumnActions} */
  const actions = {
    ...actionsOf(grid, set, moveTo, handlers.selectedWith),
    doPinFirst: () => pinFirst(grid, choices(), keep),
    doShowColumns: () => void (inView(grid, () => [], handlers.onChoose) || keep(showAll(choices()))),
    doUndoColumns: arranged.undo,
    doColumns: onList,
    doColumnMenu: open
  }

  /** Open the menu of a column. @param {number} column */
  function open(column) {
    onMenu(column, page, set, action => {
      scroller.focus() // before the action, which may lead elsewhere
      if (action.startsWith('doCopy')) onCopy(action, column)
      else if (action.startsWith('doSort')) onSort(action, column)
      else if (action.startsWith('doFilter')) onFilter(action, column)
      else if (action === 'doProfile' || action === 'doPlot') onFigures(action, column)
      else actions[action]?.(column)
    })
  }

  grid.head.addEventListener('dblclick', event => {
    const edge = edgeUnder(grid, event)
    if (edge !== null) actions.doFitColumn?.(edge)
  })
  return {
    set,
    moveTo,
    open,
    /** Hide columns, or show them again. @param {readonly {name: string, at: number}[]} columns @param {boolean} hidden */
    setHidden(columns, hidden) {
      const own = columns.map(({ at }) => at)
      /** @param {readonly number[]} chosen */
      const others = chosen => chosen.filter(column => !own.includes(column))
      const isViews = inView(grid, chosen => [...others(chosen), ...(hidden ? [] : own)], handlers.onChoose)
      if (!isViews) keep(withHidden(choices(), grid.layout(), columns, hidden))
    },
    /** @param {string} action @returns {boolean} whether it did something */
    act(action) {
      const act = actions[action]
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
 * The changes to a column that hold for all columns that are selected with it.
 *
 * @param {Grid} grid
 * @param {ReturnType<typeof createArrangement>} arranged
 * @param {Pick<ColumnHandlers, 'selectedWith' | 'loadNames' | 'onChoose' | 'onSentence'>} handlers
 */
function createChanges(grid, { choices, choose, keep }, { selectedWith, loadNames, onChoose, onSentence }) {
  /**
   * Do something with columns once their names are here.
   *
   * @param {readonly number[]} columns @param {(named: {name: string, at: number}[]) => void} act
   */
  function withNames(columns, act) {
    const give = (/** @type {readonly string[]} */ loaded) => {
      const named = columns.map(at => ({ name: grid.name(at) ?? loaded[at] ?? null, at }))
      act(/** @type {{name: string, at: number}[]} */ (named.filter(({ name }) => name !== null)))
    }
    const isKnown = columns.every(column => grid.name(column) !== null)
    if (isKnown) give([])
    else loadNames()?.then(give, () => onSentence(phrase('unreachable')))
  }

  /** @type {Arrange} */
  function set(column, change, isFinal = true) {
    const of = (/** @type {number} */ at) => (typeof change === 'function' ? change(at) : change)
    const wraps = 'wrap' in of(column)
    const columns = selectedWith(column)
    const hides = 'hidden' in of(column)
    if (hides && inView(grid, chosen => chosen.filter(one => !columns.includes(one)), onChoose)) return
    withNames(isFinal ? columns : columns.filter(at => grid.name(at) !== null), named => {
      const found = grid.layout().choices
      const next = named.reduce((all, one) => withChoice(all, { ...one, ...of(one.at) }, found.get(one.at)), choices())
      if (!isFinal) choose(next)
      else if (wraps) grid.restyle(() => keep(next))
      else if (named.length > 0) keep(next)
    })
  }

  /** Move a column, and those that are selected with it. @param {number} column @param {number} position to stand before */
  function moveTo(column, position) {
    const { order, pinned, positions } = grid.layout()
    const columns = selectedWith(column)
    const own = columns.map(one => positions[one] ?? -1)
    const [first, last] = [Math.min(...own), Math.max(...own)]
    const stays = last - first < own.length && position >= first && position <= last + 1
    if (stays || position < pinned || position > order.length) return
    const next = order.subarray(position).find(one => !columns.includes(one))
    /** @param {readonly number[]} chosen */
    const moved = chosen => {
      const rest = chosen.filter(one => !columns.includes(one))
      rest.splice(next === undefined ? rest.length : rest.indexOf(next), 0, ...columns)
      return rest
    }
    if (inView(grid, moved, onChoose)) return
    withNames(columns, named => keep(withMove(choices(), grid.layout(), named, position)))
  }

  return { set, moveTo }
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
 * Change the view's choice of columns, where it makes one: then hiding and moving are everyone's.
 *
 * @param {Grid} grid @param {(chosen: readonly number[]) => number[]} edit @param {ColumnHandlers['onChoose']} onChoose
 * @returns {boolean} whether the view chooses columns
 */
function inView(grid, edit, onChoose) {
  const { chosen } = grid.layout()
  if (chosen.length > 0) onChoose(edit(chosen))
  return chosen.length > 0
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

/**
 * Keep the first column in sight, or let it go.
 *
 * @param {Grid} grid @param {readonly ColumnChoice[]} choices @param {(next: ColumnChoice[]) => void} keep
 */
function pinFirst(grid, choices, keep) {
  const { order, pinned, choices: found } = grid.layout()
  const [at = -1] = order
  const name = grid.name(at)
  if (name !== null)
    keep(withChoice(choices, { name, at, pinned: pinned === 0 || undefined, to: undefined }, found.get(at)))
}

/**
 * @param {Grid} grid @param {Arrange} set @param {(column: number, position: number) => void} moveTo
 * @param {ColumnHandlers['selectedWith']} selectedWith
 */
function actionsOf(grid, set, moveTo, selectedWith) {
  /** @param {number} column */
  const positions = column => selectedWith(column).map(one => grid.layout().positions[one] ?? -1)
  return {
    doPinColumn: (/** @type {number} */ column) =>
      set(column, { pinned: !isPinned(grid.layout(), column) || undefined, to: undefined }),
    doHideColumn: (/** @type {number} */ column) => set(column, { hidden: true }),
    doFitColumn: (/** @type {number} */ column) =>
      set(column, one => ({ width: Math.ceil(grid.layout().natural[one] ?? widthOf(grid.layout(), one)) })),
    doWrapColumn: (/** @type {number} */ column) => set(column, { wrap: !isWrapped(grid.layout(), column) }),
    doColumnLeft: (/** @type {number} */ column) => moveTo(column, Math.min(...positions(column)) - 1),
    doColumnRight: (/** @type {number} */ column) => moveTo(column, Math.max(...positions(column)) + 2)
  }
}

/** Whether the text of a column wraps. @param {Layout} layout @param {number} column */
export const isWrapped = ({ choices }, column) => choices.get(column)?.wrap ?? areWrapped()

/** Whether a column is pinned. @param {Layout} layout @param {number} column */
export function isPinned({ positions, pinned }, column) {
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
