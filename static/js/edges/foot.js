/** The foot: the pager, where I am, the connection, the keys; and the whole of a cell that is cut. */

import { clip, visible } from '../format.js'
import { LISTED } from '../keys.js'
import { phrase } from '../language.js'
import { PAGE_ROWS, pagesOf, readPage, stepTo } from '../pager.js'
import { canTurn } from '../state.js'
import { linkState, rowRange } from '../words.js'
import { attribute, make, part, say, show } from './dom.js'
import { unnamed } from './grid.js'

const MOST_PEEKED = 20_000 // characters: beyond, a paragraph takes seconds to lay out

/**
 * @typedef {import('../state.js').State} State
 * @typedef {import('../pager.js').Step} Step
 */

/** @param {{onPage: (page: number) => void, onStep: (step: Step) => void, onSentence: (text: string) => void, onPeeked: () => void}} handlers */
export function createFoot({ onPage, onStep, onSentence, onPeeked }) {
  const field = part('page', HTMLInputElement)
  const keys = part('keys', HTMLElement)
  const keysButton = part('keys-button', HTMLButtonElement)
  const link = part('link', HTMLElement)
  const steps = [...document.querySelectorAll('[data-step]')].map(button => ({
    button,
    step: /** @type {Step} */ (button.getAttribute('data-step')),
  }))
  let shown = ''

  for (const { button, step } of steps) button.addEventListener('click', () => onStep(step))

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

  keys.append(...LISTED.map(([names, does]) => {
    const entry = make('div')
    const term = make('dt')
    term.append(...names.map(name => make('kbd', '', name)))
    entry.append(term, make('dd', '', phrase(does)))
    return entry
  }))
  keysButton.addEventListener('click', () => toggleKeys())
  part('peek-close', HTMLButtonElement).addEventListener('click', onPeeked)

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
    say(part('pages', HTMLElement), doc ? phrase('ofPages', { n: pages }) : '')
    for (const { button, step } of steps) {
      const leads = canTurn(state) && page !== null && stepTo(step, at, pages) !== null
      attribute(button, 'aria-disabled', String(!leads))
    }
    say(part('range', HTMLElement), page && doc ? rowRange(page.page_no, doc.rows) : '')
  }

  /** @param {State} state */
  function showPicked({ doc, page, picked }) {
    const place = part('place', HTMLElement)
    const text = picked && page ? page.data[(picked.row - 1) % PAGE_ROWS]?.[picked.column] ?? '' : ''
    const name = picked ? (doc?.dialect.header && page?.header[picked.column]) || unnamed(picked.column) : ''
    say(place, picked ? `${clip(visible(name), 40)} · ${phrase('rowNumber', { n: picked.row })}` : '')
    show(part('peek', HTMLElement), picked?.cut ?? false)
    const rest = text.length > MOST_PEEKED ? phrase('restOfCell', { n: text.length }) : ''
    say(part('peek-text', HTMLElement), picked?.cut ? visible(clip(text, MOST_PEEKED)) + rest : '')
  }

  return {
    toggleKeys,
    typePage: () => field.focus(),
    /** @param {State} state @param {number} now */
    show(state, now) {
      showPager(state)
      showPicked(state)
      attribute(link, 'data-status', state.link.status)
      say(part('link-words', HTMLElement), linkState(state.link, now).short)
    },
  }
}
