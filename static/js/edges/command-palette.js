/** The command palette: every action by its name, rows and pages by their number, columns by their name. */

import { searchColumns } from '../grid/column-search.js'
import { parsePage } from '../protocol/paging.js'
import { matchActions } from '../screen/shortcuts.js'
import { clip, visible } from '../text/format.js'
import { phrase } from '../text/language.js'
import { attribute, called, make, part, parts } from './dom.js'

/** @import { PlainKey } from '../text/language.js' */

const MAX_COLUMNS = 50 // in the list

/**
 * @typedef {{words: string, shortcuts?: Node[], act: () => void}} PaletteEntry
 * @typedef {object} PaletteHandlers
 * @property {(id: string) => void} onAction
 * @property {(row: number) => void} onRow
 * @property {(page: number) => void} onTurn
 * @property {(column: number) => void} onColumn
 *
 * @typedef {object} CommandPalette
 * @property {() => void} enter do what is marked, once all entries are here
 * @property {(forRow: boolean) => void} open for actions, or for the number of a row
 * @property {(known: ColumnChoices, all?: Promise<ColumnChoices>) => void} openColumns `all` loads the other names
 *
 * @typedef {readonly (string | undefined)[]} ColumnChoices the columns' names, as far as they are here
 */

/** @param {PaletteHandlers} handlers @returns {CommandPalette} */
export function createCommandPalette(handlers) {
  const dialog = part('palette', HTMLDialogElement)
  const field = part('palette-field', HTMLInputElement)
  const list = part('palette-list')
  /** @type {PaletteEntry[]} */
  let entries = []
  let at = 0
  let forRow = false
  /** The columns to choose from. @type {ColumnChoices | null} */
  let names = null
  /** Settled once all of their names are here. @type {Promise<void> | null | undefined} */
  let loading = null

  function fill() {
    const typed = field.value
    entries = names ? columnEntries(names, typed, handlers) : entriesFor(typed, forRow, handlers)
    list.replaceChildren(...entries.map((entry, i) => newOption(entry, i, () => choose(i))))
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
    dialog.close() // this returns the focus to where it was, before the action needs it
    entries[which]?.act()
  }

  async function enter() {
    const awaited = loading
    await awaited
    if (awaited === loading && dialog.open) choose(at)
  }

  /** @param {PlainKey} placeholder */
  function begin(placeholder) {
    field.placeholder = phrase(placeholder)
    field.inputMode = forRow ? 'numeric' : 'text'
    fill()
  }

  field.oninput = fill
  listenToKeys(dialog, step => mark(at + step), enter)
  dialog.onclick = ({ target }) => {
    if (target === dialog) dialog.close()
  }

  return {
    enter,
    open(isForRow) {
      names = loading = null
      forRow = isForRow
      begin(forRow ? 'askRow' : 'askAction')
    },
    openColumns(known, all) {
      forRow = false
      names = known
      loading = all?.then(loaded => {
        if (names !== known) return
        names = loaded
        fill()
      })
      begin('askColumn')
    }
  }
}

/** @param {HTMLElement} dialog @param {(step: number) => void} onMove @param {() => void} onEnter */
function listenToKeys(dialog, onMove, onEnter) {
  dialog.addEventListener('keydown', event => {
    event.stopPropagation() // Escape closes the palette, and nothing behind it
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (event.isComposing || (!step && event.key !== 'Enter')) return
    event.preventDefault()
    if (step) onMove(step)
    else onEnter()
  })
}

/** @param {PaletteEntry} entry @param {number} i @param {() => void} onChoose */
function newOption({ words, shortcuts = [] }, i, onChoose) {
  const item = make('li', '', words, ...shortcuts)
  item.id = `palette-${i}`
  item.role = 'option'
  item.onclick = onChoose
  return item
}

/**
 * The rows and pages of a typed number, or the actions of typed words.
 *
 * @param {string} typed
 * @param {boolean} forRow only a number counts
 * @param {PaletteHandlers} handlers
 * @returns {PaletteEntry[]}
 */
function entriesFor(typed, forRow, { onAction, onRow, onTurn }) {
  const n = parsePage(typed)
  if (n) {
    return [
      { words: phrase('goToRow', { n }), act: () => onRow(n) },
      { words: phrase('goToPage', { n }), act: () => onTurn(n) }
    ]
  }
  if (forRow) return []
  const actions = parts('#keys-list div').map(row => ({ name: called(row.id), row }))
  return matchActions(actions, typed).map(({ name, row }) => ({
    words: name,
    shortcuts: [...row.querySelectorAll('kbd')].map(kbd => kbd.cloneNode(true)),
    act: () => onAction(row.id)
  }))
}

/** @param {ColumnChoices} names @param {string} typed @param {PaletteHandlers} handlers @returns {PaletteEntry[]} */
function columnEntries(names, typed, { onColumn }) {
  const number = parsePage(typed)
  const found = searchColumns(names, typed, MAX_COLUMNS)
  if (number && number <= names.length) found.unshift(number - 1)
  return [...new Set(found)].map(column => ({
    words: clip(visible(names[column] || phrase('column', { n: column + 1 })), 80),
    act: () => onColumn(column)
  }))
}
