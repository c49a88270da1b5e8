/** The list of all columns: each can be hidden or shown, and found by its name. */

import { knownName, unnamed } from '../grid/layout.js'
import { parsePage } from '../protocol/paging.js'
import { clip, visible } from '../text/format.js'
import { number, phrase } from '../text/language.js'
import { make, part, sayOrHide } from './dom.js'

/**
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
 * @property {(sentence: string) => void} onSentence
 */

/** @param {ColumnListHandlers} handlers */
export function createColumnList({ layout, onHide, onSentence }) {
  const panel = part('column-list')
  const field = part('column-list-field', HTMLInputElement)
  const list = part('column-list-items')
  /** @type {(string | undefined)[]} */
  let names = []
  /** @type {number[]} the columns that match what is typed */
  let found = []

  const isHidden = (/** @type {number} */ column) => (layout().positions[column] ?? -1) < 0

  function fill() {
    found = matching(names, field.value)
    const { choices } = layout()
    const items = found.slice(0, MAX_LISTED).map(column => {
      const name = clip(visible(names[column] || unnamed(column)), MAX_NAME)
      return newItem(column, name, choices.get(column)?.pinned, hidden => hide([column], hidden))
    })
    list.replaceChildren(...items)
    list.querySelector('input')?.setAttribute('tabindex', '0')
    const n = found.length - MAX_LISTED
    sayOrHide(part('column-list-rest'), !found.length ? phrase('noColumn') : n > 0 ? phrase('moreListed', { n }) : '')
    check()
  }

  /** Show which columns are hidden. */
  function check() {
    for (const [i, box] of list.querySelectorAll('input').entries()) box.checked = !isHidden(found[i] ?? 0)
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
      fill()
      panel.showPopover()
      placeBelow(panel, below)
      field.focus()
      const complete = (/** @type {string[]} */ loaded) => {
        if (names !== known) return
        const unknown = loaded.length < MAX_LOADED ? '' : undefined
        names = known.map((name, column) => name ?? loaded[column] ?? unknown)
        fill()
      }
      all?.then(complete, () => onSentence(phrase('unreachable')))
    }
  }
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
