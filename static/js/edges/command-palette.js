/** The palette: everything that can be done here, found by a word; and rows and pages by their number. */

import { searchColumns } from '../grid/column-search.js'
import { clip, visible } from '../text/format.js'
import { matching, spelled } from '../screen/shortcuts.js'
import { phrase } from '../text/language.js'
import { readPage } from '../protocol/paging.js'
import { attribute, called, make, part } from './dom.js'

const MOST_COLUMNS = 50 // are listed

/** @param {{onAction: (id: string) => void, onRow: (row: number) => void, onPage: (page: number) => void, onColumn: (column: number) => void}} handlers */
export function createPalette({ onAction, onRow, onPage, onColumn }) {
  const dialog = part('palette', HTMLDialogElement)
  const field = part('palette-field', HTMLInputElement)
  const list = part('palette-list')
  /** @type {{words: string, keys: readonly string[], act: () => void}[]} */
  let entries = []
  let at = 0
  let rows = false // only numbers are wanted
  /** The names to choose from, where a column is what is wanted. @type {readonly (string | undefined)[] | null} */
  let names = null
  /** What ends when all of them are here. @type {Promise<void> | null | undefined} */
  let coming = null

  /** @param {readonly (string | undefined)[]} known */
  function columns(known) {
    const number = readPage(field.value)
    const found = searchColumns(known, field.value, MOST_COLUMNS)
    if (number && number <= known.length) found.unshift(number - 1)
    return [...new Set(found)].map(column => ({
      words: clip(visible(known[column] || phrase('column', { n: column + 1 })), 80),
      keys: [],
      act: () => onColumn(column)
    }))
  }

  function fill() {
    const number = readPage(field.value)
    entries = names
      ? columns(names)
      : number
        ? [
            { words: phrase('goToRow', { n: number }), keys: [], act: () => onRow(number) },
            { words: phrase('goToPage', { n: number }), keys: [], act: () => onPage(number) }
          ]
        : rows
          ? []
          : matching(field.value, called).map(({ id, keys }) => ({ words: called(id), keys, act: () => onAction(id) }))
    list.replaceChildren(
      ...entries.map(({ words, keys }, i) => {
        const item = make('li', '', words)
        item.id = `palette-${i}`
        item.role = 'option'
        item.append(...keys.map(key => make('kbd', '', spelled(key))))
        item.onclick = () => choose(i)
        return item
      })
    )
    mark(0)
  }

  /** @param {number} next */
  function mark(next) {
    at = Math.max(0, Math.min(entries.length - 1, next))
    for (const [i, item] of [...list.children].entries()) item.ariaSelected = String(i === at)
    list.children[at]?.scrollIntoView({ block: 'nearest' })
    attribute(field, 'aria-activedescendant', entries.length ? `palette-${at}` : null)
  }

  /** @param {number} which */
  function choose(which) {
    dialog.close() // the focus is back where it was before anything is done there
    entries[which]?.act()
  }

  field.oninput = fill
  dialog.addEventListener('keydown', event => {
    event.stopPropagation() // Escape closes this and nothing behind it
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (event.isComposing || (!step && event.key !== 'Enter')) return
    event.preventDefault()
    if (step) mark(at + step)
    else enter()
  })
  dialog.onclick = ({ target }) => {
    if (target === dialog) dialog.close()
  }

  /** Do what is marked, once all are there to choose from. */
  async function enter() {
    const these = coming
    await these
    if (these === coming && dialog.open) choose(at)
  }

  return {
    enter,
    /** @param {boolean} forRow whether a row's number is what is wanted */
    open(forRow) {
      names = coming = null
      begin(forRow, forRow ? 'askRow' : 'askAction')
    },
    /** @param {readonly (string | undefined)[]} known the columns' names, as far as they are here @param {Promise<readonly string[]>} [all] */
    openColumns(known, all) {
      names = known
      coming = all?.then(
        loaded => {
          if (names !== known) return
          names = loaded
          fill()
        },
        () => {}
      )
      begin(false, 'askColumn')
    }
  }

  /** @param {boolean} forRow @param {import('../text/language.js').Plain} asks */
  function begin(forRow, asks) {
    rows = forRow
    field.placeholder = phrase(asks)
    field.inputMode = forRow ? 'numeric' : 'text'
    fill()
  }
}
