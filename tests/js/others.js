/** What PROTOCOL.md says of every message, whether the page sends it, receives it, or leaves it to others. */

import {
  arrange,
  columnNames,
  count,
  exactly,
  flag,
  orNull,
  pageNumber,
  parse,
  refuse,
  table,
  text,
  TO_SERVER,
  TO_VIEWER,
  uuid
} from './checks.js'

const PLAIN = { uuid, page_no: pageNumber, total_number: count, data: table }
const SOMETIMES = { truncated: flag, n_columns: count, error: text }

export const decodeToServer = source => arrange(parse(source), TO_SERVER)

export const decodeToViewer = source => arrange(parse(source), TO_VIEWER)

export const encodeToViewer = value => JSON.stringify(arrange(value, TO_VIEWER))

export const encodeColumns = value => JSON.stringify(columnNames(value, 'the message'))

export const encodePlain = value => JSON.stringify(plain(value))

export const decodePlain = source => plain(parse(source))

function plain(value) {
  const more = Object.entries(SOMETIMES).filter(([name]) => Object.hasOwn(value, name))
  return exactly({ ...PLAIN, ...Object.fromEntries(more) })(value, 'the message')
}

const names = inner => (value, where) => value.map((item, i) => inner(item, `${where}[${i}]`))
const INFO = exactly({
  n_columns: count,
  columns: names(exactly({ name: text, kind: text, lens: text })),
  header_row: count,
  versions: names(
    exactly({ version: count, name: text, created: text, size: count, rows: count, by: text, restores: orNull(count) })
  )
})

const FOUND = exactly({
  uuid,
  version: count,
  edition: count,
  page_no: pageNumber,
  names: names(count),
  matches: names(names(count)),
  complete: flag
})

export const encodeFound = value => JSON.stringify(FOUND(value, 'the message'))

/** Check the answer of the info API: most of it are members of a `document`. */
export function decodeInfo(source) {
  const value = parse(source)
  const { n_columns, columns, header_row, versions, ...shared } = value
  INFO({ n_columns, columns, header_row, versions }, 'the info')
  TO_VIEWER.document({ type: 'document', seq: 0, columns: n_columns, ...shared }, 'the info')
  return value
}

export function decodeChunk(chunk) {
  if (chunk.length < 8) refuse('the chunk')
  const offset = Number(new DataView(chunk.buffer, chunk.byteOffset).getBigUint64(0))
  return { offset: count(offset, 'offset'), bytes: chunk.subarray(8) }
}
