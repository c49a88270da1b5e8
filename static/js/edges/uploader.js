/** The uploader: a file or a text, for this document or a new one. One at a time. */

import { readsOnly } from '../state/state.js'
import { phrase } from '../text/language.js'
import { go, uploadPath } from './address.js'
import { forgetLeftUpload, myUpload } from './storage.js'
import { startUpload } from './upload.js'

/**
 * @import { LocalEvent, State } from '../state/state.js'
 * @import { RunningUpload } from './upload.js'
 */

/**
 * @typedef {object} UploaderParts
 * @property {() => State} state
 * @property {(event: LocalEvent) => void} dispatch
 * @property {(uuid: string | null) => void} onOpen
 * @property {(text: string) => void} onSentence
 */

/** @param {UploaderParts} parts */
export function createUploader({ state, dispatch, onOpen, onSentence }) {
  /** @type {RunningUpload | null} */
  let running = null

  /** @param {File} file */
  function upload(file) {
    if (readsOnly(state())) return onSentence(phrase('readOnlyWhy'))
    if (running) return dispatch({ type: 'toast-shown', toast: { kind: 'busy' } })
    if (file.size === 0) return onSentence(phrase('emptyFile'))
    const { uuid: target, toast } = state()
    const fresh = target === null
    if (toast) dispatch({ type: 'toast-dismissed', toast })
    dispatch({ type: 'upload-began', name: file.name, size: file.size, fresh })
    running = startUpload(file, {
      path: uploadPath(target),
      secret: myUpload(target, file),
      viewer: uuid => (state().uuid === (target ?? uuid) ? state().me.viewer : ''),
      dispatch,
      onAccepted(uuid) {
        if (!fresh || state().uuid === uuid) return
        go(uuid)
        onOpen(uuid)
      },
      onEnd() {
        running = null
        if (fresh && state().upload?.status === 'failed') leaveDocument()
      }
    })
  }

  /** @param {string} text */
  const uploadText = text => upload(new File([text], 'pasted.tsv', { type: 'text/tab-separated-values' }))

  /** Leave a new document whose first version failed: there is nothing to see. */
  function leaveDocument() {
    const message = state().upload?.message ?? ''
    dispatch({ type: 'upload-over' })
    go(null, { replace: true })
    onOpen(null)
    if (message) onSentence(message)
  }

  return {
    upload,
    uploadText,
    isBusy: () => running !== null,
    retry: () => running?.retry(),
    pause: () => running?.pause(),
    leave: () => running?.leave(),
    /** Upload a pasted text. Where it would replace a table, ask first. @param {string} text */
    paste(text) {
      const { uuid, page } = state()
      if (uuid && page && !readsOnly(state())) dispatch({ type: 'toast-shown', toast: { kind: 'pasted', text } })
      else uploadText(text)
    },
    stop() {
      const { uuid, upload } = state()
      const fresh = upload?.fresh ?? false
      if (!running) {
        if (uuid) forgetLeftUpload(uuid)
        return dispatch({ type: 'upload-over' })
      }
      running.cancel()
      running = null
      if (fresh) leaveDocument()
    }
  }
}
