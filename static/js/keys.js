/**
 * What a key means. Where the rows do not end at the edge of the screen, a screenful comes before the next page.
 *
 * @typedef {{key: string, ctrl: boolean, alt: boolean, meta: boolean, shift: boolean}} Press
 * @typedef {import('./pager.js').Step | 'screen-down' | 'screen-up' | 'top' | 'bottom' | 'type-page' | 'look' | 'talk' | 'keys' | 'escape'} Action
 */

/** @param {Press} press @param {{atTop: boolean, atBottom: boolean}} scroll @returns {Action | null} */
export function actionFor(press, { atTop, atBottom }) {
  const { key, shift } = press
  if (press.alt || press.meta) return null
  if (press.ctrl) return key === 'Home' ? 'first' : key === 'End' ? 'last' : null
  switch (key) {
    case 'PageDown':
      return atBottom ? 'next' : 'screen-down'
    case 'PageUp':
      return atTop ? 'previous' : 'screen-up'
    case ' ':
      if (shift) return atTop ? 'previous' : 'screen-up'
      return atBottom ? 'next' : 'screen-down'
    case ']':
      return 'next'
    case '[':
      return 'previous'
    case 'g':
      return 'first'
    case 'G':
      return 'last'
    case 'Home':
      return 'top'
    case 'End':
      return 'bottom'
    case 'p':
      return 'type-page'
    case '.':
      return 'look'
    case 't':
      return 'talk'
    case '?':
      return 'keys'
    case 'Escape':
      return 'escape'
    default:
      return null
  }
}

/** What is listed under `?`. @type {readonly (readonly [keys: readonly string[], does: import('./language.js').Plain])[]} */
export const LISTED = [
  [['PageDown', 'Space'], 'keyDown'],
  [['PageUp', 'Shift+Space'], 'keyUp'],
  [['[', ']'], 'keyStep'],
  [['g', 'G'], 'keyEnds'],
  [['Home', 'End'], 'keyTop'],
  [['p'], 'keyPage'],
  [['.'], 'keyLook'],
  [['t'], 'keyTalk'],
  [['Esc'], 'keyEscape'],
]
