/** Loads the cells of a page that are not here: those of a wide table, and those that were sent cut. */

import { spansOf } from '../grid/column-windows.js'
import { textOf } from '../grid/copying.js'
import { numberOf, rowOn, rowsOf } from '../protocol/paging.js'
import { documentPath } from './address.js'

/**
 * @import { CellBlock } from '../grid/copying.js'
 * @import { Doc, Span } from '../protocol/frames.js'
 * @import { TablePage } from '../state/browsing.js'
 */

const MAX_COLUMNS = 2000 // the server answers with no more
const MAX_ANSWER = 100_000 // cells: some megabytes, so that progress shows
const MAX_CELLS = 2_000_000 // a browser holds them, and a spreadsheet opens them
const MAX_LETTERS = 50_000_000
const MAX_CUT = 2000 // cells of a copy that are asked for one by one

/**
 * Load what is missing of a block, and write the block as text. Rejects with a RangeError where it is too much.
 * Nothing more is asked for once it is not wanted.
 *
 * @param {Doc} doc @param {TablePage} page @param {CellBlock} block
 * @param {number} header the row of the names that come first, or 0
 * @param {readonly number[]} missing columns @param {(n: number) => void} onLoaded percent
 * @param {AbortSignal} signal
 */
export async function loadText(doc, page, block, header, missing, onLoaded, signal) {
  if (block.rows.length * block.columns.length > MAX_CELLS) throw new RangeError()
  const first = rowsOf(page.page_no, 0).first
  const data = page.data.map(row => row.slice())
  const names = page.header.slice()
  const numbers = block.rows.map(row => numberOf(page, row))
  const spans = page.row_numbers
    ? spansOf(numbers.map(number => number - 1))
    : /** @type {Span[]} */ ([[Math.min(...numbers), Math.max(...numbers)]])
  let letters = 0
  let loaded = 0
  let cut = 0

  /** @param {number} more cells that are cut */
  function count(more) {
    cut += more
    if (cut > MAX_CUT) throw new RangeError()
  }

  /** @param {number} from @param {number} to rows @param {(row: number) => string[] | undefined} rowAt */
  async function load(from, to, rowAt) {
    const most = Math.min(MAX_COLUMNS, Math.ceil(MAX_ANSWER / (to - from + 1)))
    for (const [left, right] of spansOf(missing).flatMap(span => divided(span, most))) {
      const rows = await loadRows(doc, [from, to], [left, right], count, signal)
      for (const [i, cells] of rows.entries()) {
        const row = rowAt(from + i)
        for (const [j, cell] of cells.entries()) {
          if (row) row[left - 1 + j] = cell
          letters += cell.length
        }
      }
      if (letters > MAX_LETTERS) throw new RangeError()
      loaded += right - left + 1
      onLoaded(Math.floor((100 * loaded) / (missing.length * (spans.length + (header ? 1 : 0)))))
    }
  }

  for (const [from, to] of spans) await load(from, to, number => data[(rowOn(page, number) ?? 0) - first])
  if (header) await load(header, header, () => names)
  return textOf(block, data, first, header ? names : null)
}

/** @param {readonly [number, number]} span @param {number} most @returns {[number, number][]} */
function divided([from, to], most) {
  const starts = Array.from({ length: Math.ceil((to - from + 1) / most) }, (_, i) => from + i * most)
  return starts.map(start => [start, Math.min(to, start + most - 1)])
}

/**
 * Load the cells of some rows in some columns. One that is sent cut is loaded again by itself. Rejects where the table
 * has been parsed in another way since.
 *
 * @param {Doc} doc
 * @param {[number, number]} rows
 * @param {[number, number]} columns
 * @param {(more: number) => void} count cells that are cut
 * @param {AbortSignal} signal
 * @returns {Promise<string[][]>}
 */
async function loadRows({ uuid, version, edition: wanted }, rows, columns, count, signal) {
  const of = `?version=${version}`
  const answer = await ask(documentPath(uuid, `/rows${of}&rows=${rows.join('-')}&columns=${columns.join('-')}`), signal)
  const { edition, data, cut = [] } = await answer.json()
  check(edition, wanted)
  count(cut.length)
  for (const [row, column] of cut) {
    const cell = await ask(documentPath(uuid, `/cell${of}&row=${row}&column=${column}`), signal)
    check(Number(cell.headers.get('Pagecast-Edition')), wanted)
    data[row - rows[0]][column - columns[0]] = await cell.text()
  }
  return data
}

/** @param {number} edition @param {number} wanted */
function check(edition, wanted) {
  if (edition !== wanted) throw new TypeError('another edition')
}

/** @param {string} address @param {AbortSignal} signal */
async function ask(address, signal) {
  const answer = await fetch(address, { signal })
  if (!answer.ok) throw new TypeError(`${answer.status}`)
  return answer
}
