/** The header, the progress of an upload, and the strip: the table's name and facts, and how it was parsed. */

import { pageTitle, parseFacts, tableFacts, uploadWords } from '../screen/sentences.js'
import { visible } from '../text/format.js'
import { phrase } from '../text/language.js'
import { documentPath } from './address.js'
import { attribute, make, optionLabel, part, say, show } from './dom.js'

/**
 * @import { Doc } from '../protocol/frames.js'
 * @import { State } from '../state/state.js'
 */

/** The buttons in the header, and in the menu of a narrow one. */
export const REPLACE_BUTTONS = ['replace', 'replace-too']

/** @param {{onReplace: () => void, onPause: () => void, onStop: () => void}} handlers */
export function createHeader({ onReplace, onPause, onStop }) {
  const name = part('name')
  for (const id of REPLACE_BUTTONS) part(id).onclick = onReplace
  part('transfer-pause').onclick = onPause
  part('transfer-stop').onclick = onStop
  /** @type {State | null} */
  let shown = null

  return {
    /** @param {State} state @param {number} now */
    show(state, now) {
      const { doc, uuid, reparsing } = state
      document.title = pageTitle(state)
      say(name, doc ? visible(doc.name) : 'Pagecast')
      attribute(name, 'title', doc && visible(doc.name))
      say(part('facts'), doc ? tableFacts(doc, state.quiet, now) : '')
      showUpload(state.upload, now)
      show(part('strip'), doc !== null)
      showLink('download', uuid, doc?.complete ?? false)
      showLink('versions', uuid, (doc?.version ?? 0) > 1)
      if (doc && (doc !== shown?.doc || reparsing !== shown.reparsing)) showParse(doc, reparsing)
      shown = state
    }
  }
}

/** @param {'download' | 'versions'} id @param {string | null} uuid @param {boolean} shown */
function showLink(id, uuid, shown) {
  show(part(id), shown)
  if (uuid) attribute(part(id), 'href', documentPath(uuid, `/${id}`))
}

/** @param {State['upload']} upload @param {number} now */
function showUpload(upload, now) {
  const bar = part('transfer-bar', HTMLProgressElement)
  const pause = part('transfer-pause')
  show(part('transfer'), upload !== null)
  if (!upload) return
  const { status } = upload
  const failed = status === 'failed'
  attribute(part('transfer'), 'data-status', status)
  say(part('transfer-name'), visible(upload.name))
  say(part('transfer-words'), uploadWords(upload, now))
  say(pause, phrase(status === 'paused' ? 'goOn' : 'pause'))
  show(pause, !failed && status !== 'checking')
  say(part('transfer-stop'), phrase(failed ? 'close' : 'cancel'))
  show(bar, !failed)
  bar.value = upload.stored / upload.size
}

/** @param {Doc} doc @param {State['reparsing']} reparsing */
function showParse(doc, reparsing) {
  const encoding = optionLabel('dialect-encoding', doc.dialect.encoding)
  const { unaltered, parsed, notes } = parseFacts(doc, encoding, reparsing)
  part('reading').classList.toggle('warn', !unaltered)
  say(part('reading-mark'), phrase(unaltered ? 'unaltered' : 'readAs'))
  say(part('reading-facts'), parsed)
  part('reading-notes').replaceChildren(...notes.map(inSpan))
  show(part('preamble'), doc.notes.length > 0)
  say(part('preamble-count'), phrase('notes', { n: doc.preamble }))
  part('preamble-notes').replaceChildren(...doc.notes.map(inSpan))
}

/** @param {string} text */
const inSpan = text => make('span', '', text)

/** Say on a button what it did, for a short time. @param {HTMLElement} button or its words @param {string} words */
export function answer(button, words) {
  button.dataset.answered ??= button.textContent ?? ''
  const before = button.dataset.answered
  button.textContent = words
  setTimeout(() => {
    if (button.textContent === words) button.textContent = before
    delete button.dataset.answered
  }, 1600)
}
