/** The foot: the pager, what is selected and what it comes to, the connection, the keys. */

import { ago, clip, visible } from '../text/format.js'
import { ACTIONS, spelled } from '../screen/shortcuts.js'
import { phrase } from '../text/language.js'
import { pagesOf, readPage, stepTo } from '../protocol/paging.js'
import { canTurn } from '../state/state.js'
import { cellsIn, intersect, rangeOf } from '../grid/selection.js'
import { linkWord, rowRange, selectionWords } from '../screen/sentences.js'
import { hasRange } from '../grid/column-windows.js'
import { announce, attribute, make, part, say, show } from './dom.js'
import { unnamed } from '../grid/layout.js'
import { keepSingleKeys, singleKeys } from './storage.js'

/**
 * @typedef {import('../state/state.js').State} State
 * @typedef {import('../protocol/paging.js').Step} Step
 */

/** @param {{onPage: (page: number) => void, onStep: (step: Step) => void, onSentence: (text: string) => void, extent: () => import('../grid/selection.js').CellRange}} handlers */
export function createFoot({ onPage, onStep, onSentence, extent }) {
  const field = part('page', HTMLInputElement)
  const keys = part('keys')
  const singles = part('single-keys', HTMLInputElement)
  const keysButton = part('keys-button')
  const link = part('link')
  const steps = [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-step]'))].map(button => ({
    button,
    step: /** @type {Step} */ (button.getAttribute('data-step'))
  }))
  let shown = ''
  /** What the words in the foot are about. @type {State | null} */
  let told = null

  for (const { button, step } of steps) button.onclick = () => onStep(step)

  part('pager', HTMLFormElement).addEventListener('submit', event => {
    event.preventDefault()
    const page = readPage(field.value)
    if (page === null) onSentence(phrase('badPage'))
    else onPage(page)
    field.value = shown
    field.select()
  })
  field.addEventListener('focus', () => field.select())
  field.addEventListener('blur', () => {
    field.value = shown
  })

  for (const { id, keys } of ACTIONS)
    part(id).firstElementChild?.append(...keys.map(key => make('kbd', '', spelled(key))))
  singles.checked = singleKeys()
  singles.addEventListener('change', () => keepSingleKeys(singles.checked))
  keysButton.onclick = () => toggleKeys()

  /** @param {boolean} [open] whether it changed */
  function toggleKeys(open = Boolean(keys.hidden)) {
    if (keys.hidden !== open) return false
    show(keys, open)
    attribute(keysButton, 'aria-expanded', String(open))
    return true
  }

  /** @param {State} state */
  function showPager(state) {
    const { doc, page, wanted } = state
    const pages = pagesOf(doc?.rows ?? 0)
    const at = wanted ?? page?.page_no ?? 1
    const next = page ? String(at) : ''
    if (field.value === shown || document.activeElement !== field) field.value = next
    shown = next
    field.disabled = !page
    field.toggleAttribute('data-wanted', wanted !== null)
    say(part('pages'), doc ? phrase('ofPages', { n: pages }) : '')
    for (const { button, step } of steps) {
      const target = stepTo(step, at, pages)
      const leads = page !== null && target !== null && canTurn(state, target)
      attribute(button, 'aria-disabled', String(!leads))
    }
    // A turn by somebody else is told, and read out, with who it was.
    if (page && told?.page && page.page_no !== told.page.page_no && state.told?.kind !== 'turned')
      announce(phrase('pageOf', { n: page.page_no, pages }))
    say(part('range'), page && doc ? rowRange(page.page_no, doc.rows) : '')
  }

  /** @param {State} state */
  function showSelection(state) {
    const { doc, page, selection } = state
    if (selection === told?.selection && page === told?.page && doc === told?.doc) return
    told = state
    const bounds = extent()
    const range = selection && page && intersect(rangeOf(selection), bounds)
    show(part('copy-cells'), Boolean(range))
    if (!range) return say(part('place'), '')
    const { top, left, bottom, right } = range
    const cells = hasRange(page, range) ? cellsIn(page.data, bounds.top, range).flat() : null
    const name = (doc?.dialect.header && page.header[left]) || unnamed(left)
    const one = `${clip(visible(name), 40)} · ${phrase('rowNumber', { n: top })}`
    say(part('place'), selectionWords(selection, bottom - top + 1, right - left + 1, cells) || one)
  }

  return {
    toggleKeys,
    typePage: () => field.focus(),
    /** @param {State} state */
    show(state) {
      showPager(state)
      showSelection(state)
    },
    /** @param {State} state @param {number} now @param {number} heard when the server said something */
    showLink(state, now, heard) {
      attribute(link, 'data-status', state.link.status)
      const when = ago(heard, now)
      attribute(link, 'title', phrase('lastWord', { when }))
      say(
        part('link-words'),
        linkWord(state.link) + (state.link.status === 'lost' && !state.link.full ? ` · ${when}` : '')
      )
    }
  }
}
