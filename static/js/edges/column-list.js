/** The list of all columns: each can be hidden or shown, and found by its name. */

import { sortColumns } from '../grid/column-order.js'
import { knownName, unnamed } from '../grid/layout.js'
import { parsePage } from '../protocol/paging.js'
import { dotted } from '../screen/sentences.js'
import { clip, visible } from '../text/format.js'
import { number, phrase } from '../text/language.js'
import { make, part, sayOrHide } from './dom.js'

/**
 * @import { ColumnFigures, ListOrder } from '../grid/column-order.js'
 * @import { Layout } from '../grid/layout.js'
 * @import { State } from '../state/state.js'
 */

const MAX_LISTED = 1000 // columns: more than anybody scrolls through
const MAX_NAME = 80 // characters
const MAX_LOADED = 20_000 // names: beyond, a column without a name is one whose name is not known

/**
 * @typedef {object} ColumnListHandlers
 * @property {() => Layout} layout
 * @property {(columns: {name: string, at: number}[], hidden: boolean) => void} onHide
 * @property {(columns: number[]) => void} onChoose the view is to show these columns, in this order; none for all
 * @property {(sentence: string) => void} onSentence
 * @property {(onFigures: (figures: ReadonlyMap<number, ColumnFigures>) => void) => void} onDescribe the figures of all
 *   columns are wanted: they come band by band
 */

/** @param {ColumnListHandlers} handlers */
export function createColumnList({ layout, onHide, onChoose, onSentence, onDescribe }) {
  const panel = part('column-list')
  const field = part('column-list-field', HTMLInputElement)
  const list = part('column-list-items')
  const checkView = createInView(layout, onChoose)
  /** @type {(string | undefined)[]} */
  let names = []
  /** @type {number[]} the columns that match what is typed */
  let found = []
  const order = createOrder(onDescribe, fill)

  const isHidden = (/** @type {number} */ column) => (layout().positions[column] ?? -1) < 0

  function fill() {
    found = order.sort(matching(names, field.value))
    const { choices } = layout()
    const items = found.slice(0, MAX_LISTED).map(column => {
      const name = clip(visible(names[column] || unnamed(column)), MAX_NAME)
      const item = newItem(column, name, choices.get(column)?.pinned, hidden => hide([column], hidden))
      return withFigures(item, order.figuresOf(column))
    })
    list.replaceChildren(...items)
    list.querySelector('input')?.setAttribute('tabindex', '0')
    sayOrHide(part('column-list-rest'), restWords(found.length))
    check()
  }

  /** Show which columns are hidden. */
  function check() {
    for (const [i, box] of list.querySelectorAll('input').entries()) box.checked = !isHidden(found[i] ?? 0)
    checkView()
  }

  /** @param {number[]} columns @param {boolean} hidden */
  function hide(columns, hidden) {
    const { choices } = layout()
    const named = columns
      .filter(column => isHidden(column) !== hidden)
      .map(at => ({ name: choices.get(at)?.name ?? names[at] ?? null, at }))
    onHide(/** @type {{name: string, at: number}[]} */ (named.filter(({ name }) => name !== null)), hidden)
    check()
  }

  field.oninput = fill
  part('column-list-show').onclick = () => hide(found, false)
  part('column-list-hide').onclick = () => hide(found, true)
  listenToKeys(panel, field, list)

  return {
    check: () => panel.matches(':popover-open') && check(),
    /**
     * Open it below an element.
     *
     * @param {State} state
     * @param {Element} below
     * @param {Promise<string[]> | undefined} all loads the names that are not here
     */
    open({ doc, page }, below, all) {
      if (!doc || !page) return
      const known = Array.from(layout().positions, (_, column) => knownName({ doc, page }, column) ?? undefined)
      names = known
      field.value = ''
      order.reset()
      fill()
      panel.showPopover()
      placeBelow(panel, below)
      field.focus()
      const complete = (/** @type {string[]} */ loaded) => {
        if (names === known) names = completed(known, loaded)
        fill()
      }
      all?.then(complete, () => onSentence(phrase('unreachable')))
    }
  }
}

/**
 * The order of the list. All but that of the file needs figures, which are of the rows on screen.
 *
 * @param {ColumnListHandlers['onDescribe']} onDescribe @param {() => void} onOrder
 */
function createOrder(onDescribe, onOrder) {
  const choice = part('column-list-order', HTMLSelectElement)
  const chosen = () => /** @type {ListOrder} */ (choice.value)
  /** @type {ReadonlyMap<number, ColumnFigures>} */
  let figures = new Map()

  choice.onchange = () => {
    onOrder()
    if (chosen() === 'file') return
    onDescribe(next => {
      figures = next
      onOrder()
    })
  }

  return {
    /** @param {readonly number[]} columns */
    sort: columns => sortColumns(columns, chosen(), figures),
    /** @param {number} column */
    figuresOf: column => (chosen() === 'file' ? undefined : figures.get(column)),
    reset() {
      choice.value = 'file'
      figures = new Map()
    }
  }
}

/**
 * The box that makes the columns on screen a part of the view, and lets them go again.
 *
 * @param {() => Layout} layout @param {(columns: number[]) => void} onChoose
 */
function createInView(layout, onChoose) {
  const box = part('column-list-view', HTMLInputElement)
  box.onchange = () => onChoose(box.checked ? [...layout().order] : [])
  return () => {
    const { chosen, order, positions } = layout()
    const isWhole = order.length === positions.length && order.every((column, at) => column === at)
    box.checked = chosen.length > 0
    box.disabled = isWhole && chosen.length === 0
  }
}

/** The names of columns with those that were loaded. @param {(string | undefined)[]} known @param {string[]} loaded */
function completed(known, loaded) {
  const unknown = loaded.length < MAX_LOADED ? '' : undefined
  return known.map((name, column) => name ?? loaded[column] ?? unknown)
}

/** What is said below the list. @param {number} found columns */
function restWords(found) {
  const n = found - MAX_LISTED
  return !found ? phrase('noColumn') : n > 0 ? phrase('moreListed', { n }) : ''
}

/** @param {HTMLElement} item @param {ColumnFigures | undefined} figures */
function withFigures(item, figures) {
  if (figures) item.append(make('span', 'column-figures soft', figuresWords(figures)))
  return item
}

/** What a column is like, in a few words. @param {ColumnFigures} figures */
function figuresWords({ rows, blank, distinct, exact }) {
  const share = number(rows > 0 ? blank / rows : 0, { style: 'percent', maximumSignificantDigits: 2 })
  const values = exact ? phrase('distinct', { n: distinct }) : phrase('aboutDistinct', { n: distinct })
  return dotted(blank > 0 && phrase('blankShare', { share }), values)
}

/** Place a panel below an element, within the window. @param {HTMLElement} panel @param {Element} element */
function placeBelow(panel, element) {
  const { left, bottom } = element.getBoundingClientRect()
  panel.style.left = `${Math.max(8, Math.min(left, innerWidth - panel.offsetWidth - 8))}px`
  panel.style.top = `${bottom + 4}px`
}

/** The columns whose names or numbers are typed. @param {readonly (string | undefined)[]} names @param {string} typed */
function matching(names, typed) {
  const wanted = typed.toLowerCase().trim()
  const n = parsePage(typed)
  return [...names.keys()].filter(
    column => column + 1 === n || names[column]?.toLowerCase().includes(wanted) || !wanted
  )
}

/**
 * @param {number} column
 * @param {string} name
 * @param {boolean | undefined} isPinned
 * @param {(hidden: boolean) => void} onHide
 */
function newItem(column, name, isPinned, onHide) {
  const box = make('input')
  box.type = 'checkbox'
  box.tabIndex = -1
  box.onchange = () => onHide(!box.checked)
  const label = make('label', '', box, make('span', 'column-number', number(column + 1)), make('bdi', '', name))
  if (isPinned) label.append(make('span', 'soft', phrase('pinned')))
  return make('li', '', label)
}

/**
 * Arrows lead from the field to the boxes and along them.
 *
 * @param {HTMLElement} panel
 * @param {HTMLElement} field
 * @param {HTMLElement} list
 */
function listenToKeys(panel, field, list) {
  panel.addEventListener('keydown', event => {
    if (event.key === 'Escape') return
    event.stopPropagation() // no key is a shortcut here
    if (event.target instanceof HTMLSelectElement) return
    const boxes = [...list.querySelectorAll('input')]
    const at = boxes.indexOf(/** @type {any} */ (document.activeElement))
    const by = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key]
    if (!by || (at < 0 && by !== 1)) return
    event.preventDefault()
    const next = at === 0 && by === -1 ? null : boxes[Math.max(0, Math.min(boxes.length - 1, at + by))]
    if (next) for (const box of boxes) box.tabIndex = box === next ? 0 : -1
    const target = next ?? field
    target.focus()
  })
}
