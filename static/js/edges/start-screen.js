/** The first screen: choose, paste, a command to copy, samples to try. */

import { phrase } from '../text/language.js'
import { telling } from '../screen/sentences.js'
import { copy } from './clipboard.js'
import { attribute, part, say, show } from './dom.js'
import { answer } from './header.js'

/** @param {{onChoose: () => void, onFile: (file: File) => void, onText: (text: string) => void, onSentence: (text: string) => void}} handlers */
export function createFirst({ onChoose, onFile, onText, onSentence }) {
  const paste = part('paste')
  const form = part('paste-form', HTMLFormElement)
  const text = part('paste-text', HTMLTextAreaElement)
  const copyCurl = part('copy-curl')
  const sentence = part('start-sentence')

  part('choose').onclick = onChoose
  copyCurl.onclick = async () => {
    answer(copyCurl, (await copy(part('curl').textContent)) ? phrase('copied') : phrase('copyByHand'))
  }

  paste.onclick = () => {
    show(form, Boolean(form.hidden))
    attribute(paste, 'aria-expanded', String(!form.hidden))
    if (!form.hidden) text.focus()
  }
  form.addEventListener('submit', event => {
    event.preventDefault()
    if (!text.value.trim()) return onSentence(phrase('emptyPaste'))
    onText(text.value)
    text.value = ''
  })

  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-sample]'))) {
    button.onclick = async () => {
      const file = await sample(button.getAttribute('data-sample') ?? '')
      if (file) onFile(file)
      else onSentence(phrase('noSample'))
    }
  }

  return {
    /** @param {import('../state/state.js').State} state */
    show({ told }) {
      const words = told?.kind === 'sentence' || told?.kind === 'error' ? telling(told) : ''
      say(sentence, words)
      show(sentence, words !== '')
    }
  }
}

/** @param {string} name */
async function sample(name) {
  try {
    const response = await fetch(new URL(`../../samples/${name}`, import.meta.url))
    return response.ok ? new File([await response.blob()], name) : null
  } catch {
    return null
  }
}
