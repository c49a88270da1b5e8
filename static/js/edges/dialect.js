/** The import options: a form that has the file parsed in another way, and the likely encodings of a guess. */

import { dotted } from '../screen/sentences.js'
import { visible } from '../text/format.js'
import { phrase } from '../text/language.js'
import { disclose, lendFocus, make, makeButton, onSubmit, optionLabel, part, show } from './dom.js'

/** @import { DialectChoices, Doc } from '../protocol/frames.js' */

/** What a field's text stands for, where that is no text. @type {Record<string, boolean | null>} */
const VALUES = { '': null, true: true, false: false }

/** @param {(choices: Partial<DialectChoices>) => void} onReparse */
export function createDialect(onReparse) {
  const button = part('reading', HTMLButtonElement)
  const form = part('dialect', HTMLFormElement)
  const other = part('dialect-other', HTMLInputElement)
  const fields = /** @type {(HTMLSelectElement | HTMLInputElement)[]} */ ([...form.querySelectorAll('[name]')])
  /** @type {Doc | null} */
  let shown = null

  let giveBack = () => {}

  function close() {
    giveBack()
    disclose(button, form, false)
  }

  button.onclick = () => {
    if (!form.hidden) return close()
    giveBack = lendFocus(form, button)
    disclose(button, form, true)
    fields[0]?.focus()
  }
  onSubmit('dialect', () => {
    onReparse(Object.fromEntries(fields.map(field => [field.name, choiceIn(field, other)])))
    close()
  })
  form.onkeydown = event => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    close()
  }

  /** Offer the likely encodings, each with the cells that tell it from others. @param {Doc} doc */
  function offer({ encodings }) {
    show(part('likely'), encodings.length > 0)
    const buttons = encodings.map(({ encoding, cells }) => {
      const sample = make('span', 'soft', dotted(...cells.map(visible)))
      const name = optionLabel('dialect-encoding', encoding)
      return makeButton('button small', name, () => onReparse({ encoding }), sample)
    })
    part('likely-list').replaceChildren(...buttons)
  }

  return {
    /** @param {Doc | null} doc @param {boolean} allowed */
    show(doc, allowed) {
      button.disabled = !allowed
      if (doc === shown) return
      shown = doc
      if (!doc) return
      for (const field of fields) fill(field, doc, other)
      offer(doc)
    }
  }
}

/** What a field chooses. @param {HTMLSelectElement | HTMLInputElement} field @param {HTMLInputElement} other */
function choiceIn({ name, value }, other) {
  if (name === 'preamble') return Number(value) > 0 ? Number(value) - 1 : null
  const text = value === 'other' ? other.value : value
  return text in VALUES ? VALUES[text] : text
}

/**
 * Show in a field what is chosen, and what is found without a choice.
 *
 * @param {HTMLSelectElement | HTMLInputElement} field
 * @param {Doc} doc
 * @param {HTMLInputElement} other
 */
function fill(field, { dialect, choices, preamble }, other) {
  const name = /** @type {keyof DialectChoices} */ (field.name)
  const choice = choices[name]
  const found = name === 'preamble' ? preamble + 1 : dialect[name]
  const text = String(typeof choice === 'number' ? choice + 1 : (choice ?? ''))
  field.value = text
  if (field instanceof HTMLInputElement) field.placeholder = String(found)
  else {
    const isNothing = found === null || found === ''
    const what = choice !== null ? '…' : isNothing ? '–' : optionLabel(field.id, String(found))
    field.options[0]?.replaceWith(new Option(phrase('guessed', { what }), ''))
    if (text && field.selectedIndex < 0) [field.value, other.value] = ['other', text]
    else field.value = text
  }
}
