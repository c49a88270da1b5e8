/** How the file is read, and the means to have it read in another way. */

import { phrase } from '../language.js'
import { encodingName } from '../words.js'
import { attribute, part, show } from './dom.js'

/**
 * @typedef {import('../protocol.js').Choices} Choices
 * @typedef {import('../protocol.js').Doc} Doc
 */

const ENCODINGS = `utf-8 cp1252 cp1250 cp1251 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 iso8859-1 iso8859-2 iso8859-15 koi8-r
gb18030 big5hkscs cp932 euc_jp cp949 cp874 cp437 cp850 cp866 mac-roman utf-16-le utf-16-be`.split(/\s+/)
/** @type {Doc['dialect']['delimiter'][]} */
const DELIMITERS = ['tab', 'comma', 'semicolon', 'pipe']
/** @type {Doc['dialect']['quoting'][]} */
const QUOTINGS = ['literal', 'quoted']

/** @param {{onRead: (choices: Choices) => void}} handlers */
export function createDialect({ onRead }) {
  const button = part('reading', HTMLButtonElement)
  const form = part('dialect', HTMLFormElement)
  const selects = ['encoding', 'delimiter', 'quoting', 'header'].map(name => part(`dialect-${name}`, HTMLSelectElement))
  /** @type {Doc | null} */
  let shown = null

  /** @param {boolean} open */
  function toggle(open) {
    show(form, open)
    attribute(button, 'aria-expanded', String(open))
    if (open) selects[0]?.focus()
  }

  button.onclick = () => toggle(Boolean(form.hidden))
  form.addEventListener('submit', event => {
    event.preventDefault()
    const [encoding, delimiter, quoting, header] = selects.map(select => select.value || null)
    onRead(/** @type {any} */ ({ encoding, delimiter, quoting, header: header === null ? null : header === '1' }))
    toggle(false)
    button.focus()
  })
  form.addEventListener('keydown', event => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    toggle(false)
    button.focus()
  })

  /** @template {string} T
   * @param {HTMLSelectElement | undefined} select @param {T[]} values @param {(value: T) => string} name
   * @param {T} now what was read @param {T | null} chosen */
  function fill(select, values, name, now, chosen) {
    if (!select) return
    const all = values.includes(now) ? values : [now, ...values]
    const guess = phrase('guessed', { what: chosen === null ? name(now) : '…' })
    select.replaceChildren(new Option(guess, ''), ...all.map(value => new Option(name(value), value)))
    select.value = chosen ?? ''
  }

  return {
    /** @param {Doc | null} doc @param {boolean} may */
    show(doc, may) {
      button.disabled = !may || !doc?.complete
      if (doc === shown) return
      shown = doc
      if (!doc) return
      const { dialect, choices } = doc
      fill(selects[0], ENCODINGS, encodingName, dialect.encoding, choices.encoding)
      fill(selects[1], DELIMITERS, value => phrase(value), dialect.delimiter, choices.delimiter)
      fill(selects[2], QUOTINGS, value => phrase(value), dialect.quoting, choices.quoting)
      const chosen = choices.header === null ? null : String(Number(choices.header))
      fill(selects[3], ['1', '0'], value => phrase(value === '1' ? 'firstNames' : 'noHeaderRow'), String(Number(dialect.header)), chosen)
    },
  }
}
