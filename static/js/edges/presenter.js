/** The presenter's buttons, in the header and among the people, and the chip that names the presenter. */

import { presenterWords } from '../screen/sentences.js'
import { presenterAction } from '../state/presenter.js'
import { isLive } from '../state/state.js'
import { phrase } from '../text/language.js'
import { attribute, part, say, sayOrHide, show } from './dom.js'

/** @import { State } from '../state/state.js' */

const LABELS = /** @type {const} */ ({ take: 'present', give: 'letGo', ask: 'askToPresent', pending: 'askedToPresent' })

/**
 * What the tooltip says, where it is not what the list of shortcuts says.
 *
 * @param {string | null} action
 * @param {State} state
 */
const hint = (action, state) =>
  action === 'take' ? '' : action === 'give' ? phrase('letGoHint') : presenterWords(state)

/** @param {(action: 'take' | 'give' | 'ask') => void} onAction */
export function createPresenter(onAction) {
  const buttons = ['present', 'present-too'].map(id => part(id))
  /** @type {ReturnType<typeof presenterAction>} */
  let action = null
  for (const button of buttons) {
    button.onclick = () => {
      if (action && action !== 'pending') onAction(action)
    }
  }

  return {
    /** @param {State} state */
    show(state) {
      action = presenterAction(state)
      for (const button of buttons) {
        show(button, action !== null)
        if (action) say(button, phrase(LABELS[action]))
        attribute(button, 'data-tip', hint(action, state))
        attribute(button, 'aria-disabled', String(action === 'pending' || !isLive(state)))
        attribute(button, 'aria-pressed', String(action === 'give'))
      }
      sayOrHide(part('driver'), presenterWords(state))
    }
  }
}
