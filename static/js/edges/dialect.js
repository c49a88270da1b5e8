/** How the file is read, and the means to have it read in another way. */

import { phrase } from '../text/language.js'
import { attribute, optionCalled, part, show } from './dom.js'

/**
 * @typedef {import('../protocol/frames.js').Choices} Choices
 * @typedef {import('../protocol/frames.js').Doc} Doc
 */

const NAMES = /** @type {const} */ (['encoding', 'delimiter', 'quoting', 'header'])

/** @param {{onRead: (choices: Choices) => void}} handlers */
export function createDialect({ onRead }) {
  const button = part('reading', HTMLButtonElement)
  const form = part('dialect', HTMLFormElement)
  const selects = NAMES.map(name => part(`dialect-${name}`, HTMLSelectElement))
  /** @type {Doc | null} */
  let shown = null

  /** @param {boolean} open */
  function toggle(open) {
    show(form, open)
    attribute(button, 'aria-expanded', String(open))
    if (open) selects[0]?.focus()
  }

  function leave() {
    toggle(false)
    button.focus()
  }

  button.onclick = () => toggle(Boolean(form.hidden))
  form.addEventListener('submit', event => {
    event.preventDefault()
    const [encoding, delimiter, quoting, header] = selects.map(select => select.value || null)
    onRead(/** @type {any} */ ({ encoding, delimiter, quoting, header: header && header === 'true' }))
    leave()
  })
  form.addEventListener('keydown', event => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    leave()
  })

  return {
    /** @param {Doc | null} doc @param {boolean} may */
    show(doc, may) {
      button.disabled = !may || !doc?.complete
      if (doc === shown) return
      shown = doc
      if (!doc) return
      const { dialect, choices } = doc
      for (const [i, select] of selects.entries()) {
        const name = NAMES[i] ?? 'header'
        const what = choices[name] === null ? optionCalled(select.id, String(dialect[name])) : '…'
        select.options[0]?.replaceWith(new Option(phrase('guessed', { what }), ''))
        select.value = String(choices[name] ?? '')
      }
    }
  }
}
