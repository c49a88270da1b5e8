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
  const actions = new Map(parts('#keys-list kbd').map(kbd => [kbd.dataset.key, kbd.closest('div')?.id]))
  addEventListener('keydown', event => {
    if (event.defaultPrevented || event.isComposing || isPressing(event)) return
    if (isTyping(event.target) && event.key !== 'Escape') return
    const action = actions.get(shortcutOf(event, singleKeys()))
    // The browser handles the shortcut for copying, with an event of its own.
    if (action && action !== 'doCopy' && onAction(action)) event.preventDefault()
  })
}
