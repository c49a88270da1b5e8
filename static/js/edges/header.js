/** The header, the upload line and the strip: what the table is, how it arrives, what was read. */

import { visible } from '../text/format.js'
import { phrase } from '../text/language.js'
import { facts, progress, reading, title } from '../screen/sentences.js'
import { downloadOf, versionsOf } from './address.js'
import { attribute, make, optionCalled, part, say, show } from './dom.js'

/**
 * @typedef {import('../state/state.js').State} State
 * @typedef {import('../protocol/frames.js').Doc} Doc
 */

/** In the header, and in the menu of a narrow one. */
export const REPLACING = ['replace', 'replace-too']

/** @param {{onReplace: () => void, onPause: () => void, onStop: () => void}} handlers */
export function createHead({ onReplace, onPause, onStop }) {
  const name = part('name')
  const transfer = part('transfer')
  const bar = part('transfer-bar', HTMLProgressElement)
  const download = part('download', HTMLAnchorElement)
  const versions = part('versions', HTMLAnchorElement)
  for (const id of REPLACING) part(id).onclick = onReplace
  part('transfer-pause').onclick = onPause
  part('transfer-stop').onclick = onStop
  /** @type {State | null} */
  let shown = null

  /** @param {Doc} doc @param {State['reading']} again */
  function showReading(doc, again) {
    const { whole, read: facts, notes } = reading(doc, optionCalled('dialect-encoding', doc.dialect.encoding), again)
    part('reading').classList.toggle('warn', !whole)
    say(part('reading-mark'), phrase(whole ? 'unaltered' : 'readAs'))
    say(part('reading-facts'), facts.join(' · '))
    part('reading-notes').replaceChildren(...notes.map(inSpan))
    show(part('preamble'), doc.notes.length > 0)
    say(part('preamble-count'), phrase('notes', { n: doc.preamble }))
    part('preamble-notes').replaceChildren(...doc.notes.map(inSpan))
  }

  /** @param {State['upload']} upload @param {number} now */
  function showTransfer(upload, now) {
    show(transfer, upload !== null)
    if (!upload) return
    attribute(transfer, 'data-status', upload.status)
    say(part('transfer-name'), visible(upload.name))
    say(part('transfer-words'), progress(upload, now))
    say(part('transfer-pause'), phrase(upload.status === 'paused' ? 'goOn' : 'pause'))
    show(part('transfer-pause'), upload.status !== 'failed' && upload.status !== 'checking')
    say(part('transfer-stop'), phrase(upload.status === 'failed' ? 'close' : 'cancel'))
    show(bar, upload.status !== 'failed')
    bar.value = upload.stored / upload.size
  }

  return {
    /** @param {State} state @param {number} now */
    show(state, now) {
      const { doc, uuid } = state
      document.title = title(state)
      say(name, doc ? visible(doc.name) : 'Pagecast')
      attribute(name, 'title', doc ? visible(doc.name) : null)
      say(part('facts'), doc ? facts(doc, state.quiet, now) : '')
      showTransfer(state.upload, now)
      show(part('strip'), doc !== null)
      show(download, doc?.complete ?? false)
      if (uuid) attribute(download, 'href', downloadOf(uuid))
      show(versions, (doc?.version ?? 0) > 1)
      if (uuid) attribute(versions, 'href', versionsOf(uuid))
      if (doc && (doc !== shown?.doc || state.reading !== shown.reading)) showReading(doc, state.reading)
      shown = state
    }
  }
}

/** @param {string} text */
const inSpan = text => make('span', '', text)

/** Say on a button what it did, for a moment. @param {HTMLElement} button or its words @param {string} words */
export function answer(button, words) {
  button.dataset.answered ??= button.textContent ?? ''
  const before = button.dataset.answered
  button.textContent = words
  setTimeout(() => {
    if (button.textContent === words) button.textContent = before
    delete button.dataset.answered
  }, 1600)
}
