/** The line that says that a new version came without the view on screen, since it could not be answered in time. */

import { viewOn } from '../state/views.js'
import { phrase } from '../text/language.js'
import { make, makeButton, part, say, show } from './dom.js'
import { loadWords } from './question-words.js'

/** @import { State } from '../state/state.js' */

/** @param {(view: string) => void} onAgain a view is asked for again */
export function createDroppedView(onAgain) {
  const words = make('span')
  const again = makeButton('link-button', '', () => {
    const view = dropped
    dropped = ''
    onAgain(view)
  })
  const close = makeButton('step', '×', () => {
    dropped = ''
    show(line, false)
  })
  const line = make('p', 'dropped-view soft', words, ' ', again, close)
  line.role = 'status'
  line.hidden = true
  part('strip').after(line)
  /** The room's page that was seen last. @type {State['room']} */
  let seen = null
  let dropped = ''

  async function draw() {
    await loadWords()
    say(words, phrase('viewDropped'))
    say(again, phrase('lookAgain'))
    close.ariaLabel = phrase('close')
    show(line, dropped !== '')
  }

  return {
    /** @param {State} state */
    show({ room, talk }) {
      const before = seen
      seen = room
      const isOther = room && before && (room.version !== before.version || room.edition !== before.edition)
      const isSame = room && room.uuid === before?.uuid
      if (isOther) dropped = isSame && viewOn(before) && !viewOn(room) ? viewOn(before) : ''
      if (viewOn(room) || isGone(talk.lines, room?.version)) dropped = '' // the talk says which columns it lacks
      if (dropped) draw()
      else show(line, false)
    }
  }
}

/** Whether columns of the view are gone from a version. @param {State['talk']['lines']} lines @param {number} [version] */
const isGone = (lines, version) =>
  lines.some(line => line.type === 'notice' && line.version === version && (line.gone?.length ?? 0) > 0)
