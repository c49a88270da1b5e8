/** The command palette: every action by its name, rows and pages by their number, columns by their name. */

import { searchColumns } from '../grid/column-search.js'
import { parsePage } from '../protocol/paging.js'
import { matchActions } from '../screen/shortcuts.js'
import { clip, visible } from '../text/format.js'
import { phrase } from '../text/language.js'
import { listCommands } from './commands.js'
import { attribute, make, part, parts, show } from './dom.js'

/**
 * @import { State } from '../state/state.js'
 * @import { PlainKey } from '../text/language.js'
 */

const MAX_COLUMNS = 50 // in the list

/**
 * @typedef {object} PaletteEntry
 * @property {string} name
 * @property {() => void} act
 * @property {string} [group] the heading above it
 * @property {string} [also] other words for it
 * @property {Node[]} [shortcuts]
 *
 * @typedef {object} PaletteHandlers
 * @property {() => State} state
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
    list.replaceChildren(...newGroups(entries, choose))
    show(part('palette-none'), entries.length === 0 && typed !== '')
    mark(0)
  }

  /** @param {number} next */
  function mark(next) {
    at = Math.max(0, Math.min(entries.length - 1, next))
    markOption(list, at)
    attribute(field, 'aria-activedescendant', entries.length ? `palette-${at}` : null)
  }

  /** @param {number} which */
  function choose(which) {
    dialog.close() // this returns the focus to where it was, before the action needs it
    field.blur() // where nothing had it, the field would keep it for a moment, and with it the next key
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
  listen(dialog, step => mark(at + step), enter)
  dialog.onclose = () => dialog.open || field.blur() // the event comes late: it may be open again

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

/** @param {HTMLElement} list @param {number} at */
function markOption(list, at) {
  for (const [i, item] of parts('#palette-list li').entries()) {
    item.ariaSelected = String(i === at)
    if (i === at) item.scrollIntoView({ block: 'nearest' })
  }
  if (at === 0) list.scrollTop = 0 // with the heading above
}

/** @param {HTMLDialogElement} dialog @param {(step: number) => void} onMove @param {() => void} onEnter */
function listen(dialog, onMove, onEnter) {
  dialog.onclick = ({ target }) => {
    if (target === dialog) dialog.close()
  }
  dialog.addEventListener('keydown', event => {
    event.stopPropagation() // Escape closes the palette, and nothing behind it
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (event.isComposing || (!step && event.key !== 'Enter')) return
    event.preventDefault()
    if (step) onMove(step)
    else onEnter()
  })
}

/**
 * The options, those of a group together under its heading.
 *
 * @param {readonly PaletteEntry[]} entries
 * @param {(i: number) => void} onChoose
 */
function newGroups(entries, onChoose) {
  /** @type {HTMLUListElement[]} */
  const lists = []
  for (const [i, { group = '', name, shortcuts = [] }] of entries.entries()) {
    if (lists.at(-1)?.dataset.group !== group) lists.push(newGroup(group))
    const item = make('li', '', make('span', '', name), ...shortcuts)
    item.id = `palette-${i}`
    item.role = 'option'
    item.onclick = () => onChoose(i)
    lists.at(-1)?.append(item)
  }
  return lists
}

/** @param {string} name */
function newGroup(name) {
  const list = make('ul')
  list.dataset.group = name // the stylesheet writes it above
  list.role = name ? 'group' : 'presentation'
  if (name) list.ariaLabel = name
  return list
}

/**
 * The rows and pages of a typed number, or the actions of typed words.
 *
 * @param {string} typed
 * @param {boolean} forRow only a number counts
 * @param {PaletteHandlers} handlers
 * @returns {PaletteEntry[]}
 */
function entriesFor(typed, forRow, { state, onAction, onRow, onTurn }) {
  const n = parsePage(typed)
  if (n) {
    return [
      { name: phrase('goToRow', { n }), act: () => onRow(n) },
      { name: phrase('goToPage', { n }), act: () => onTurn(n) }
    ]
  }
  if (forRow) return []
  const commands = listCommands(state(), onAction)
  return typed.trim() ? matchActions(commands, typed).map(({ group, ...command }) => command) : commands
}

/** @param {ColumnChoices} names @param {string} typed @param {PaletteHandlers} handlers @returns {PaletteEntry[]} */
function columnEntries(names, typed, { onColumn }) {
  const number = parsePage(typed)
  const found = searchColumns(names, typed, MAX_COLUMNS)
  if (number && number <= names.length) found.unshift(number - 1)
  return [...new Set(found)].map(column => ({
    name: clip(visible(names[column] || phrase('column', { n: column + 1 })), 80),
    act: () => onColumn(column)
  }))
}
