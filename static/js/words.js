/** Every sentence that the page makes, in one place. */

import { ago, clip, counted, duration, number, percent, size, visible } from './format.js'
import { rowsOf } from './pager.js'

/**
 * @typedef {import('./protocol.js').Doc} Doc
 * @typedef {import('./state.js').State} State
 */

const SHORT = 60 // of a name within a sentence

/** @param {string} name */
export const named = name => clip(visible(name), SHORT) || 'Someone'

/** @param {State} state */
export function title({ uuid, doc, page }) {
  if (!uuid) return 'Pagecast: one table, read together'
  if (!doc) return 'Pagecast'
  return [named(doc.name), page ? `page ${number(page.page_no)}` : '', 'Pagecast'].filter(Boolean).join(' · ')
}

/** What a table is, in a line. @param {Doc} doc @param {boolean} quiet @param {number} now */
export function facts(doc, quiet, now) {
  const columns = counted(doc.columns, 'column', 'columns')
  if (!doc.complete) return [`${counted(doc.rows, 'row', 'rows')} so far`, columns, arriving(doc, quiet)].join(' · ')
  const when = ago(Date.parse(doc.created), now)
  const version = doc.version > 1 ? `version ${doc.version}, ${when}` : when
  return [counted(doc.rows, 'row', 'rows'), columns, size(doc.size ?? doc.received), version].join(' · ')
}

/** @param {Doc} doc @param {boolean} quiet */
function arriving({ received, size: whole }, quiet) {
  const far = whole ? percent(received, whole) : size(received)
  return quiet ? `stopped at ${far}, waiting for the rest` : `arriving… ${far}`
}

const LINE_ENDS = { lf: '', crlf: 'CRLF line ends', mixed: 'mixed line ends' }

/** What was read, and whether anything is not shown as it stood. @param {Doc} doc */
export function reading({ dialect, empty_lines, invalid_cells }) {
  const encoding = dialect.encoding.replace(/-[lb]e$/, '').toUpperCase()
  const read = [
    dialect.compression === 'none' ? '' : dialect.compression,
    dialect.delimiter,
    encoding + (dialect.bom ? ' with byte order mark' : ''),
    LINE_ENDS[dialect.line_end],
    'quotes are text',
    dialect.header ? 'header in row 1' : 'no header row',
  ]
  const notes = []
  if (empty_lines > 0) notes.push(`${counted(empty_lines, 'empty line', 'empty lines')} left out`)
  if (invalid_cells > 0) {
    const cells = counted(invalid_cells, 'cell is', 'cells are')
    notes.push(`${cells} not ${encoding}: shown with �, kept in the download`)
  }
  return { whole: invalid_cells === 0, read: read.filter(Boolean), notes }
}

/** @param {number} page @param {number} rows */
export function rowRange(page, rows) {
  const { first, last } = rowsOf(page, rows)
  if (last < first) return ''
  return last === first ? `row ${number(first)}` : `rows ${number(first)}–${number(last)}`
}

/** @param {State['told'] & {}} told */
export function telling(told) {
  switch (told.kind) {
    case 'turned':
      return `${named(told.by.name)} turned to page ${number(told.to)}`
    case 'replaced':
      return told.by
        ? `${named(told.by.name)} brought version ${told.version}`
        : `Version ${told.version} has arrived`
    case 'sentence':
      return told.text
    case 'pasted':
      return 'Show the pasted text to everyone here as the next version?'
  }
}

/** @param {State['link']} link @param {number} now */
export function linkState(link, now) {
  switch (link.status) {
    case 'live':
      return { short: 'live', long: '' }
    case 'lost': {
      const seconds = Math.ceil((link.until - now) / 1000)
      const again = seconds > 0 ? `trying again in ${seconds} s` : 'trying again…'
      return { short: 'offline', long: `Connection lost, ${again}` }
    }
    case 'refused':
      return { short: 'closed', long: link.reason }
    default:
      return { short: 'connecting', long: '' }
  }
}

/** Why there is nothing to see. @param {State} state */
export function emptiness({ link, upload }) {
  if (link.status === 'refused') {
    if (link.code === 4504) return 'There is no such table. It may have been deleted, or the link is not whole.'
    return link.reason || 'The server has closed this table.'
  }
  if (upload && upload.status !== 'failed') return 'The first rows are on their way…'
  if (link.status === 'live') return 'There is no table here yet. Drop a file, and everyone with the link sees it.'
  return link.status === 'lost' ? 'The server cannot be reached just now.' : 'Opening the table…'
}

/** @param {import('./state.js').Upload} upload @param {number} now */
export function progress(upload, now) {
  const far = `${size(upload.stored)} of ${size(upload.size)}`
  switch (upload.status) {
    case 'failed':
      return upload.message
    case 'checking':
      return `${far} · checking that every byte arrived…`
    case 'cut': {
      const seconds = upload.until === null ? 0 : Math.ceil((upload.until - now) / 1000)
      return `${far} · connection lost, going on ${seconds > 0 ? `in ${seconds} s` : 'now…'}`
    }
    default: {
      const speed = upload.rate === null ? '' : `${size(upload.rate)} a second`
      const left = upload.secondsLeft === null ? '' : `${duration(upload.secondsLeft)} left`
      return [far, speed, left].filter(Boolean).join(' · ')
    }
  }
}

export const SENTENCES = {
  badPage: 'A page number is made of the digits 0 to 9, and the first page is 1.',
  several: 'That is several files: drop one at a time.',
  folder: 'That is a folder: drop one file.',
  nothing: 'There was no file in that.',
  emptyFile: 'The file is empty: choose one with at least one row.',
  emptyPaste: 'There is no text to paste.',
  busy: 'One file is still being sent: wait for it, or cancel it.',
  unreadable: 'The file cannot be read: it may have been changed or moved while it was being sent. Choose it again.',
  closed: 'The server did not take the file, and did not say why.',
  wontHash: 'This browser cannot work out a checksum in the background, so the file was not sent.',
  noSample: 'The sample cannot be reached just now.',
  copied: 'Copied',
  copyByHand: 'Press Ctrl+C to copy',
  outdated: 'The server speaks a newer language than this page: reload it.',
}
