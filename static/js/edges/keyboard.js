/** Keyboard shortcuts, wherever the focus is, unless the focused element needs the key itself. */

import { actionFor } from '../screen/shortcuts.js'
import { singleKeys } from './storage.js'

/** @param {EventTarget | null} target */
export const isTyping = target =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))

/** @param {KeyboardEvent} event */
const isPressing = ({ key, target }) =>
  (key === ' ' || key === 'Enter') && target instanceof Element && target.matches('button, a, summary')

/** @param {(action: string) => boolean} onAction whether it did something */
export function listenToKeys(onAction) {
  addEventListener('keydown', event => {
    if (event.defaultPrevented || event.isComposing || isPressing(event)) return
    if (isTyping(event.target) && event.key !== 'Escape') return
    const { key, ctrlKey: ctrl, altKey: alt, metaKey: meta, shiftKey: shift } = event
    const action = actionFor({ key, ctrl, alt, meta, shift }, { singles: singleKeys() })
    if (action && onAction(action)) event.preventDefault()
  })
}
