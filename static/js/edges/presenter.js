/** The wheel's buttons, in the header and among the people, and the chip that says who has it. */

import { phrase } from '../text/language.js'
import { isLive } from '../state/state.js'
import { choice } from '../state/presenter.js'
import { wheelIsWith } from '../screen/sentences.js'
import { attribute, part, say, show } from './dom.js'

const LABELS = /** @type {const} */ ({ take: 'takeWheel', give: 'letGo', ask: 'askWheel', asked: 'askedWheel' })

/** @param {(choice: 'take' | 'give' | 'ask') => void} onChoice */
export function createWheel(onChoice) {
  const chip = part('driver')
  const buttons = ['wheel', 'wheel-too'].map(id => part(id))
  /** @type {ReturnType<typeof choice>} */
  let now = null
  for (const button of buttons) {
    button.onclick = () => {
      if (now && now !== 'asked') onChoice(now)
    }
  }

  return {
    /** @param {import('../state/state.js').State} state */
    show(state) {
      now = choice(state)
      for (const button of buttons) {
        show(button, now !== null)
        if (now) say(button, phrase(LABELS[now]))
        attribute(button, 'aria-disabled', String(now === 'asked' || !isLive(state)))
        attribute(button, 'aria-pressed', String(now === 'give'))
      }
      const words = wheelIsWith(state)
      show(chip, words !== '')
      say(chip, words)
    }
  }
}
