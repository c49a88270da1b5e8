/** The switch for browsing alone, and the chips that say where the room is meanwhile and that a new version is here. */

import { browsingWords } from '../screen/sentences.js'
import { gatherAction } from '../state/presenter.js'
import { isLive } from '../state/state.js'
import { phrase } from '../text/language.js'
import { announce, attribute, part, say, sayOrHide, show } from './dom.js'

/** @import { State } from '../state/state.js' */

const LABELS = /** @type {const} */ ({ gather: 'gather', ask: 'askToPresent', pending: 'askedToPresent' })

/**
 * @param {{onSwitch: () => void, onRejoin: () => void, onGather: () => void, onAsk: () => void,
 *   onNewest: () => void}} handlers
 */
export function createBrowsing({ onSwitch, onRejoin, onGather, onAsk, onNewest }) {
  const button = part('alone')
  button.onclick = onSwitch
  part('rejoin').onclick = onRejoin
  const newer = part('newer')
  newer.onclick = onNewest
  const gather = part('gather')
  /** @type {ReturnType<typeof gatherAction>} */
  let action = null
  gather.onclick = () => {
    if (gather.matches('[aria-disabled=true]')) return
    if (action === 'gather') onGather()
    else if (action === 'ask') onAsk()
  }

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
      action = gatherAction(state)
      show(gather, action !== null)
      if (action) say(gather, phrase(LABELS[action]))
      attribute(gather, 'aria-disabled', String(action === 'pending' || !isLive(state)))
    }
  }
}
