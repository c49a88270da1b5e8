/** Typing ahead: letters that are meant for a field which is still being loaded. */

import { make } from './dom.js'

/**
 * Hold what is typed until a field has opened, and put it there.
 *
 * @param {string} name of what was asked for
 * @param {unknown} opening resolves once the field has the focus, or cannot be had
 * @param {HTMLElement} before has the focus again without a field
 */
export async function typeAhead(name, opening, before) {
  const held = make('input', 'unseen')
  held.ariaLabel = name
  document.body.append(held)
  held.focus()
  await opening
  const field = document.activeElement
  if (field === held) before.focus()
  else if (held.value && field instanceof HTMLInputElement) {
    field.value = held.value
    field.dispatchEvent(new Event('input'))
  }
  held.remove()
}
