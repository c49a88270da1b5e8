/** The switch for browsing alone, and the chip that says where the room is meanwhile. */

import { browsingWords } from '../screen/sentences.js'
import { attribute, part, say, sayOrHide, show } from './dom.js'

/** @import { State } from '../state/state.js' */

/** @param {{onSwitch: () => void, onRejoin: () => void}} handlers */
export function createBrowsing({ onSwitch, onRejoin }) {
  const button = part('alone')
  button.onclick = onSwitch
  part('rejoin').onclick = onRejoin

  return {
    /** @param {State} state */
    show(state) {
      attribute(button, 'aria-checked', String(state.alone !== null))
      attribute(button, 'aria-disabled', String(!state.page))
      show(part('away'), state.alone !== null)
      const { follow, room } = browsingWords(state)
      sayOrHide(part('away-follow'), follow)
      say(part('away-room'), room)
    }
  }
}
