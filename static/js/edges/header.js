/** The header, the progress of an upload, and the strip: the table's name and facts, and how it was parsed. */

import { foldedRows } from '../grid/folding.js'
import { pageTitle, parseFacts, tableFacts, uploadWords } from '../screen/sentences.js'
import { isEarlier } from '../state/browsing.js'
import { canReparse, headerRow } from '../state/state.js'
import { visible } from '../text/format.js'
import { phrase } from '../text/language.js'
import { documentPath } from './address.js'
import { attribute, make, makeButton, optionLabel, part, say, show } from './dom.js'

/**
 * @import { Doc, Span } from '../protocol/frames.js'
 * @import { ViewWords } from '../screen/sentences.js'
 * @import { State } from '../state/state.js'
 */

/** The buttons in the header, and in the menu of a narrow one. */
export const REPLACE_BUTTONS = ['replace', 'replace-too']

/**
 * @typedef {object} HeaderHandlers
 * @property {() => void} onReplace
 * @property {() => void} onPause
 * @property {() => void} onStop
 * @property {(rows: readonly Span[], direction: 1, count?: number) => void} onRows go to the next of some rows
 * @property {ViewWords} viewWords
 * @property {(unfolded: boolean) => void} onUnfold show the rows of the preamble in the table, or not
 */

/** @param {HeaderHandlers} handlers */
export function createHeader({ onReplace, onPause, onStop, onRows, onUnfold, viewWords }) {
  const name = part('name')
  for (const id of REPLACE_BUTTONS) part(id).onclick = onReplace
  part('unfold').onclick = () => onUnfold(!shown?.unfolded)
  part('transfer-pause').onclick = () => (shown?.upload?.status === 'left' ? onReplace() : onPause())
  part('transfer-stop').onclick = onStop
  /** @type {State | null} */
  let shown = null

  return {
    /** @param {State} state @param {number} now */
    show(state, now) {
      const { doc, newest, uuid, reparsing } = state
      document.title = pageTitle(state, viewWords)
      say(name, doc ? visible(doc.name) : 'Pagecast')
      attribute(name, 'title', doc && visible(doc.name))
      say(part('facts'), doc ? tableFacts(doc, state.quiet, now, isEarlier(state)) : '')
      showUpload(state.upload, now)
      show(part('strip'), doc !== null)
      showLink('download', uuid, doc?.complete ?? false, isEarlier(state) ? `?version=${doc?.version}` : '')
      show(part('take'), doc?.complete ?? false)
      showLink('versions', uuid, (newest?.version ?? 0) > 1)
      if (doc && (doc !== shown?.doc || reparsing !== shown.reparsing)) showParse(doc, reparsing, onRows)
      showUnfold(state)
      shown = state
    }
  }
}

/** Offer to show the rows of the preamble in the table, where they are of this page. @param {State} state */
function showUnfold({ doc, page, unfolded }) {
  const unfold = part('unfold')
  show(unfold, doc !== null && page !== null && doc.preamble > 0 && foldedRows(doc, page, false) > 0)
  attribute(unfold, 'aria-pressed', String(unfolded))
}

/** @param {'download' | 'versions'} id @param {string | null} uuid @param {boolean} shown @param {string} [query] */
function showLink(id, uuid, shown, query = '') {
  show(part(id), shown)
  if (uuid) attribute(part(id), 'href', documentPath(uuid, `/${id}${query}`))
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
  const isLeft = status === 'left'
  say(pause, phrase(isLeft ? 'chooseAgain' : status === 'paused' ? 'goOn' : 'pause'))
  show(pause, !failed && status !== 'checking')
  say(part('transfer-stop'), phrase(failed || isLeft ? 'close' : 'cancel'))
  show(bar, !failed && !isLeft)
  bar.value = upload.stored / upload.size
}

/** @param {Doc} doc @param {State['reparsing']} reparsing @param {HeaderHandlers['onRows']} onRows */
function showParse(doc, reparsing, onRows) {
  const { unaltered, mark, parsed, notes } = parseFacts(
    doc,
    (name, value) => optionLabel(`dialect-${name}`, value),
    reparsing
  )
  part('reading').classList.toggle('warn', !unaltered)
  say(part('reading-mark'), mark)
  say(part('reading-facts'), parsed)
  const elements = notes.map(({ text, rows, count }) =>
    rows ? makeButton('as-link', text, () => onRows(rows, 1, count)) : inSpan(text)
  )
  part('reading-notes').replaceChildren(...elements)
  show(part('preamble'), doc.preamble > 0)
  say(part('preamble-count'), phrase('notes', { n: doc.preamble }))
  part('preamble-notes').replaceChildren(...doc.notes.map(inSpan))
}

/**
 * Offer to make a row the header, or to read the table without one.
 *
 * @param {HTMLElement} place of the two buttons
 * @param {State} state
 * @param {number} row 0 for none
 */
export function offerHeader(place, state, row) {
  const isHeader = row === headerRow(state.doc)
  for (const button of place.querySelectorAll('[data-act$=Header]')) {
    if (button instanceof HTMLElement)
      show(button, row > 0 && canReparse(state) && isHeader === (button.dataset.act === 'doNoHeader'))
  }
}

/** @param {string} text */
const inSpan = text => make('span', '', text)

/** Say on a button what it did, for a short time. @param {HTMLElement} button or its words @param {string} words */
export function answer(button, words) {
  const whole = button.closest('button') ?? button
  whole.style.width = `${whole.getBoundingClientRect().width}px` // nothing beside it moves
  button.dataset.answered ??= button.textContent ?? ''
  const before = button.dataset.answered
  button.textContent = words
  setTimeout(() => {
    if (button.textContent === words) button.textContent = before
    whole.style.width = ''
    delete button.dataset.answered
  }, 1600)
}
