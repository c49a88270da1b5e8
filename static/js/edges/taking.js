/** The panel that gives the view away: as a file in one of several formats, and as code. Loaded when it is opened. */

import { dotted } from '../screen/sentences.js'
import { isEarlier } from '../state/browsing.js'
import { dataRows, viewOn } from '../state/views.js'
import { phrase } from '../text/language.js'
import { LANGUAGES, viewCode } from '../view/code.js'
import { columnNames, parseQuery } from '../view/query.js'
import { viewWords } from '../view/sentence.js'
import { documentPath, loadColumns, shortViews } from './address.js'
import { copyLater } from './clipboard.js'
import { attribute, make, makeButton, opensTab, part, parts, say, sayOrHide, show } from './dom.js'
import { createRunning } from './running.js'
import { askServer } from './summaries.js'

/**
 * @import { State } from '../state/state.js'
 * @import { CodeLanguage, Coded } from '../view/code.js'
 */

/** @type {Record<CodeLanguage, string>} */
const NAMES = { sql: 'SQL', pandas: 'pandas', polars: 'Polars', r: 'R', curl: 'curl' }

/** @param {{state: () => State, onSentence: (text: string) => void}} how */
export function createTaking({ state, onSentence }) {
  const button = part('take')
  const panel = part('taking')
  const form = part('take-form', HTMLFormElement)
  const link = part('take-link', HTMLAnchorElement)
  /** What code is written of, once the names of the columns are here. */
  let coded = Promise.resolve(/** @type {Coded | null} */ (null))

  /** Write the address of what is chosen. */
  function choose() {
    showOptions(form)
    const options = [...new FormData(form)].map(pair => pair.join('='))
    link.href = exportAddress(state(), [...options, addressed(state())].filter(Boolean).join('&'))
  }

  async function open() {
    say(part('take-rows'), rowWords(state()))
    say(part('take-words'), '')
    part('take-original', HTMLAnchorElement).href = part('download', HTMLAnchorElement).href
    choose()
    coded = loadCoded(state()).catch(() => null)
    panel.showPopover()
    form.querySelector('input')?.focus()
    sayOrHide(part('take-words'), (await coded)?.words ?? '')
  }

  /** @param {CodeLanguage} language */
  async function copyCode(language) {
    const code = coded.then(one => (one ? viewCode(language, one) : Promise.reject(new Error())))
    const isCopied = await copyLater(code).catch(() => null)
    onSentence(phrase(isCopied === null ? 'unreachable' : isCopied ? 'copied' : 'copyAgain'))
  }

  part('take-code').append(
    ...LANGUAGES.map(language => makeButton('button small', NAMES[language], () => void copyCode(language)))
  )
  form.onchange = choose
  form.onsubmit = event => {
    event.preventDefault()
    link.click()
  }
  const making = createMaking(form, button, text => panel.matches(':popover-open') || onSentence(text))
  link.onclick = async event => {
    if (opensTab(event)) return
    event.preventDefault()
    if (await making.make(link.href, state().uuid ?? '')) panel.hidePopover()
  }
  panel.onbeforetoggle = event => {
    const isOpen = /** @type {ToggleEvent} */ (event).newState === 'open'
    attribute(button, 'aria-expanded', String(isOpen))
    making.place(isOpen)
  }
  button.onclick = () => void open()

  return { open }
}

/**
 * A file that the server makes before it is downloaded: how far it is, and what went wrong.
 *
 * @param {HTMLElement} form what it is chosen in @param {HTMLElement} button what stands for it while that is closed
 * @param {(text: string) => void} onFailure
 */
function createMaking(form, button, onFailure) {
  const failure = make('p', 'failure')
  failure.role = 'alert'
  const save = make('a')
  save.download = ''
  let asking = new AbortController()
  const running = createRunning(() => asking.abort())
  const bar = running.element.querySelector('progress')
  if (bar) attribute(bar, 'aria-labelledby', 'take-link')

  /** Have a file made, and download it. @param {string} address @param {string} uuid @returns {Promise<boolean>} */
  async function makeFile(address, uuid) {
    asking.abort()
    asking = new AbortController()
    const { signal } = asking
    say(failure, '')
    running.show(null)
    try {
      const { file } = await askServer(address, { signal, onProgress: running.show }, { method: 'POST' })
      const [, query = ''] = address.split('?') // of a file that is gone meanwhile, which is made again
      save.href = documentPath(uuid, `/files/${file}?${query}`)
      save.click()
      return true
    } catch (error) {
      if (signal.aborted) return false
      const isTold = error instanceof Error && !(error instanceof TypeError) // that is no answer, or half of one
      say(failure, isTold ? error.message : phrase('unreachable'))
      onFailure(failure.textContent ?? '')
      return false
    } finally {
      if (asking.signal === signal) running.hide()
    }
  }

  form.append(running.element, failure)
  return {
    make: makeFile,
    /** Show it in the panel, or beside its button. @param {boolean} isOpen */
    place: isOpen => (isOpen ? failure.before(running.element) : button.after(running.element))
  }
}

/** The view on screen as an address has it. @param {State} state */
function addressed({ page }) {
  const view = viewOn(page)
  return shortViews.get(view) ?? view
}

/** The path of a view's file. @param {State} state @param {string} query */
function exportAddress(state, query) {
  const version = isEarlier(state) ? `version=${state.doc?.version}` : ''
  const whole = [version, query].filter(Boolean).join('&')
  return documentPath(state.uuid ?? '', `/export${whole && '?'}${whole}`)
}

/** Offer the options of the format that is chosen. @param {HTMLFormElement} form */
function showOptions(form) {
  const format = String(new FormData(form).get('format'))
  for (const label of parts('#take-form [data-formats]')) {
    const isOffered = label.dataset.formats?.includes(format) ?? false
    show(label, isOffered)
    attribute(label.children[0] ?? label, 'disabled', isOffered ? null : '') // what is disabled is not sent
  }
}

/** How much of the table the view has. @param {State} state */
function rowWords({ page, doc }) {
  const all = dataRows(doc)
  const rows = phrase('rows', { n: all })
  const chosen = viewOn(page).match(/(?:^|&)_col=/g)?.length
  const isPart = page?.view && page.total_number !== all
  return dotted(
    isPart ? phrase('partOfRows', { n: page.total_number, rows }) : rows,
    phrase('columns', { n: chosen ?? page?.n_columns ?? 0 })
  )
}

/** Load what code is written of; null where the view cannot be read. @param {State} state @returns {Promise<Coded | null>} */
async function loadCoded(state) {
  const { uuid, doc } = state
  if (!uuid || !doc) return null
  const { header, n_columns, kinds, lenses } = await loadColumns(uuid, doc.version)
  const names = columnNames(header, n_columns)
  const view = parseQuery(viewOn(state.page), names)
  const query = addressed(state)
  const address = location.origin + exportAddress(state, '')
  return view && { view, query, words: viewWords(view, names), names, address, kinds, lenses }
}
