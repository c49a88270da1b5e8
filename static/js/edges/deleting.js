/** The question before a table is deleted for everyone. Loaded when it is asked. */

import { phrase } from '../text/language.js'
import { ask, documentPath } from './address.js'
import { part, sayOrHide } from './dom.js'

/** @import { State } from '../state/state.js' */

/** @param {{state: () => State}} how */
export function createDeleting({ state }) {
  const dialog = part('deleting', HTMLDialogElement)
  const failure = part('deleting-failure')
  const cancel = part('delete-cancel')

  /** Delete the table. The server closes the connection of this page, too, which then says what happened. */
  async function remove() {
    const answer = await ask(documentPath(state().uuid ?? ''), { method: 'DELETE' }).catch(() => null)
    sayOrHide(failure, answer?.ok ? '' : ((await answer?.text()) ?? phrase('unreachable')))
    if (answer?.ok) dialog.close()
  }

  function open() {
    part('links', HTMLDetailsElement).open = false
    sayOrHide(failure, '')
    dialog.showModal()
    cancel.focus()
  }

  cancel.onclick = () => dialog.close()
  part('delete-now').onclick = () => void remove()
  part('delete').onclick = open

  return { open }
}
