/** The sentences that the page makes of its state; their texts are in en.js and zh.js. */

import { ago, clip, duration, percent, size, visible } from '../text/format.js'
import { number, phrase } from '../text/language.js'
import { rowsOf } from '../protocol/paging.js'
import { rangeOf } from '../grid/selection.js'
import { readsOnly } from '../state/state.js'
import { mean, tally, written } from '../text/sums.js'

/**
 * @typedef {import('../protocol/frames.js').Doc} Doc
 * @typedef {import('../state/state.js').State} State
 * @typedef {import('../grid/selection.js').Selection} Selection
 */

const SHORT = 60 // of a name within a sentence

/** @param {string} name */
export const named = name => clip(visible(name), SHORT) || phrase('someone')

/** @param {State} state */
export function title({ uuid, doc, page }) {
  if (!uuid) return `Pagecast · ${phrase('tagline')}`
  if (!doc) return 'Pagecast'
  return [named(doc.name), page ? phrase('page', { n: page.page_no }) : '', 'Pagecast'].filter(Boolean).join(' · ')
}

/** What a table is, in a line. @param {Doc} doc @param {boolean} quiet @param {number} now */
export function facts(doc, quiet, now) {
  const rows = phrase('rows', { n: doc.rows })
  const columns = phrase('columns', { n: doc.columns })
  if (!doc.complete) return [phrase('soFar', { rows }), columns, arriving(doc, quiet)].join(' · ')
  const when = ago(Date.parse(doc.created), now)
  const version = doc.version > 1 ? phrase('version', { version: doc.version, when }) : when
  return [rows, columns, size(doc.size ?? doc.received), version].join(' · ')
}

/** @param {Doc} doc @param {boolean} quiet */
function arriving({ received, size: whole }, quiet) {
  if (whole === null) return phrase('growing', { far: size(received) }) // it ends when its sender does
  return phrase(quiet ? 'stopped' : 'arriving', { far: whole ? percent(received, whole) : size(received) })
}

/** What was read, and whether anything is not shown as it stood. @param {Doc} doc @param {string} encoding as people call it
 * @param {import('../protocol/frames.js').Reading | null} again */
export function reading({ dialect, empty_lines, invalid_cells, preamble }, encoding, again = null) {
  const read = [
    dialect.compression === 'none' ? '' : dialect.compression,
    phrase(dialect.delimiter),
    dialect.bom ? phrase('withMark', { encoding }) : encoding,
    dialect.line_end === 'lf' ? '' : phrase(dialect.line_end),
    phrase(dialect.quoting),
    dialect.header ? phrase('headerRow', { row: preamble + 1 }) : phrase('noHeaderRow')
  ]
  const notes = again ? [phrase('readingAgain', { far: percent(again.done, again.size) })] : []
  if (empty_lines > 0) notes.push(phrase('emptyLines', { n: empty_lines }))
  if (invalid_cells > 0) notes.push(phrase('invalidCells', { n: invalid_cells, encoding }))
  return { whole: invalid_cells === 0, read: read.filter(Boolean), notes }
}

/** @param {number} page @param {number} rows */
export function rowRange(page, rows) {
  const { first, last } = rowsOf(page, rows)
  if (last < first) return ''
  return last === first ? phrase('rowNumber', { n: first }) : phrase('rowRange', { from: first, to: last })
}

/** @param {Selection} selection */
export function placeWords(selection) {
  const { top, left, bottom, right } = rangeOf(selection)
  const rows = top === bottom ? phrase('rowNumber', { n: top }) : phrase('rowRange', { from: top, to: bottom })
  const columns =
    left === right ? phrase('columnNumber', { n: left + 1 }) : phrase('columnRange', { from: left + 1, to: right + 1 })
  return selection.kind === 'rows' ? rows : selection.kind === 'columns' ? columns : both(rows, columns)
}

/** Why a link leads nowhere. @param {Selection} selection @param {Doc} doc */
export const notThere = (selection, { rows, columns }) =>
  phrase('notThere', {
    place: placeWords(selection),
    rows: phrase('rows', { n: rows }),
    columns: phrase('columns', { n: columns })
  })

/** What is selected, and what it comes to. @param {Selection} selection @param {number} rows on this page @param {number} columns @param {Iterable<string> | null} cells all of them, or null */
export function selectionWords(selection, rows, columns, cells) {
  if (rows * columns < 2) return ''
  const { numbers, sum } = tally(cells ?? [])
  const average = mean(sum, Math.max(1, numbers))
  const found = {
    n: numbers,
    sum: written(sum, number),
    mean: (average.exact ? '' : '≈ ') + written(average.mean, number)
  }
  return [
    selection.kind === 'cells' ? phrase('cellsOf', { rows, columns }) : placeWords(selection),
    numbers > 0 ? phrase('numbers', found) : cells && phrase('noNumbers')
  ]
    .filter(Boolean)
    .join(' · ')
}

/** @param {{rows: number, columns: number, text: string | null}} copied */
export const copiedWords = ({ rows, columns, text }) =>
  text === null
    ? phrase('notHere')
    : phrase('copiedCells', { rows: phrase('rows', { n: rows }), columns: phrase('columns', { n: columns }) })

/** @param {number} n matches @param {number} which of them one is at, or -1 */
export function foundWords(n, which) {
  if (n === 0) return phrase('noMatch')
  return which < 0 ? phrase('matches', { n }) : phrase('matchOf', { which: which + 1, n })
}

/** @param {State['told'] & {}} told */
export function telling(told) {
  switch (told.kind) {
    case 'turned':
      return phrase('turned', { name: named(told.by.name), page: told.to })
    case 'replaced': {
      const { by, version } = told
      return by ? phrase('brought', { name: named(by.name), version }) : phrase('arrived', { version })
    }
    case 'missed': {
      const { from, to, version } = told
      const moved = from === to ? '' : phrase('movedFrom', { from, to })
      const came = version ? phrase('cameMeanwhile', { version }) : ''
      return phrase('missed', { what: both(moved, came) })
    }
    case 'company': {
      const { came, gone } = told
      return both(
        came.length > 0 ? phrase('came', { who: several(came) }) : '',
        gone.length > 0 ? phrase('went', { who: several(gone) }) : ''
      )
    }
    case 'unfollowed':
      return phrase('unfollowed', { name: named(told.by?.name ?? '') })
    case 'wheel':
      return told.mine
        ? phrase('wheelIsMine')
        : told.by
          ? phrase('onlyTurns', { name: named(told.by.name) })
          : phrase('wheelIsFree')
    case 'asks':
      return phrase('asksWheel', { name: named(told.by.name) })
    case 'mayNot':
      return phrase('onlyTurns', { name: named(told.by.name) })
    case 'nameless':
      return phrase('nameless', { name: named(told.name) })
    case 'sentence':
      return told.text
    case 'error':
      return told.message
    case 'reread':
      return phrase('readAnew')
    case 'earlier':
      return phrase('wasEarlier', { version: told.version })
    case 'pasted':
      return phrase('showPasted')
    case 'looked':
      return phrase('lookedAt', { name: named(told.by?.name ?? ''), row: told.row })
  }
}

/** @param {string} one @param {string} other either may be empty */
const both = (one, other) => (one && other ? phrase('both', { one, other }) : one || other)

/** @param {readonly {name: string}[]} people */
function several(people) {
  const [one = '', other = ''] = people.slice(0, 2).map(({ name }) => named(name))
  if (people.length < 3) return other ? phrase('two', { one, other }) : one
  return phrase('others', { name: one, n: people.length - 1 })
}

/** Where the room is while I browse alone, and whom I follow. @param {State} state */
export function elsewhere({ alone, room, people }) {
  const followed = people.people.find(({ who }) => who === alone?.follow)
  return {
    follow: followed ? phrase('following', { name: clip(named(followed.name), 24) }) : '',
    room: room ? phrase('roomOn', { page: room.page_no }) : phrase('roomNowhere')
  }
}

/** Who alone turns the pages, or would if they were here. @param {State} state */
export function wheelIsWith({ wheel, me }) {
  if (!wheel.by) return ''
  return wheel.by.who === me.who
    ? phrase('onlyYouTurn')
    : phrase(wheel.away ? 'driverAway' : 'onlyTurns', { name: clip(named(wheel.by.name), 24) })
}

/** Where somebody is who is not with the room, and whether after me. @param {import('../protocol/frames.js').Present} person @param {string} me */
export const whereabouts = ({ page_no, follow }, me) =>
  follow === me ? phrase('followsYou') : page_no === null ? '' : phrase('page', { n: page_no })

/** What somebody did, as a line of the talk. @param {import('../protocol/frames.js').Notice} notice */
export function noticed({ what, by, version, page_no, row }) {
  const name = named(by?.name ?? '')
  if (what === 'looked') return phrase('lookedAt', { name, row: row ?? 1 })
  if (what === 'turned') return phrase('turned', { name, page: page_no })
  return by ? phrase('brought', { name, version }) : phrase('arrived', { version })
}

/** How the connection is, in a word. @param {State['link']} link */
export function linkWord(link) {
  if (link.status === 'lost') return phrase(link.full ? 'noPlace' : 'offline')
  return phrase(link.status === 'live' ? 'live' : link.status === 'refused' ? 'closed' : 'connecting')
}

/** @param {State['link'] & {status: 'lost'}} link @param {number} now */
export function lostWords({ until, full }, now) {
  const n = Math.ceil((until - now) / 1000)
  return n > 0 ? phrase(full ? 'fullFor' : 'lostFor', { n }) : phrase('lostNow')
}

/** Why there is nothing to see. @param {State} state */
export function emptiness({ link, upload }) {
  if (link.status === 'refused')
    return link.code === 4504 ? phrase('noSuchTable') : link.reason || phrase('tableClosed')
  if (upload && upload.status !== 'failed') return phrase('firstRows')
  if (link.status === 'live') return phrase('noTable')
  if (link.status !== 'lost') return phrase('opening')
  return phrase(link.full ? 'full' : 'unreachable')
}

/** What is said while a file hovers over a table; nothing on the first screen. @param {State} state */
export const invitation = state =>
  !state.uuid || readsOnly(state) ? '' : phrase(state.page ? 'dropNext' : 'dropFirst')

/** @param {import('../state/state.js').Upload} upload @param {number} now */
export function progress(upload, now) {
  const far = phrase('farOf', { far: size(upload.stored), whole: size(upload.size) })
  switch (upload.status) {
    case 'failed':
      return upload.message
    case 'checking':
    case 'paused':
      return phrase(upload.status, { far })
    case 'cut': {
      const n = upload.until === null ? 0 : Math.ceil((upload.until - now) / 1000)
      return n > 0 ? phrase('cutFor', { far, n }) : phrase('cutNow', { far })
    }
    default: {
      const speed = upload.rate === null ? '' : phrase('aSecond', { size: size(upload.rate) })
      const left = upload.secondsLeft === null ? '' : phrase('left', { time: duration(upload.secondsLeft) })
      return [far, speed, left].filter(Boolean).join(' · ')
    }
  }
}
