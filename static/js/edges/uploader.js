/** Bringing a table: a file or a text, for this document or for a new one. One at a time. */

import { phrase } from '../text/language.js'
import { readsOnly } from '../state/state.js'
import { go, uploadPath } from './address.js'
import { myUpload } from './storage.js'
import { upload } from './upload.js'

/**
 * @typedef {import('../state/state.js').State} State
 * @typedef {object} Handlers
 * @property {() => State} state
 * @property {(event: import('../state/state.js').Happening) => void} tell
 * @property {(uuid: string | null) => void} onOpen
 * @property {(text: string) => void} onSentence
 */

/** @param {Handlers} handlers */
export function createBringing({ state, tell, onOpen, onSentence }) {
  /** @type {import('./upload.js').Sending | null} */
  let sending = null

  /** @param {File} file */
  function bring(file) {
    if (readsOnly(state())) return onSentence(phrase('readOnlyWhy'))
    if (sending) return onSentence(phrase('busy'))
    if (file.size === 0) return onSentence(phrase('emptyFile'))
    const { uuid: target, told } = state()
    const fresh = target === null
    if (told) tell({ type: 'heard', told })
    tell({ type: 'upload-began', name: file.name, size: file.size, fresh })
    sending = upload(file, {
      path: uploadPath(target),
      kept: myUpload(target, file),
      viewer: () => (state().uuid === target ? state().me.viewer : ''),
      tell,
      onAccepted(uuid) {
        if (!fresh || state().uuid === uuid) return
        go(uuid)
        onOpen(uuid)
      },
      onEnd() {
        sending = null
        if (fresh && state().upload?.status === 'failed') leaveUnfinished()
      }
    })
  }

  /** @param {string} text */
  const bringText = text => bring(new File([text], 'pasted.tsv', { type: 'text/tab-separated-values' }))

  /** A first version that did not become one leaves nothing to look at. */
  function leaveUnfinished() {
    const message = state().upload?.message ?? ''
    tell({ type: 'upload-over' })
    go(null, { replace: true })
    onOpen(null)
    if (message) onSentence(message)
  }

  return {
    bring,
    bringText,
    isBusy: () => sending !== null,
    now: () => sending?.now(),
    pause: () => sending?.pause(),
    /** Pasting replaces nobody's table by mistake: where there is one it is asked first. @param {string} text */
    pasted(text) {
      const { uuid, page } = state()
      if (uuid && page && !readsOnly(state())) tell({ type: 'said', told: { kind: 'pasted', text } })
      else bringText(text)
    },
    stop() {
      const fresh = state().upload?.fresh ?? false
      if (!sending) return tell({ type: 'upload-over' })
      sending.cancel()
      sending = null
      if (fresh) leaveUnfinished()
    }
  }
}
