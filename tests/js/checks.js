/**
 * Checks of everything in PROTOCOL.md, member by member: the page itself checks only which members a frame has.
 *
 * A check returns its value with the members in the order of PROTOCOL.md, and throws where the value is wrong.
 * @typedef {(value: unknown, where: string) => any} Check
 */

/** A message that is not a frame of PROTOCOL.md. */
export class FrameError extends Error {}

/** @param {string} where @returns {never} */
export function refuse(where) {
  throw new FrameError(`${where} is not as PROTOCOL.md says`)
}

/** @param {(value: any) => boolean} holds @returns {Check} */
const check = holds => (value, where) => (holds(value) ? value : refuse(where))

export const text = check(value => typeof value === 'string')
export const flag = check(value => typeof value === 'boolean')
export const count = whole(0)
const ordinal = whole(1)
export const pageNumber = whole(1, 1e15)
export const uuid = matching(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/)
const moment = matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)

/** @param {number} least @param {number} [below] */
function whole(least, below = Infinity) {
  return check(value => Number.isSafeInteger(value) && value >= least && value < below)
}

/** @param {RegExp} pattern */
function matching(pattern) {
  return check(value => typeof value === 'string' && pattern.test(value))
}

/** @param {...string} words */
const oneOf = (...words) => check(value => words.includes(value))

/** @param {Check} inner @returns {Check} */
export const orNull = inner => (value, where) => (value === null ? null : inner(value, where))

/** @param {Check} inner @returns {Check} */
const listOf = inner => (value, where) =>
  Array.isArray(value) ? value.map((item, i) => inner(item, `${where}[${i}]`)) : refuse(where)

/** Check the rows of a page, most of what arrives, without building a name for each cell. */
export const table = check(
  value => Array.isArray(value) && value.every(row => Array.isArray(row) && row.every(cell => typeof cell === 'string'))
)

/** A check of a member that may be missing. @param {Check} inner */
const optional = inner =>
  Object.assign((/** @type {unknown} */ value, /** @type {string} */ where) => inner(value, where), {
    isOptional: true
  })

/** Check an object that has exactly these members. @param {Record<string, Check>} members @returns {Check} */
export const exactly = members => (value, where) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(where)
  for (const name of Object.keys(value)) if (!Object.hasOwn(members, name)) refuse(`${where}.${name}`)
  /** @type {Record<string, any>} */
  const ordered = {}
  for (const [name, inner] of Object.entries(members)) {
    if ('isOptional' in inner && !Object.hasOwn(/** @type {object} */ (value), name)) continue
    ordered[name] = inner(/** @type {any} */ (value)[name], `${where}.${name}`) // no check accepts undefined
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
  listOf(ordinal)(Array.isArray(value) && value.length === length ? value : refuse(where), where)

const spans = listOf(numbers(2))
const kinds = listOf(oneOf('number', 'date', 'text', 'empty'))
const lenses = listOf(oneOf('', 'point', 'comma'))
const heading = { n_columns: count, columns: spans, header: listOf(text), kinds, lenses }
const seen = {
  ...heading,
  cut: listOf(numbers(3)),
  data: table,
  view: optional(text),
  row_numbers: optional(listOf(ordinal))
}
const person = exactly({ who: text, name: text })
const present = exactly({
  who: text,
  name: text,
  colour: count,
  page_no: orNull(pageNumber),
  follow: orNull(text),
  version: optional(ordinal),
  view: optional(text)
})
const delimiterName = oneOf('tab', 'comma', 'semicolon', 'pipe', 'colon', 'space')
/** A delimiter is named, or stands for itself. @type {Check} */
const delimiter = (value, where) => (/^[^a-z0-9]{1,8}$/i.test(String(value)) ? value : delimiterName(value, where))
const quoting = oneOf('literal', 'quoted', 'mended')
const lineEnd = oneOf('lf', 'crlf', 'mixed', 'cr', 'crcrlf')
const escaping = oneOf('', 'doubled', 'backslash')
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
  escape: escaping,
  skip_initial_space: flag,
  comment: text
})
const choices = exactly({
  encoding: orNull(text),
  delimiter: orNull(delimiter),
  quoting: orNull(quoting),
  header: orNull(flag),
  quote: orNull(text),
  escape: orNull(escaping),
  skip_initial_space: orNull(flag),
  line_end: orNull(lineEnd),
  comment: orNull(text),
  preamble: orNull(count)
})

const area = numbers(4)
const ends = check(value => Array.isArray(value) && value.length === 2 && value.every(one => typeof one === 'string'))

const LINES = frames({
  message: { line: ordinal, at: moment, by: person, text, version: count },
  notice: {
    line: ordinal,
    at: moment,
    by: orNull(person),
    what: oneOf('turned', 'looked', 'brought', 'showed', 'offered'),
    version: ordinal,
    page_no: pageNumber,
    row: orNull(ordinal),
    column: orNull(ordinal),
    restores: optional(ordinal),
    view: optional(text),
    rows: optional(count),
    total: optional(count),
    gone: optional(listOf(text))
  }
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
    encodings: listOf(exactly({ encoding: text, cells: listOf(text) })),
    restores: orNull(ordinal)
  },
  page: {
    seq: count,
    uuid,
    version: count, // 0 where the first version was withdrawn
    edition: count,
    page_no: pageNumber,
    total_number: count,
    by: orNull(person),
    ...seen,
    counting: optional(flag)
  },
  fetched: { version: ordinal, edition: ordinal, page_no: pageNumber, total_number: count, ...seen },
  people: { count, people: listOf(present) },
  presenter: { by: orNull(person), away: flag, asking: listOf(person) },
  selections: {
    version: ordinal,
    page_no: pageNumber,
    selections: listOf(exactly({ by: person, area }))
  },
  log: { after: count, lines: listOf(value => arrange(value, LINES)) },
  allowed: { speak: flag },
  offered: { by: person, version: ordinal, view: text, rows: count },
  brushed: { by: person, version: ordinal, column: ordinal, range: orNull(ends) },
  progress: { what: text, version: ordinal, percent: orNull(count) },
  error: { code: text, message: text },
  accepted: { uuid, upload: text, offset: count, max_chunk: ordinal },
  stored: { offset: count },
  finished: { uuid, version: ordinal }
})

const sha256 = matching(/^[0-9a-f]{64}$/)
const personName = check(value => typeof value === 'string' && [...value].length <= 60)

/** The frames that a browser sends. */
export const TO_SERVER = frames({
  hello: { name: personName, key: text, language: optional(text) },
  turn: { page_no: pageNumber },
  show: { version: ordinal, view: text, row: optional(ordinal), undoes: optional(text) },
  offer: { version: ordinal, view: text },
  brush: { version: ordinal, column: ordinal, range: orNull(ends) },
  fetch: { page_no: pageNumber, version: optional(ordinal), view: optional(text) },
  place: { page_no: orNull(pageNumber), follow: orNull(text), version: optional(ordinal), view: optional(text) },
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
  finish: { sha256, viewer: optional(text) },
  cancel: {}
})

/** The names of some columns, over HTTP. */
export const columnNames = exactly({ uuid, version: ordinal, ...heading })

/** @param {string} source @returns {any} */
export function parse(source) {
  try {
    return JSON.parse(source)
  } catch {
    return refuse('the message')
  }
}

/** @param {unknown} value @param {Readonly<Record<string, Check>>} known */
export function arrange(value, known) {
  const type = /** @type {any} */ (value)?.type
  const inner = typeof type === 'string' && Object.hasOwn(known, type) ? known[type] : undefined
  return inner ? inner(value, type) : refuse(`type ${JSON.stringify(type)}`)
}
