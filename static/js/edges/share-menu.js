/** The share menu: the link that may do everything, and the read-only link. */

import { readsOnly } from '../state/state.js'
import { phrase } from '../text/language.js'
import { attribute, drawer, part, show } from './dom.js'
import { REPLACE_BUTTONS } from './header.js'

/** @import { State } from '../state/state.js' */

/** @param {(uuid: string, button: HTMLElement) => void} onCopy */
export function createShareMenu(onCopy) {
  const { details: menu, close } = drawer('links')
  const reader = part('copy-reader', HTMLButtonElement)
  let uuid = ''
  let readOnly = ''

  part('copy-link').onclick = () => onCopy(uuid, part('copy-words'))
  reader.onclick = () => onCopy(readOnly, reader)

  return {
    close,
    /** @param {State} state */
    show(state) {
      uuid = state.uuid ?? ''
      readOnly = state.reader
      const reads = readsOnly(state)
      show(part('read-only'), reads)
      show(menu, !reads)
      reader.disabled = readOnly === ''
      for (const id of REPLACE_BUTTONS) {
        const button = part(id, HTMLButtonElement)
        button.disabled = reads
        if (reads) attribute(button, 'title', phrase('readOnlyWhy'))
      }
    }
  }
}
