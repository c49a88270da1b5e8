/** The start screen: choose a file, paste, copy a command, or try a sample. */

import { toastWords } from '../screen/sentences.js'
import { phrase } from '../text/language.js'
import { copy } from './clipboard.js'
import { disclose, onSubmit, part, parts, sayOrHide } from './dom.js'
import { answer } from './header.js'

/** @import { State } from '../state/state.js' */

/**
 * @typedef {object} StartHandlers
 * @property {() => void} onChoose
 * @property {(file: File) => void} onFile
 * @property {(text: string) => void} onText
 * @property {(text: string) => void} onSentence
 */

/** @param {StartHandlers} handlers */
export function createStartScreen({ onChoose, onFile, onText, onSentence }) {
  const paste = part('paste')
  const form = part('paste-form')
  const text = part('paste-text', HTMLTextAreaElement)
  const copyCurl = part('copy-curl')

  part('choose').onclick = onChoose
  copyCurl.onclick = async () => {
    const copied = await copy(part('curl').textContent ?? '')
    answer(copyCurl, phrase(copied ? 'copied' : 'copyByHand'))
  }
  paste.onclick = () => {
    disclose(paste, form, form.hidden === true)
    if (!form.hidden) text.focus()
  }
  onSubmit('paste-form', () => {
    if (!text.value.trim()) return onSentence(phrase('emptyPaste'))
    onText(text.value)
    text.value = ''
  })
  for (const button of parts('[data-sample]')) {
    button.onclick = async () => {
      const file = await loadSample(button.dataset.sample ?? '')
      if (file) onFile(file)
      else onSentence(phrase('noSample'))
    }
  }

  return {
    /** @param {State} state */
    show({ toast }) {
      const isSaid = toast?.kind === 'sentence' || toast?.kind === 'error'
      sayOrHide(part('start-sentence'), isSaid ? toastWords(toast) : '')
    }
  }
}

/** @param {string} name */
async function loadSample(name) {
  try {
    const response = await fetch(new URL(`../../samples/${name}`, import.meta.url))
    return response.ok ? new File([await response.blob()], name) : null
  } catch {
    return null
  }
}
