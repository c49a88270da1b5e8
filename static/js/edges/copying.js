/** Copies what is selected, as it is seen. Cells that are not here are loaded first. */

import { blockOf, hiddenAmong, linesOf, missingColumns, textOf } from '../grid/copying.js'
import { partsOf, rangesOn } from '../grid/selection.js'
import { numberOf, rowsOf } from '../protocol/paging.js'
import { copiedWords } from '../screen/sentences.js'
import { headerRow } from '../state/state.js'
import { phrase } from '../text/language.js'
import { copy, copyLater } from './clipboard.js'
import { isTyping } from './keyboard.js'

/**
 * @import { CellBlock } from '../grid/copying.js'
 * @import { Layout } from '../grid/layout.js'
 * @import { Selection } from '../grid/selection.js'
 * @import { Doc } from '../protocol/frames.js'
 * @import { TablePage } from '../state/browsing.js'
 * @import { State } from '../state/state.js'
 * @import { Grid } from './grid/grid.js'
 * @import { Lazy } from './lazy.js'
 */

/**
 * @typedef {{block: CellBlock, missing: number[], page: TablePage, doc: Doc, header: number, words: string}} CopyOrder
 *   `header` is the row of the names that come first, or 0
 *
 * @typedef {object} CopyingParts
 * @property {() => State} state
 * @property {Grid} grid
 * @property {Lazy<typeof import('./missing-cells.js')>} missingCells
 * @property {(sentence: string) => void} onSentence
 */

/** @param {CopyingParts} parts @returns {(named: boolean) => void} copies, with the names of the columns or without */
export function createCopying({ state, grid, missingCells, onSentence }) {
  /** The cells that were loaded but not copied: the browser wanted another press. @type {{key: string, text: string} | null} */
  let kept = null
  let newest = new AbortController()

  /** Begin a copy: the one before is not wanted any more. @returns {AbortSignal} aborted once another begins */
  function begin() {
    newest.abort()
    newest = new AbortController()
    return newest.signal
  }

  /** What there is to copy: a sentence where it cannot be. @param {boolean} named @returns {CopyOrder | string | null} */
  function order(named) {
    const { page, doc, selection } = state()
    const ranges = rangesOn(selection, grid.extent(), grid.order())
    if (!page || !doc || !selection || ranges.length === 0) return null
    const block = blockOf(linesOf(ranges), grid.order())
    if (!block) return phrase('unevenCopy')
    const rows = block.rows.map(row => numberOf(page, row))
    const header = named && !rows.includes(headerRow(doc)) ? headerRow(doc) : 0
    const missing = missingColumns(page, { ...block, rows: [...rows, header] })
    return { block, page, doc, header, missing, words: wordsFor(block, selection, grid.layout()) }
  }

  /** @param {CopyOrder} order */
  async function copyMissing({ block, page, doc, header, missing, words }) {
    const signal = begin()
    const key = JSON.stringify([doc.version, doc.edition, header, block, page.view])
    const text =
      kept?.key === key
        ? Promise.resolve(kept.text)
        : new Promise((/** @type {(text: string) => void} */ done, failed) => {
            const onLoaded = (/** @type {number} */ n) => signal.aborted || onSentence(phrase('loadingCells', { n }))
            onLoaded(0)
            missingCells.ask(it => it.loadText(doc, page, block, header, missing, onLoaded, signal).then(done, failed))
          })
    try {
      const isCopied = await copyLater(text.then(loaded => (signal.aborted ? Promise.reject(signal.reason) : loaded)))
      kept = isCopied ? null : { key, text: await text }
      onSentence(isCopied ? words : phrase('copyAgain'))
    } catch (error) {
      if (!signal.aborted) onSentence(phrase(error instanceof RangeError ? 'copyTooMuch' : 'copyFailed'))
    }
  }

  /** @param {CopyOrder | string} found @param {(text: string) => boolean | Promise<boolean>} give whether it was copied */
  async function perform(found, give) {
    if (typeof found === 'string') return onSentence(found)
    const { block, page, header, missing, words } = found
    if (missing.length > 0) return copyMissing(found)
    begin()
    if (await give(textOf(block, page.data, rowsOf(page.page_no, 0).first, header ? page.header : null)))
      onSentence(words)
  }

  document.addEventListener('copy', event => {
    const found = order(false)
    if (!found || isTyping(event.target) || !getSelection()?.isCollapsed) return
    event.preventDefault()
    perform(found, text => {
      event.clipboardData?.setData('text/plain', text) // at once, while the browser takes it
      return true
    })
  })

  return named => {
    const found = order(named)
    if (found) perform(found, copy)
  }
}

/** What to say once a block is copied. @param {CellBlock} block @param {Selection} selection @param {Layout} layout */
function wordsFor({ rows, columns }, selection, layout) {
  const isWhole = partsOf(selection).some(({ kind }) => kind === 'rows')
  return copiedWords(rows.length, columns.length, hiddenAmong(layout, columns, isWhole))
}
