/** Keyboard shortcuts, wherever the focus is, unless the focused element needs the key itself. */

import { shortcutOf } from '../screen/shortcuts.js'
import { parts } from './dom.js'
import { singleKeys } from './storage.js'

/** @param {EventTarget | null} target */
export const isTyping = target =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))

/** @param {KeyboardEvent} event */
const isPressing = ({ key, target }) =>
  (key === ' ' || key === 'Enter') && target instanceof Element && target.matches('button, a, summary')

/** @param {(action: string) => boolean} onAction whether it did something */
export function listenToKeys(onAction) {
  const keys = parts('#keys-list kbd').map(kbd => ({ key: kbd.dataset.key, action: kbd.closest('div')?.id ?? '' }))
  addEventListener('keydown', event => {
    if (event.defaultPrevented || event.isComposing || isPressing(event)) return
    if (isTyping(event.target) && event.key !== 'Escape') return
    const shortcut = shortcutOf(event, singleKeys())
    // The browser handles the shortcut for copying, with an event of its own. Of several actions, the first that can acts.
    const done = keys.some(({ key, action }) => key === shortcut && action !== 'doCopy' && onAction(action))
    if (done) event.preventDefault()
  })
}
