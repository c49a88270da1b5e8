/** The switch for browsing alone, and the chip that says where the room is meanwhile. */

import { elsewhere } from '../screen/sentences.js'
import { attribute, part, say, show } from './dom.js'

/** @param {{onSwitch: () => void, onRejoin: () => void}} handlers */
export function createAway({ onSwitch, onRejoin }) {
  const button = part('alone')
  const chip = part('away')
  const follow = part('away-follow')
  button.onclick = onSwitch
  part('rejoin').onclick = onRejoin

  return {
    /** @param {import('../state/state.js').State} state */
    show(state) {
      attribute(button, 'aria-checked', String(state.alone !== null))
      attribute(button, 'aria-disabled', String(!state.page))
      show(chip, state.alone !== null)
      if (!state.alone) return
      const words = elsewhere(state)
      say(follow, words.follow)
      show(follow, words.follow !== '')
      say(part('away-room'), words.room)
    }
  }
}
