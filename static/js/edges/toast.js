/** The one line at the foot of the grid: what others did, what cannot be done, that the connection is gone. */

import { phrase } from '../text/language.js'
import { readsOnly } from '../state/state.js'
import { mayTurn } from '../state/presenter.js'
import { lostWords, telling } from '../screen/sentences.js'
import { announce, makeButton, part, say, show } from './dom.js'

const STANDS_MS = 7000
/** What stands shorter, being quiet, or longer, being a question. @type {Partial<Record<import('../state/state.js').Told['kind'], number>>} */
const STANDS = { company: 4000, pasted: 20_000, nameless: 20_000, missed: 15_000, asks: 20_000 }

/**
 * @typedef {import('../state/state.js').State} State
 * @typedef {import('../state/state.js').Told} Told
 * @typedef {[label: string, act: () => void]} Answer
 * @typedef {object} Handlers
 * @property {(page: number) => void} onBack
 * @property {(page: number) => void} onAlone
 * @property {(row: number, column: number) => void} onPlace
 * @property {() => void} onName
 * @property {() => void} onAsk
 * @property {(who: string) => void} onGive
 * @property {(text: string) => void} onPaste
 * @property {() => void} onTryNow
 * @property {(version: number, page: number) => void} onEarlier
 * @property {(told: Told) => void} onHeard
 */

/** @param {Handlers} handlers */
export function createTold({ onBack, onAlone, onPlace, onName, onAsk, onGive, onPaste, onTryNow, onEarlier, onHeard }) {
  const line = part('told')
  const words = part('told-words')
  const answers = part('told-answers')
  /** @type {Told | null} */
  let told = null
  let lost = false
  let timer = 0

  /** It stays while it is pointed at or has the focus. */
  function wait() {
    clearTimeout(timer)
    const current = told
    if (!current) return
    timer = setTimeout(() => {
      if (line.matches(':hover, :focus-within')) wait()
      else onHeard(current)
    }, STANDS[current.kind] ?? STANDS_MS)
  }

  /** @param {Told} current @param {State} state @returns {Answer[]} */
  function answersTo(current, state) {
    switch (current.kind) {
      case 'turned': {
        /** @type {Answer} */
        const alone = [phrase('browseAlone'), () => onAlone(current.from)]
        return mayTurn(state) && !readsOnly(state) ? [[phrase('back'), () => onBack(current.from)], alone] : [alone]
      }
      case 'looked':
        return [[phrase('goThere'), () => onPlace(current.row, current.column)]]
      case 'earlier':
        return [[phrase('showIt'), () => onEarlier(current.version, current.page_no)]]
      case 'pasted':
        return [[phrase('showIt'), () => onPaste(current.text)]]
      case 'mayNot':
        return [
          [phrase('askWheel'), onAsk],
          [phrase('browseAlone'), () => onAlone(current.page_no)]
        ]
      case 'asks':
        return [[phrase('handOver'), () => onGive(current.by.who)]]
      case 'nameless':
        return [[phrase('chooseName'), onName]]
      default:
        return []
    }
  }

  /** @param {string} text @param {Answer[]} offered */
  function put(text, offered) {
    say(words, text)
    answers.replaceChildren(
      ...offered.map(([label, act]) =>
        makeButton('', label, () => {
          const current = told
          act()
          if (current && !lost) onHeard(current) // it is answered
        })
      )
    )
  }

  return {
    /** @param {State} state @param {number} now */
    show(state, now) {
      const cut = state.link.status === 'lost'
      if (state.told !== told || cut !== lost) {
        told = state.told
        lost = cut
        wait()
        line.toggleAttribute('data-quiet', !cut && told?.kind === 'company')
        // Announced once: the countdown beside it is not.
        if (cut) announce(phrase('lostNow'))
        else if (told) announce(telling(told))
        if (cut) put('', [[phrase('tryNow'), onTryNow]])
        else put(told ? telling(told) : '', told ? answersTo(told, state) : [])
      }
      if (state.link.status === 'lost') say(words, lostWords(state.link, now))
      show(line, words.textContent !== '')
    }
  }
}
