/** The sentences that the page makes of its state. Their texts are in text/en.js and text/zh.js. */

import { foldedRows } from '../grid/folding.js'
import { rangeOf } from '../grid/selection.js'
import { rowsOf } from '../protocol/paging.js'
import { isEarlier, presentPerson, versionOf } from '../state/browsing.js'
import { readsOnly } from '../state/state.js'
import { dataRows, viewOn } from '../state/views.js'
import { ago, clip, duration, percent, size, visible } from '../text/format.js'
import { number, phrase } from '../text/language.js'

/**
 * @import { Selection } from '../grid/selection.js'
 * @import { Dialect, Doc, Notice, Present, ProgressFrame, Span } from '../protocol/frames.js'
 * @import { ConnectionState, CountedView, State, Toast, Upload } from '../state/state.js'
 */

const NAME_LENGTH = 60 // in a sentence
const CHIP_LENGTH = 24

/** A name as it stands in a sentence. @param {string} name */
export const shortName = name => clip(visible(name), NAME_LENGTH) || phrase('someone')

/** A person, for a sentence. @param {{name: string} | null} person */
const named = person => ({ name: shortName(person?.name ?? '') })

/** @param {(string | null | false)[]} words those that are empty are left out */
export const dotted = (...words) => words.filter(Boolean).join(' · ')

/** @typedef {(view: string) => string} ViewWords a view in words; empty while they are not here */

/** @type {ViewWords} */
const NO_WORDS = () => ''

/** How many rows a view shows, and which. @param {CountedView} view @param {ViewWords} viewWords */
export function viewSummary({ view, rows, all, counting }, viewWords) {
  if (!view) return phrase('wholeTable')
  const count = phrase('rows', { n: Math.max(rows, all) })
  const shown = rows < all ? phrase(counting ? 'atLeastOf' : 'countOf', { n: rows, rows: count }) : count
  const words = viewWords(view)
  return words ? phrase('whichRows', { rows: shown, which: words }) : shown
}

/** The view on screen in words; nothing for the whole table. @param {Pick<State, 'doc' | 'page'>} state @param {ViewWords} viewWords */
export const shownView = ({ doc, page }, viewWords) =>
  page?.view
    ? viewSummary({ view: page.view, rows: page.total_number, counting: page.counting, all: dataRows(doc) }, viewWords)
    : ''

/** The title of the window. @param {State} state @param {ViewWords} [viewWords] */
export function pageTitle({ uuid, doc, page }, viewWords = NO_WORDS) {
  if (!uuid) return `Pagecast · ${phrase('tagline')}`
  return dotted(
    doc && shownView({ doc, page }, viewWords),
    doc && shortName(doc.name),
    doc && page && phrase('page', { n: page.page_no }),
    'Pagecast'
  )
}

/**
 * The size and the age of a table.
 *
 * @param {Doc} doc
 * @param {boolean} quiet
 * @param {number} now
 * @param {boolean} [earlier] whether there is a newer version
 */
export function tableFacts(doc, quiet, now, earlier = false) {
  const rows = phrase('rows', { n: doc.rows })
  const columns = phrase('columns', { n: doc.columns })
  if (!doc.complete) return dotted(phrase('soFar', { rows }), columns, arrivalWords(doc, quiet))
  const when = ago(Date.parse(doc.created), now)
  const version = doc.version > 1 || earlier ? phrase('version', { version: doc.version, when }) : when
  return dotted(rows, columns, size(doc.size ?? doc.received), version)
}

/** @param {Doc} doc @param {boolean} quiet */
function arrivalWords({ received, size: whole }, quiet) {
  if (whole === null) return phrase('growing', { far: size(received) }) // only its sender knows its end
  return phrase(quiet ? 'stopped' : 'arriving', { far: whole ? percent(received, whole) : size(received) })
}

/**
 * The label of a value in the import options, as `tab` or `Windows-1252`.
 *
 * @typedef {(name: keyof Dialect, value: string) => string} OptionLabel
 */

/** @typedef {{text: string, rows?: readonly Span[], count?: number}} ParseNote `rows` to go to, of `count` in all */

/**
 * How the file was parsed, and whether all of it is certainly shown unaltered.
 *
 * @param {Doc} doc
 * @param {OptionLabel} label
 * @param {ProgressFrame | null} reparsing
 */
export function parseFacts(doc, label, reparsing = null) {
  const { dialect, certain, invalid_cells, preamble } = doc
  const { compression, member } = dialect
  const encoding = label('encoding', dialect.encoding)
  const marked = dialect.bom ? phrase('withMark', { encoding }) : encoding
  const parsed = [
    compression === 'none' ? '' : compression,
    label('delimiter', dialect.delimiter),
    certain ? marked : phrase('guess', { encoding }),
    dialect.line_end === 'lf' ? '' : label('line_end', dialect.line_end),
    label('quoting', dialect.quoting),
    dialect.header ? phrase('headerRow', { row: preamble + 1 }) : label('header', 'false'),
    member && phrase('inArchive', { name: shortName(member) })
  ]
  const notes = rowNotes(doc, encoding)
  if (reparsing) notes.unshift({ text: phrase('readingAgain', { far: percent(reparsing.percent ?? 0, 100) }) })
  const isHeld = holdsQuoting(doc.choices.quoting, dialect.quoting)
  if (!isHeld) notes.unshift({ text: phrase('notAsChosen') })
  const unaltered = certain && invalid_cells === 0 && isHeld
  const isChosen = Object.values(doc.choices).some(choice => choice !== null)
  const mark = phrase(!unaltered ? 'readAs' : isChosen ? 'asChosen' : 'unaltered')
  return { unaltered, mark, parsed: dotted(...parsed), notes }
}

/**
 * Whether quotes were read as chosen. A table without stray quotes reads the same as quoted and as mended.
 *
 * @param {string | null} chosen @param {string} quoting
 */
const holdsQuoting = (chosen, quoting) => !chosen || chosen === quoting || (chosen === 'mended' && quoting === 'quoted')

/** What is odd about some rows. @param {Doc} doc @param {string} encoding @returns {ParseNote[]} */
function rowNotes(
  { empty_lines, invalid_cells, mended, mended_rows, irregular, irregular_rows, usual_cells, other_headers },
  encoding
) {
  /** @type {ParseNote[]} */
  const notes = []
  if (mended > 0) {
    const rows = spansOf(mended_rows)
    notes.push({ text: phrase('strayQuotes', { n: mended, rows: rowList(mended_rows) }), rows })
  }
  if (irregular > 0) {
    const text = phrase('irregular', { n: irregular, usual: usual_cells })
    notes.push({ text, rows: irregular_rows, count: irregular })
  }
  if (other_headers.length > 0) {
    notes.push({ text: phrase('otherHeader', { rows: rowList(other_headers) }), rows: spansOf(other_headers) })
  }
  if (empty_lines > 0) notes.push({ text: phrase('emptyLines', { n: empty_lines }) })
  if (invalid_cells > 0) notes.push({ text: phrase('invalidCells', { n: invalid_cells, encoding }) })
  return notes
}

/** @param {readonly number[]} rows @returns {Span[]} */
const spansOf = rows => rows.map(row => [row, row])

const LISTED = 2

/** Name a row, or the first of several. @param {readonly number[]} rows */
function rowList(rows) {
  const [n = 0] = rows
  if (rows.length < 2) return phrase('rowNumber', { n })
  const list = rows
    .slice(0, LISTED)
    .map(row => number(row))
    .join(', ')
  return phrase('rowList', { list: rows.length > LISTED ? `${list}, …` : list })
}

/** The rows of a page. @param {number} page @param {number} rows of the table @param {number} [folded] rows that are not shown */
export function rowRange(page, rows, folded = 0) {
  const { first, last } = rowsOf(page, rows)
  return last < first + folded ? '' : rowWords(first + folded, last)
}

/** The rows in the table on screen, without a preamble that is folded away. @param {State} state */
export function shownRows({ doc, page, unfolded }) {
  if (!doc || !page) return ''
  if (page.view) return viewRange(page)
  return rowRange(page.page_no, doc.rows, doc.preamble > 0 ? foldedRows(doc, page, unfolded) : 0)
}

/** The rows of a page of a view, by their places in it. @param {NonNullable<State['page']>} page */
function viewRange({ page_no, total_number: n, counting }) {
  const { first: from, last: to } = rowsOf(page_no, n)
  if (n === 0) return phrase('noRow')
  return phrase(counting ? 'viewRangeSoFar' : 'viewRange', { from, to, rows: phrase('rows', { n }) })
}

/** @param {number} from @param {number} to */
const rowWords = (from, to) => (from === to ? phrase('rowNumber', { n: from }) : phrase('rowRange', { from, to }))

/** Rows of the table: their place where they follow each other, else how many they are. @param {readonly number[]} rows */
export function numberedRows(rows) {
  const [first = 0, last = 0] = [rows[0], rows.at(-1)]
  return rows.every((row, i) => row === first + i) ? rowWords(first, last) : phrase('rows', { n: rows.length })
}

/** The place of a selection. @param {Selection} selection */
export function placeWords(selection) {
  const { top, left, bottom, right } = rangeOf(selection)
  const rows = rowWords(top, bottom)
  const [from, to] = [left + 1, right + 1]
  const columns = from === to ? phrase('columnNumber', { n: from }) : phrase('columnRange', { from, to })
  return selection.kind === 'rows' ? rows : selection.kind === 'columns' ? columns : both(rows, columns)
}

/** Why a link leads nowhere. @param {Selection} selection @param {Doc} doc */
export const notThere = (selection, doc) => phrase('notThere', { place: placeWords(selection), ...extentWords(doc) })

/** @param {{rows: number, columns: number}} counts */
const extentWords = ({ rows, columns }) => ({
  rows: phrase('rows', { n: rows }),
  columns: phrase('columns', { n: columns })
})

/** What was copied. @param {number} rows @param {number} columns @param {number} hidden columns that were left out */
export const copiedWords = (rows, columns, hidden) =>
  both(phrase('copiedCells', extentWords({ rows, columns })), hidden > 0 ? phrase('withoutHidden', { n: hidden }) : '')

/**
 * @param {number} n matches @param {number} which of them is selected, or -1
 * @param {'' | 'asked' | 'unknown'} [more] whether there may be more of them
 */
export function foundWords(n, which, more = '') {
  if (n === 0) return phrase(more === 'asked' ? 'searching' : more ? 'noMatchLoaded' : 'noMatch')
  const all = more ? `${number(n)}+` : n
  return which < 0 ? phrase('matches', { n: all }) : phrase('matchOf', { which: which + 1, n: all })
}

/** The text of a toast. @param {Toast} toast @param {ViewWords} [viewWords] @returns {string} */
export function toastWords(toast, viewWords = NO_WORDS) {
  switch (toast.kind) {
    case 'turned':
      return phrase('turned', { ...named(toast.by), page: toast.to })
    case 'replaced':
      return both(versionWords(toast), withoutWords(toast.gone))
    case 'missed': {
      const { from, to, version, restores } = toast
      const moved = from === to ? '' : phrase('movedFrom', { from, to })
      const came = version ? versionPhrase('cameMeanwhile', 'backMeanwhile', { version, restores }) : ''
      return phrase('missed', { what: both(moved, came) })
    }
    case 'company': {
      const { came, gone } = toast
      return both(
        came.length > 0 ? phrase('came', { who: several(came) }) : '',
        gone.length > 0 ? phrase('went', { who: several(gone) }) : ''
      )
    }
    case 'following':
      return phrase('youFollow', named(toast.by))
    case 'unfollowed':
      return phrase('unfollowed', named(toast.by))
    case 'presenter':
      if (toast.mine) return phrase('onlyYouTurn')
      return toast.by ? phrase('onlyTurns', named(toast.by)) : phrase('nobodyPresents')
    case 'asksToPresent':
      return phrase('asksToPresent', named(toast.by))
    case 'onlyPresenter':
      return phrase('onlyTurns', named(toast.by))
    case 'nameless':
      return phrase('nameless', named(toast))
    case 'shared':
    case 'sentence':
      return toast.text
    case 'error':
      return toast.message
    case 'reparsed':
      return phrase('readAnew')
    case 'led':
      return phrase('ledHere', toast)
    case 'ledToView':
      return phrase('ledToView', { view: viewWords(toast.view) || phrase('wholeTable') })
    case 'viewed':
    case 'offered': {
      const what = viewSummary(toast, viewWords)
      if ('to' in toast) return phrase('youOffer', { n: toast.to ?? 0 })
      if (toast.kind === 'offered') return phrase('offers', { ...named(toast.by), what })
      const left = toast.left && phrase(toast.left.isOut ? 'rowNotIn' : 'rowNotHere', { n: toast.left.row })
      const shows = toast.mine
        ? phrase(toast.alone ? 'youSee' : 'youShow', { what })
        : phrase('shows', { ...named(toast.by), what })
      return dotted(shows, left ?? '')
    }
    case 'busy':
    case 'unanswered':
      return phrase(toast.kind)
    case 'earlier':
      return phrase('wasEarlier', { version: toast.version })
    case 'pasted':
      return phrase('showPasted')
    case 'pointed':
      return phrase('lookedAt', { ...named(toast.by), row: toast.row })
  }
}

/** @typedef {{version: number, restores?: number | null}} NewVersion `restores`: the version that it brings back */

/**
 * A phrase about a new version, or about the one that it brings back.
 *
 * @param {'brought' | 'arrived' | 'cameMeanwhile' | 'isHere'} added
 * @param {'broughtBack' | 'isBack' | 'backMeanwhile'} back
 * @param {NewVersion} version
 * @param {string} [name] of the person who brought it
 */
const versionPhrase = (added, back, { version, restores }, name = '') =>
  phrase(restores ? back : added, { name, version: restores ?? version })

/** @param {NewVersion & {by: {name: string} | null}} arrival */
const versionWords = arrival =>
  arrival.by
    ? versionPhrase('brought', 'broughtBack', arrival, shortName(arrival.by.name))
    : versionPhrase('arrived', 'isBack', arrival)

/** @param {string} one @param {string} other either may be empty */
const both = (one, other) => (one && other ? phrase('both', { one, other }) : one || other)

/** @param {readonly {name: string}[]} people */
function several(people) {
  const [one = '', other = ''] = people.slice(0, 2).map(({ name }) => shortName(name))
  if (people.length < 3) return other ? phrase('two', { one, other }) : one
  return phrase('others', { name: one, n: people.length - 1 })
}

/** The person I follow, the page of the room, and the version I do not read, while I browse alone. @param {State} state */
export function browsingWords({ alone, room, people, doc, newest }) {
  const followed = presentPerson(people, alone?.follow)
  return {
    follow: followed ? phrase('following', { name: clip(shortName(followed.name), CHIP_LENGTH) }) : '',
    room: room ? roomWords(room, alone?.view ?? '') : phrase('roomNowhere'),
    newest: newest && isEarlier({ doc, newest }) ? versionPhrase('isHere', 'isBack', newest) : ''
  }
}

/** Where the room is, for a person who sees a view alone. @param {{page_no: number, view?: string}} room @param {string} view */
function roomWords(room, view) {
  const { page_no: page } = room
  if (viewOn(room) === view) return phrase('roomOn', { page })
  return phrase('roomSees', { what: phrase(room.view ? 'anotherView' : 'wholeTable'), page })
}

/** The person who alone turns the pages, here or away. @param {State} state */
export function presenterWords({ presenter: { by, away }, me }) {
  if (!by) return ''
  if (by.who === me.who) return phrase('onlyYouTurn')
  return phrase(away ? 'driverAway' : 'onlyTurns', { name: clip(shortName(by.name), CHIP_LENGTH) })
}

/** The page of a person who browses alone, and whether they follow me. @param {Present} person @param {State} state */
export function whereabouts(person, { me, newest }) {
  const { page_no, follow } = person
  if (follow === me.who) return phrase('followsYou')
  if (page_no === null) return ''
  const version = versionOf(person, newest)
  const isOther = version !== undefined && version !== newest?.version
  return dotted(phrase('page', { n: page_no }), isOther && phrase('versionNumber', { version }))
}

/** Which columns of a view are gone. @param {readonly string[]} [gone] */
const withoutWords = (gone = []) =>
  gone.length > 0 ? phrase('withoutColumns', { list: gone.map(shortName).join(', ') }) : ''

/** A notice, as a line of the talk. @param {Notice} notice @param {ViewWords} [viewWords] */
export function noticeWords(notice, viewWords = NO_WORDS) {
  const { what, by, version, page_no, row, restores, view = '', rows = 0, total = 0, gone = [] } = notice
  if (what === 'showed' || what === 'offered') {
    const shown = viewSummary({ view, rows, all: total }, viewWords)
    const words = by ? phrase(what === 'showed' ? 'shows' : 'offers', { ...named(by), what: shown }) : shown
    return both(words, withoutWords(gone))
  }
  if (what === 'looked') return phrase('lookedAt', { ...named(by), row: row ?? 1 })
  if (what === 'turned') return phrase('turned', { ...named(by), page: page_no })
  return versionWords({ by, version, restores })
}

/** The state of the connection in a word. @param {ConnectionState} connection @param {boolean} unanswered */
export function connectionWord(connection, unanswered) {
  if (unanswered) return phrase('noAnswer')
  if (connection.status === 'lost') return phrase(connection.full ? 'noPlace' : 'offline')
  return phrase(connection.status === 'live' ? 'live' : connection.status === 'refused' ? 'closed' : 'connecting')
}

/** The countdown to the next attempt. @param {ConnectionState & {status: 'lost'}} connection @param {number} now */
export function lostWords({ until, full }, now) {
  const n = Math.ceil((until - now) / 1000)
  return n > 0 ? phrase(full ? 'fullFor' : 'lostFor', { n }) : phrase('lostNow')
}

/** Why no table is shown. @param {State} state */
export function emptyWords({ connection, upload }) {
  if (connection.status === 'refused')
    return connection.code === 4504 ? phrase('noSuchTable') : connection.reason || phrase('tableClosed')
  if (upload && upload.status !== 'failed' && upload.status !== 'left') return phrase('firstRows')
  if (connection.status === 'live') return phrase('noTable')
  if (connection.status !== 'lost') return phrase('opening')
  return phrase(connection.full ? 'full' : 'unreachable')
}

/** What is said while a file hovers over a table; nothing on the start screen. @param {State} state */
export const dropWords = state => (!state.uuid || readsOnly(state) ? '' : phrase(state.page ? 'dropNext' : 'dropFirst'))

/** The progress of an upload. @param {Upload} upload @param {number} now */
export function uploadWords(upload, now) {
  const far = phrase('farOf', { far: size(upload.stored), whole: size(upload.size) })
  switch (upload.status) {
    case 'failed':
      return upload.message
    case 'left':
      return phrase('uploadLeft')
    case 'checking':
    case 'paused':
      return phrase(upload.status, { far })
    case 'cut': {
      const n = upload.until === null ? 0 : Math.ceil((upload.until - now) / 1000)
      return n > 0 ? phrase('cutFor', { far, n }) : phrase('cutNow', { far })
    }
    default:
      return dotted(
        far,
        upload.rate !== null && phrase('aSecond', { size: size(upload.rate) }),
        upload.secondsLeft !== null && phrase('left', { time: duration(upload.secondsLeft) })
      )
  }
}
