/** The status bar: the pager, the rows, the connection, and the list of shortcuts. */

import { numberOf, parsePage, stepTo } from '../protocol/paging.js'
import { connectionWord, shownRows } from '../screen/sentences.js'
import { canTurn, isLive, mayPoint, readsOnly } from '../state/state.js'
import { pagesShown } from '../state/views.js'
import { ago } from '../text/format.js'
import { phrase } from '../text/language.js'
import { announce, attribute, disclose, lendFocus, onSubmit, part, parts, say, show } from './dom.js'
import { offerHeader } from './header.js'
import { isFirstVisit, keepSingleKeys, singleKeys } from './storage.js'

/**
 * @import { Step } from '../protocol/paging.js'
 * @import { LocalEvent, State } from '../state/state.js'
 */

const SIGN_MS = 300 // a page that comes within this time needs no sign
const UNANSWERED_MS = 4000

/**
 * @typedef {object} StatusBarHandlers
 * @property {(page: number) => void} onTurn
 * @property {(step: Step) => void} onStep
 * @property {(text: string) => void} onSentence
 * @property {(event: LocalEvent) => void} dispatch
 */

/** @param {StatusBarHandlers} handlers */
export function createStatusBar(handlers) {
  const pager = createPager(handlers)
  const waiting = createWaiting(() => handlers.dispatch({ type: 'unanswered' }))
  const showHow = createHow()
  /** @type {State | null} */
  let shown = null

  return {
    toggleKeys: createKeyList(),
    typePage: pager.focus,
    /** @param {State} state */
    show(state) {
      const { page, selection, toast } = state
      pager.show(state)
      waiting.show(state)
      showHow(state)
      const isRow = selection?.kind === 'rows' && selection.from.row === selection.to.row
      offerHeader(part('foot'), state, isRow && page ? numberOf(page, selection.to.row) : 0)
      show(part('look-here'), selection !== null && mayPoint(state))
      say(part('range'), shownRows(state))
      // The toast of a turn by somebody else is read aloud, with the page.
      if (page && shown?.page && page.page_no !== shown.page.page_no && toast?.kind !== 'turned')
        announce(phrase('pageOf', { n: page.page_no, pages: pagesShown(state) }))
      shown = state
    },
    /** @param {State} state @param {number} now @param {number} heard when the last message came */
    showConnection({ connection, unanswered }, now, heard) {
      const link = part('link')
      const when = ago(heard, now)
      attribute(link, 'data-status', unanswered ? 'silent' : connection.status)
      attribute(link, 'title', phrase('lastWord', { when }))
      const isCut = connection.status === 'lost' && !connection.full
      say(part('link-words'), connectionWord(connection, unanswered) + (isCut ? ` · ${when}` : ''))
    }
  }
}

/** @param {StatusBarHandlers} handlers */
function createPager({ onTurn, onStep, onSentence }) {
  const field = part('page', HTMLInputElement)
  const steps = parts('[data-step]').map(button => ({ button, step: /** @type {Step} */ (button.dataset.step) }))
  let shown = ''

  for (const { button, step } of steps) button.onclick = () => onStep(step)
  onSubmit('pager', () => {
    const page = parsePage(field.value)
    if (page === null) onSentence(phrase('badPage'))
    else onTurn(page)
    field.value = shown
    field.select()
  })
  field.onfocus = () => field.select()
  field.onblur = () => {
    field.value = shown
  }

  return {
    focus: () => field.focus(),
    /** @param {State} state */
    show(state) {
      const { doc, page, wanted } = state
      const pages = pagesShown(state)
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
    }
  }
}

/**
 * Shows that a page is on its way, and finds out that the server does not answer.
 *
 * @param {() => void} onUnanswered
 */
function createWaiting(onUnanswered) {
  const busy = ['pager', 'rail', 'grid'].map(id => part(id))
  let signTimer = 0
  let answerTimer = 0
  /** @type {State | null} */
  let shown = null

  /** @param {boolean} isBusy */
  function sign(isBusy) {
    for (const element of busy) attribute(element, 'aria-busy', isBusy ? 'true' : null)
  }

  return {
    /** @param {State} state */
    show(state) {
      const isWaiting = state.wanted !== null || state.asked !== null
      const isAnswered = state.page !== shown?.page || state.room !== shown?.room
      if (isAnswered || !isWaiting) {
        clearTimeout(signTimer)
        clearTimeout(answerTimer)
        signTimer = answerTimer = 0
        sign(false)
      }
      if (isWaiting && !signTimer) {
        signTimer = setTimeout(sign, SIGN_MS, true)
        const isQuestion = state.asked !== null || (state.alone?.view ?? '') !== '' // which may take its time
        if (!isQuestion) answerTimer = setTimeout(onUnanswered, UNANSWERED_MS)
      }
      shown = state
    }
  }
}

/** The line that says at the first visit how the room works. Returns a function that shows it with the first page. */
function createHow() {
  const line = part('how')
  let isDecided = false
  part('how-close').onclick = () => show(line, false)

  /** @param {State} state */
  return state => {
    if (isDecided || !state.page || !isLive(state)) return
    isDecided = true
    show(line, !readsOnly(state) && isFirstVisit())
  }
}

/** The list of shortcuts. Returns a function that opens or closes it, and returns whether that changed anything. */
function createKeyList() {
  const list = part('keys')
  const button = part('keys-button')
  const singles = part('single-keys', HTMLInputElement)
  singles.checked = singleKeys()
  singles.onchange = () => keepSingleKeys(singles.checked)
  button.onclick = () => toggle()
  let giveBack = () => {}

  /** @param {boolean} [open] */
  function toggle(open = list.hidden === true) {
    if (list.hidden !== open) return false
    if (open) giveBack = lendFocus(list, button)
    else giveBack()
    disclose(button, list, open)
    return true
  }
  return toggle
}
