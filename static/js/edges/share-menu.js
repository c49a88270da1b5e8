/** The links to this table: the one that may do everything, and the one for reading only. */

import { phrase } from '../text/language.js'
import { readsOnly } from '../state/state.js'
import { attribute, drawer, part, show } from './dom.js'
import { REPLACING } from './header.js'

/** @param {(uuid: string, button: HTMLElement) => void} onCopy */
export function createLinks(onCopy) {
  const { details: menu, close } = drawer('links')
  const whole = part('copy-link')
  const reader = part('copy-reader')
  let uuid = ''
  let readOnly = ''

  whole.onclick = () => onCopy(uuid, part('copy-words'))
  reader.onclick = () => onCopy(readOnly, reader)

  return {
    close,
    /** @param {import('../state/state.js').State} state */
    show(state) {
      uuid = state.uuid ?? ''
      readOnly = state.reader
      const reads = readsOnly(state)
      show(part('read-only'), reads)
      show(menu, readOnly !== '' && !reads)
      for (const id of REPLACING) {
        const control = part(id, HTMLButtonElement)
        control.disabled = reads
        if (reads) attribute(control, 'title', phrase('readOnlyWhy'))
      }
    }
  }
}
