/** The one line at the foot of the grid: what others did, what cannot be done, that the connection is gone. */

import { phrase } from '../language.js'
import { linkState, telling } from '../words.js'
import { part, say, show } from './dom.js'

const STANDS_MS = 7000
const QUESTION_MS = 20_000

/**
 * @typedef {import('../state.js').State} State
 * @typedef {import('../state.js').Told} Told
 * @typedef {object} Handlers
 * @property {(page: number) => void} onBack
 * @property {(text: string) => void} onPaste
 * @property {() => void} onTryNow
 * @property {(told: Told) => void} onHeard
 */

/** @param {Handlers} handlers */
export function createTold({ onBack, onPaste, onTryNow, onHeard }) {
  const line = part('told', HTMLElement)
  const words = part('told-words', HTMLElement)
  const button = part('told-answer', HTMLButtonElement)
  const live = part('live', HTMLElement)
  /** @type {Told | null} */
  let told = null
  let lost = false
  let timer = 0
  let act = () => {}

  button.addEventListener('click', () => act())

  /** It stays while it is pointed at or has the focus. */
  function wait() {
    clearTimeout(timer)
    const current = told
    if (!current) return
    timer = setTimeout(() => {
      if (line.matches(':hover, :focus-within')) wait()
      else onHeard(current)
    }, current.kind === 'pasted' ? QUESTION_MS : STANDS_MS)
  }

  /** @param {Told} current @returns {[string, () => void] | null} */
  function answerTo(current) {
    if (current.kind === 'turned') return [phrase('back'), () => onBack(current.from)]
    if (current.kind === 'pasted') return [phrase('showIt'), () => onPaste(current.text)]
    return null
  }

  /** @param {string} text @param {[string, () => void] | null} answer */
  function put(text, answer) {
    say(words, text)
    show(button, answer !== null)
    if (answer) {
      say(button, answer[0])
      act = answer[1]
    }
    show(line, text !== '')
  }

  return {
    /** @param {State} state @param {number} now */
    show(state, now) {
      const cut = state.link.status === 'lost' && state.page !== null
      if (state.told !== told || cut !== lost) {
        told = state.told
        lost = cut
        wait()
        // Announced once: the countdown beside it is not.
        say(live, cut ? phrase('lost') : told ? telling(told) : '')
      }
      if (cut) put(linkState(state.link, now).long, [phrase('tryNow'), onTryNow])
      else if (told) put(telling(told), answerTo(told))
      else put('', null)
    },
  }
}
