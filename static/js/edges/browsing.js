/** The switch for browsing alone, and the chips that say where the room is meanwhile and that a new version is here. */

import { browsingWords } from '../screen/sentences.js'
import { announce, attribute, part, say, sayOrHide, show } from './dom.js'

/** @import { State } from '../state/state.js' */

/** @param {{onSwitch: () => void, onRejoin: () => void, onNewest: () => void}} handlers */
export function createBrowsing({ onSwitch, onRejoin, onNewest }) {
  const button = part('alone')
  button.onclick = onSwitch
  part('rejoin').onclick = onRejoin
  const newer = part('newer')
  newer.onclick = onNewest

  return {
    /** @param {State} state */
    show(state) {
      attribute(button, 'aria-checked', String(state.alone !== null))
      attribute(button, 'aria-disabled', String(!state.page))
      show(part('away'), state.alone !== null)
      const { follow, room, newest } = browsingWords(state)
      if (newest && newest !== newer.textContent) announce(newest)
      sayOrHide(newer, newest)
      sayOrHide(part('away-follow'), follow)
      say(part('away-room'), room)
    }
  }
}
