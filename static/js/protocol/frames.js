/**
 * The frames of PROTOCOL.md: the members of each, checked when a frame is read from text or written to it.
 *
 * What frames are made of:
 * @typedef {{who: string, name: string}} Person
 * @typedef {{who: string, name: string, colour: number, page_no: number | null, follow: string | null}} Present
 * @typedef {'literal' | 'quoted' | 'mended'} Quoting
 * @typedef {'lf' | 'crlf' | 'mixed' | 'cr' | 'crcrlf'} LineEnd
 * @typedef {'' | 'doubled' | 'backslash'} Escape
 * @typedef {{compression: 'none' | 'gzip' | 'zstd' | 'bzip2' | 'xz' | 'zip',
 *   encoding: string, bom: boolean, delimiter: string, line_end: LineEnd, quoting: Quoting, header: boolean,
 *   member: string, quote: string, escape: Escape, skip_initial_space: boolean, comment: string}} Dialect
 * @typedef {{encoding: string | null, delimiter: string | null, quoting: Quoting | null, header: boolean | null,
 *   quote: string | null, escape: Escape | null, skip_initial_space: boolean | null, line_end: LineEnd | null,
 *   comment: string | null, preamble: number | null}} DialectChoices
 * @typedef {{encoding: string, cells: string[]}} EncodingGuess
 * @typedef {'number' | 'date' | 'text' | 'empty'} Kind
 * @typedef {'' | 'point' | 'comma'} Lens
 * @typedef {[number, number, number, number]} Area the first row and column, and the last ones, from 1
 * @typedef {[first: number, last: number]} Span columns or rows, counted from 1
 * @typedef {{n_columns: number, columns: Span[], header: string[], kinds: Kind[], lenses: Lens[],
 *   cut: [row: number, column: number, bytes: number][], data: string[][]}} Seen the columns of a page that are sent
 *
 * From the viewer:
 * @typedef {{type: 'hello', name: string, key: string}} HelloFrame
 * @typedef {{type: 'turn', page_no: number}} TurnFrame
 * @typedef {{type: 'fetch', page_no: number}} FetchFrame
 * @typedef {{type: 'place', page_no: number | null, follow: string | null}} PlaceFrame
 * @typedef {{type: 'say', text: string}} SayFrame
 * @typedef {{type: 'look', version: number, row: number, column: number}} LookFrame
 * @typedef {{type: 'select', version: number, area: Area | null}} SelectFrame
 * @typedef {{type: 'recall', after: number}} RecallFrame
 * @typedef {{type: 'allow', speak: boolean}} AllowFrame
 * @typedef {{type: 'watch', columns: Span[]}} WatchFrame
 * @typedef {{type: 'take'} | {type: 'ask'} | {type: 'give', to: string | null}} PresentFrame
 * @typedef {{type: 'read', version: number, choices: DialectChoices}} ReparseFrame
 * @typedef {{type: 'upload', name: string, size: number, viewer: string}} UploadFrame
 * @typedef {{type: 'resume', upload: string}} ResumeFrame
 * @typedef {{type: 'finish', sha256: string}} FinishFrame
 * @typedef {{type: 'cancel'}} CancelFrame
 * @typedef {HelloFrame | TurnFrame | WatchFrame | FetchFrame | PlaceFrame | PresentFrame | ReparseFrame | SayFrame
 *   | LookFrame | SelectFrame | RecallFrame | AllowFrame | UploadFrame | ResumeFrame | FinishFrame
 *   | CancelFrame} FrameToServer
 *
 * To the viewer:
 * @typedef {{type: 'welcome', uuid: string, viewer: string, epoch: string, reader: string,
 *   speak: boolean}} WelcomeFrame
 * @typedef {{type: 'you', who: string, name: string}} YouFrame
 * @typedef {{type: 'document', seq: number, uuid: string, version: number, edition: number, name: string,
 *   size: number | null, received: number, complete: boolean, created: string, rows: number, columns: number,
 *   empty_lines: number, invalid_cells: number, dialect: Dialect, choices: DialectChoices, preamble: number,
 *   notes: string[], other_headers: number[], usual_cells: number, irregular: number, irregular_rows: Span[],
 *   mended: number, mended_rows: number[], certain: boolean, encodings: EncodingGuess[]}} Doc
 * @typedef {{type: 'page', seq: number, uuid: string, version: number, edition: number, page_no: number,
 *   total_number: number, by: Person | null} & Seen} PageFrame
 * @typedef {{type: 'fetched', version: number, edition: number, page_no: number, total_number: number}
 *   & Seen} FetchedFrame
 * @typedef {{type: 'people', count: number, people: Present[]}} PeopleFrame
 * @typedef {{type: 'wheel', by: Person | null, away: boolean, asking: Person[]}} PresenterFrame
 * @typedef {{type: 'selections', version: number, page_no: number,
 *   selections: {by: Person, area: Area}[]}} SelectionsFrame
 * @typedef {{type: 'message', line: number, at: string, by: Person, text: string, version: number}} Message
 * @typedef {{type: 'notice', line: number, at: string, by: Person | null, what: 'turned' | 'looked' | 'brought',
 *   version: number, page_no: number, row: number | null, column: number | null}} Notice
 * @typedef {Message | Notice} TalkLine
 * @typedef {{type: 'log', after: number, lines: TalkLine[]}} LogFrame
 * @typedef {{type: 'allowed', speak: boolean}} AllowedFrame
 * @typedef {{type: 'reading', version: number, done: number, size: number}} ReparsingFrame
 * @typedef {{type: 'error', code: string, message: string}} ErrorFrame
 * @typedef {{type: 'accepted', uuid: string, upload: string, offset: number, max_chunk: number}} AcceptedFrame
 * @typedef {{type: 'stored', offset: number}} StoredFrame
 * @typedef {{type: 'finished', uuid: string, version: number}} FinishedFrame
 * @typedef {WelcomeFrame | YouFrame | Doc | PageFrame | FetchedFrame | PeopleFrame | PresenterFrame | SelectionsFrame
 *   | LogFrame | AllowedFrame | ReparsingFrame | ErrorFrame | AcceptedFrame | StoredFrame
 *   | FinishedFrame} FrameToViewer
 *
 * Over HTTP:
 * @typedef {{uuid: string, version: number, n_columns: number, columns: Span[], header: string[],
 *   kinds: Kind[], lenses: Lens[]}} ColumnNames
 *
 * A check returns its value with the members in the order of PROTOCOL.md, and throws where the value is wrong.
 * @typedef {(value: unknown, where: string) => any} Check
 */

/** A message that is not a frame of PROTOCOL.md. */
export class FrameError extends Error {}

/** @param {string} where @param {string} expected @returns {never} */
export function refuse(where, expected) {
  throw new FrameError(`${where} is not ${expected}`)
}

/** @param {string} expected @param {(value: any) => boolean} holds @returns {Check} */
const check = (expected, holds) => (value, where) => (holds(value) ? value : refuse(where, expected))

export const text = check('a text', value => typeof value === 'string')
export const flag = check('true or false', value => typeof value === 'boolean')
export const count = whole('a whole number', 0)
const ordinal = whole('a whole number from 1', 1)
export const pageNumber = whole('a page number', 1, 1e15)
export const uuid = matching('a UUID', /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/)
const sha256 = matching('a SHA-256', /^[0-9a-f]{64}$/)
const moment = matching('a moment in UTC', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
const personName = check(
  'a text of at most 60 characters',
  value => typeof value === 'string' && [...value].length <= 60
)

/** @param {string} expected @param {number} least @param {number} [below] */
function whole(expected, least, below = Infinity) {
  return check(expected, value => Number.isSafeInteger(value) && value >= least && value < below)
}

/** @param {string} expected @param {RegExp} pattern */
function matching(expected, pattern) {
  return check(expected, value => typeof value === 'string' && pattern.test(value))
}

/** @param {...string} words */
const oneOf = (...words) => check(`one of ${words.join(', ')}`, value => words.includes(value))

/** @param {Check} inner @returns {Check} */
const orNull = inner => (value, where) => (value === null ? null : inner(value, where))

/** @param {Check} inner @returns {Check} */
const listOf = inner => (value, where) =>
  Array.isArray(value) ? value.map((item, i) => inner(item, `${where}[${i}]`)) : refuse(where, 'a list')

/** Check the rows of a page, most of what arrives, without building a name for each cell. @type {Check} */
export const table = (value, where) => {
  if (!Array.isArray(value)) refuse(where, 'a list')
  for (const row of value) {
    if (!Array.isArray(row)) refuse(where, 'a list of lists')
    for (const cell of row) if (typeof cell !== 'string') refuse(where, 'a list of lists of texts')
  }
  return value
}

/** Check an object that has exactly these members. @param {Record<string, Check>} members @returns {Check} */
export const exactly = members => (value, where) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(where, 'an object')
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(members, name)) refuse(`${where}.${name}`, 'known')
  }
  /** @type {Record<string, any>} */
  const ordered = {}
  for (const [name, inner] of Object.entries(members)) {
    if (!Object.hasOwn(value, name)) refuse(`${where}.${name}`, 'there')
    ordered[name] = inner(/** @type {any} */ (value)[name], `${where}.${name}`)
  }
  return ordered
}

/**
 * Make the checks of frames from the members that each type has besides its `type`.
 *
 * @param {Record<string, Record<string, Check>>} types
 * @returns {Readonly<Record<string, Check>>}
 */
const frames = types =>
  Object.fromEntries(Object.entries(types).map(([type, members]) => [type, exactly({ type: oneOf(type), ...members })]))

/** @param {number} length @returns {Check} */
const numbers = length => (value, where) =>
  listOf(ordinal)(Array.isArray(value) && value.length === length ? value : refuse(where, `${length} numbers`), where)

const spans = listOf(numbers(2))
const kinds = listOf(oneOf('number', 'date', 'text', 'empty'))
const lenses = listOf(oneOf('', 'point', 'comma'))
const heading = { n_columns: count, columns: spans, header: listOf(text), kinds, lenses }
const seen = { ...heading, cut: listOf(numbers(3)), data: table }
const person = exactly({ who: text, name: text })
const present = exactly({ who: text, name: text, colour: count, page_no: orNull(pageNumber), follow: orNull(text) })
const delimiterName = oneOf('tab', 'comma', 'semicolon', 'pipe', 'colon', 'space')
/** A delimiter is named, or stands for itself. @type {Check} */
const delimiter = (value, where) => (/^[^a-z0-9]{1,8}$/i.test(String(value)) ? value : delimiterName(value, where))
const quoting = oneOf('literal', 'quoted', 'mended')
const lineEnd = oneOf('lf', 'crlf', 'mixed', 'cr', 'crcrlf')
const escape = oneOf('', 'doubled', 'backslash')
const dialect = exactly({
  compression: oneOf('none', 'gzip', 'zstd', 'bzip2', 'xz', 'zip'),
  encoding: text,
  bom: flag,
  delimiter,
  line_end: lineEnd,
  quoting,
  header: flag,
  member: text,
  quote: text,
  escape,
  skip_initial_space: flag,
  comment: text
})
const choices = exactly({
  encoding: orNull(text),
  delimiter: orNull(delimiter),
  quoting: orNull(quoting),
  header: orNull(flag),
  quote: orNull(text),
  escape: orNull(escape),
  skip_initial_space: orNull(flag),
  line_end: orNull(lineEnd),
  comment: orNull(text),
  preamble: orNull(count)
})

const area = numbers(4)

const LINES = frames({
  message: { line: ordinal, at: moment, by: person, text, version: count },
  notice: {
    line: ordinal,
    at: moment,
    by: orNull(person),
    what: oneOf('turned', 'looked', 'brought'),
    version: ordinal,
    page_no: pageNumber,
    row: orNull(ordinal),
    column: orNull(ordinal)
  }
})

/** The frames that a browser sends. */
export const TO_SERVER = frames({
  hello: { name: personName, key: text },
  turn: { page_no: pageNumber },
  fetch: { page_no: pageNumber },
  place: { page_no: orNull(pageNumber), follow: orNull(text) },
  take: {},
  ask: {},
  give: { to: orNull(text) },
  watch: { columns: spans },
  say: { text },
  look: { version: ordinal, row: ordinal, column: ordinal },
  select: { version: ordinal, area: orNull(area) },
  recall: { after: count },
  allow: { speak: flag },
  read: { version: ordinal, choices },
  upload: { name: text, size: count, viewer: text },
  resume: { upload: text },
  finish: { sha256 },
  cancel: {}
})

/** The frames that a browser receives. */
export const TO_VIEWER = frames({
  welcome: { uuid, viewer: text, epoch: text, reader: uuid, speak: flag },
  you: { who: text, name: text },
  document: {
    seq: count,
    uuid,
    version: ordinal,
    edition: ordinal,
    name: text,
    size: orNull(count),
    received: count,
    complete: flag,
    created: moment,
    rows: count,
    columns: count,
    empty_lines: count,
    invalid_cells: count,
    dialect,
    choices,
    preamble: count,
    notes: listOf(text),
    other_headers: listOf(ordinal),
    usual_cells: count,
    irregular: count,
    irregular_rows: spans,
    mended: count,
    mended_rows: listOf(ordinal),
    certain: flag,
    encodings: listOf(exactly({ encoding: text, cells: listOf(text) }))
  },
  page: {
    seq: count,
    uuid,
    version: count, // 0 where the first version was withdrawn
    edition: count,
    page_no: pageNumber,
    total_number: count,
    by: orNull(person),
    ...seen
  },
  fetched: { version: ordinal, edition: ordinal, page_no: pageNumber, total_number: count, ...seen },
  people: { count, people: listOf(present) },
  wheel: { by: orNull(person), away: flag, asking: listOf(person) },
  selections: {
    version: ordinal,
    page_no: pageNumber,
    selections: listOf(exactly({ by: person, area }))
  },
  log: { after: count, lines: listOf(value => arrange(value, LINES)) },
  allowed: { speak: flag },
  reading: { version: ordinal, done: count, size: count },
  error: { code: text, message: text },
  accepted: { uuid, upload: text, offset: count, max_chunk: ordinal },
  stored: { offset: count },
  finished: { uuid, version: ordinal }
})

const columnNames = exactly({ uuid, version: ordinal, ...heading })

/** @param {string} source @returns {any} */
export function parse(source) {
  try {
    return JSON.parse(source)
  } catch {
    return refuse('the message', 'JSON')
  }
}

/** @param {unknown} value @param {Readonly<Record<string, Check>>} known */
export function arrange(value, known) {
  const type = /** @type {any} */ (value)?.type
  const inner = typeof type === 'string' && Object.hasOwn(known, type) ? known[type] : undefined
  return inner ? inner(value, type) : refuse(`type ${JSON.stringify(type)}`, 'a frame that is known here')
}

/** @param {string} source @returns {FrameToViewer} */
export function decode(source) {
  return arrange(parse(source), TO_VIEWER)
}

/** @param {string} source @returns {ColumnNames} */
export function decodeColumns(source) {
  return columnNames(parse(source), 'the message')
}

/** @param {FrameToServer} value */
export function encode(value) {
  return JSON.stringify(arrange(value, TO_SERVER))
}

const OFFSET_BYTES = 8

/**
 * Encode a chunk of an upload: the offset of its first byte as 64 bits, big-endian, then the bytes.
 *
 * @param {number} offset
 * @param {Uint8Array} bytes
 */
export function encodeChunk(offset, bytes) {
  const chunk = new Uint8Array(OFFSET_BYTES + bytes.length)
  new DataView(chunk.buffer).setBigUint64(0, BigInt(count(offset, 'offset')))
  chunk.set(bytes, OFFSET_BYTES)
  return chunk
}
