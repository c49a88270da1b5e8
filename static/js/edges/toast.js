/** The toast at the foot of the grid: what others did, what went wrong, that the connection is lost. */

import { lostWords, toastWords } from '../screen/sentences.js'
import { mayTurn } from '../state/presenter.js'
import { readsOnly } from '../state/state.js'
import { countedNow } from '../state/views.js'
import { phrase } from '../text/language.js'
import { linkTo } from './address.js'
import { announce, makeButton, part, say, show } from './dom.js'

/**
 * @import { FrameToServer } from '../protocol/frames.js'
 * @import { ViewWords } from '../screen/sentences.js'
 * @import { LocalEvent, State, Toast } from '../state/state.js'
 */

const STANDS_MS = 7000
/** A quiet toast stands shorter, a question longer. @type {Partial<Record<Toast['kind'], number>>} */
const STANDS = {
  company: 4000,
  pasted: 20_000,
  nameless: 20_000,
  missed: 15_000,
  asksToPresent: 20_000,
  replaced: 20_000,
  shared: 20_000
}

/**
 * @typedef {[label: string, act: () => void]} ToastButton
 * @typedef {object} ToastHandlers
 * @property {(page: number) => void} onTurn
 * @property {(page: number) => void} onBrowse
 * @property {(who: string | null) => void} onFollow
 * @property {(row: number, column: number) => void} onCell
 * @property {() => void} onName
 * @property {(frame: FrameToServer) => boolean} send
 * @property {(who: string) => void} onGive
 * @property {(version: number) => void} onRestore
 * @property {(text: string) => void} onPaste
 * @property {() => void} onRetry
 * @property {(event: LocalEvent) => void} dispatch
 * @property {ViewWords} viewWords
 * @property {(action: string) => void} onFigures
 * @property {(place: {view: string, row?: number, undoes?: string}) => void} onShow a view is to be shown to everyone
 */

/** @param {ToastHandlers} handlers */
export function createToast(handlers) {
  const line = part('told')
  /** @type {Toast | null} */
  let toast = null
  let lost = false
  let timer = 0

  /** Dismiss the toast after its time, but not under the pointer, with the focus, or while a lost connection covers it. */
  function startTimer() {
    clearTimeout(timer)
    const current = toast
    if (!current || lost) return
    timer = setTimeout(() => {
      if (line.matches(':hover, :focus-within')) startTimer()
      else handlers.dispatch({ type: 'toast-dismissed', toast: current })
    }, STANDS[current.kind] ?? STANDS_MS)
  }

  /** @param {ToastButton} button */
  function newButton([label, act]) {
    return makeButton('', label, () => {
      const current = toast
      act()
      if (current && !lost) handlers.dispatch({ type: 'toast-dismissed', toast: current })
    })
  }

  /** @param {State} state */
  function draw(state) {
    const words = lost ? phrase('lostNow') : toast ? toastWords(toast, handlers.viewWords) : ''
    /** @type {ToastButton[]} */
    const buttons = lost ? [[phrase('tryNow'), handlers.onRetry]] : toast ? buttonsFor(toast, state, handlers) : []
    line.toggleAttribute('data-quiet', !lost && toast?.kind === 'company')
    if (words) announce(words) // once: not with every second of the countdown
    say(part('told-words'), words)
    part('told-answers').replaceChildren(...buttons.map(newButton))
  }

  return {
    /** @param {State} state @param {number} now */
    show(state, now) {
      const { connection } = state
      const isLost = connection.status === 'lost'
      if (state.toast !== toast || isLost !== lost) {
        toast = state.toast
        lost = isLost
        startTimer()
        draw(state)
      }
      if (connection.status === 'lost') say(part('told-words'), lostWords(connection, now))
      else if (toast) say(part('told-words'), toastWords(countedNow(toast, state), handlers.viewWords)) // of a view, they may come later
      show(line, part('told-words').textContent !== '')
    }
  }
}

/** @param {Toast} toast @param {State} state @param {ToastHandlers} handlers @returns {ToastButton[]} */
function buttonsFor(toast, state, handlers) {
  const { onTurn, onBrowse, onFollow, onCell, onName, send, onGive, onPaste, onShow, onFigures, dispatch } = handlers
  switch (toast.kind) {
    case 'replaced':
    case 'missed':
      return toast.version ? versionButtons(toast, state, handlers) : []
    case 'following':
      return [[phrase('stop'), () => onFollow(null)]]
    case 'error':
      return toast.code === 'unknown-version' ? [[phrase('rejoin'), () => dispatch({ type: 'rejoined' })]] : []
    case 'turned': {
      /** @type {ToastButton} */
      const alone = [phrase('browseAlone'), () => onBrowse(toast.from)]
      return mayTurn(state) && !readsOnly(state) ? [[phrase('back'), () => onTurn(toast.from)], alone] : [alone]
    }
    case 'pointed':
      return [[phrase('goThere'), () => onCell(toast.row, toast.column)]]
    case 'earlier':
      return [[phrase('showIt'), () => openVersion(state.uuid, toast)]]
    case 'pasted':
      return [[phrase('showIt'), () => onPaste(toast.text)]]
    case 'onlyPresenter':
      return [
        [phrase('askToPresent'), () => send({ type: 'ask' })],
        [phrase('browseAlone'), () => dispatch({ type: 'browsed', page_no: toast.page_no, view: toast.view })]
      ]
    case 'shared': {
      const { earlier } = toast
      return earlier ? [[phrase('seeEarlier', earlier), () => dispatch({ type: 'version-asked', ...earlier })]] : []
    }
    case 'ledToView':
      return [[phrase('rejoin'), () => dispatch({ type: 'rejoined' })]]
    case 'viewed': {
      const { view, page_no } = toast.from
      const alone = () => dispatch({ type: 'browsed', page_no, view })
      if (state.alone) return [[phrase('undo'), alone]]
      /** @type {ToastButton[]} */
      const back = mayTurn(state)
        ? [[phrase(toast.mine ? 'undo' : 'back'), () => onShow({ ...toast.from, undoes: toast.view })]]
        : []
      if (toast.mine) return back
      if (toast.view.includes('_plot=')) back.unshift([phrase('lookAlone'), () => onFigures('lookAtPlot')])
      return [...back, [phrase('browseAlone'), alone]]
    }
    case 'offered': {
      if (toast.to !== undefined) return []
      /** @type {ToastButton} */
      const look = [phrase('lookAlone'), () => dispatch({ type: 'browsed', page_no: 1, view: toast.view })]
      return mayTurn(state) && !readsOnly(state) ? [look, [phrase('forAll'), () => onShow(toast)]] : [look]
    }
    case 'asksToPresent':
      return [[phrase('handOver'), () => onGive(toast.by.who)]]
    case 'nameless':
      return [[phrase('chooseName'), onName]]
    default:
      return []
  }
}

/**
 * The answers to a new version: to go on with the one before, or to bring that one back for everyone.
 *
 * @param {Toast & {kind: 'replaced' | 'missed'}} toast @param {State} state @param {ToastHandlers} handlers
 * @returns {ToastButton[]}
 */
function versionButtons(toast, state, { onRestore, dispatch }) {
  if (!state.replaced) return []
  const { version } = state.replaced.doc
  /** @type {ToastButton[]} */
  const buttons = []
  if (!('mine' in toast && toast.mine))
    buttons.push([phrase('stayOn', { version }), () => dispatch({ type: 'stayed' })])
  if (!readsOnly(state)) buttons.push([phrase('undoForAll'), () => onRestore(version)])
  return buttons
}

/** Open an earlier version in another tab. @param {State['uuid']} uuid @param {Toast & {kind: 'earlier'}} place */
function openVersion(uuid, { version, page_no }) {
  if (uuid) window.open(linkTo(uuid, `/versions?version=${version}&page_no=${page_no}`), '_blank', 'noopener')
}
