/** The form that has the file parsed in another way. */

import { phrase } from '../text/language.js'
import { disclose, onSubmit, optionLabel, part } from './dom.js'

/** @import { DialectChoices, Doc } from '../protocol/frames.js' */

const NAMES = /** @type {const} */ (['encoding', 'delimiter', 'quoting', 'header'])

/** @param {(choices: DialectChoices) => void} onReparse */
export function createDialect(onReparse) {
  const button = part('reading', HTMLButtonElement)
  const form = part('dialect')
  const selects = NAMES.map(name => part(`dialect-${name}`, HTMLSelectElement))
  /** @type {Doc | null} */
  let shown = null

  function close() {
    disclose(button, form, false)
    button.focus()
  }

  button.onclick = () => {
    disclose(button, form, form.hidden === true)
    if (!form.hidden) selects[0]?.focus()
  }
  onSubmit('dialect', () => {
    const [encoding, delimiter, quoting, header] = selects.map(select => select.value || null)
    onReparse(
      /** @type {any} */ ({
        encoding,
        delimiter,
        quoting,
        header: header && header === 'true',
        quote: null,
        escape: null,
        skip_initial_space: null,
        line_end: null,
        comment: null,
        preamble: null
      })
    )
    close()
  })
  form.onkeydown = event => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    close()
  }

  return {
    /** @param {Doc | null} doc @param {boolean} allowed */
    show(doc, allowed) {
      button.disabled = !allowed || !doc?.complete
      if (doc === shown) return
      shown = doc
      if (!doc) return
      const { dialect, choices } = doc
      for (const [i, select] of selects.entries()) {
        const name = NAMES[i] ?? 'header'
        const what = choices[name] === null ? optionLabel(select.id, String(dialect[name])) : '…'
        select.options[0]?.replaceWith(new Option(phrase('guessed', { what }), ''))
        select.value = String(choices[name] ?? '')
      }
    }
  }
}
