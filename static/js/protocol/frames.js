/**
 * The frames of PROTOCOL.md: what each is made of, and the names of its members, which are
 * checked when a frame is read. The tests check all of PROTOCOL.md.
 *
 * What frames are made of:
 * @typedef {{who: string, name: string}} Person
 * @typedef {{who: string, name: string, colour: number, page_no: number | null, follow: string | null,
 *   version?: number, view?: string}} Present
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
 *   cut: [row: number, column: number, bytes: number][], data: string[][], view?: string,
 *   row_numbers?: number[]}} Seen the columns of a page that are sent; the last two of a page of a view only
 *
 * From the viewer:
 * @typedef {{type: 'hello', name: string, key: string, language?: string}} HelloFrame
 * @typedef {{type: 'turn', page_no: number}} TurnFrame
 * @typedef {{type: 'show', version: number, view: string, row?: number, undoes?: string}} ShowFrame
 * @typedef {{type: 'offer', version: number, view: string}} OfferFrame
 * @typedef {{type: 'brush', version: number, column: number, range: [string, string] | null}} BrushFrame
 * @typedef {{type: 'fetch', page_no: number, version?: number, view?: string}} FetchFrame
 * @typedef {{type: 'place', page_no: number | null, follow: string | null, version?: number,
 *   view?: string}} PlaceFrame
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
 * @typedef {{type: 'finish', sha256: string, viewer?: string}} FinishFrame
 * @typedef {{type: 'cancel'}} CancelFrame
 * @typedef {HelloFrame | TurnFrame | ShowFrame | OfferFrame | BrushFrame | WatchFrame | FetchFrame | PlaceFrame | PresentFrame
 *   | ReparseFrame | SayFrame | LookFrame | SelectFrame | RecallFrame | AllowFrame | UploadFrame | ResumeFrame | FinishFrame
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
 *   mended: number, mended_rows: number[], certain: boolean, encodings: EncodingGuess[], restores: number | null}} Doc
 * @typedef {{type: 'page', seq: number, uuid: string, version: number, edition: number, page_no: number,
 *   total_number: number, by: Person | null, counting?: boolean} & Seen} PageFrame
 * @typedef {{type: 'fetched', version: number, edition: number, page_no: number, total_number: number}
 *   & Seen} FetchedFrame
 * @typedef {{type: 'people', count: number, people: Present[]}} PeopleFrame
 * @typedef {{type: 'presenter', by: Person | null, away: boolean, asking: Person[]}} PresenterFrame
 * @typedef {{type: 'selections', version: number, page_no: number,
 *   selections: {by: Person, area: Area}[]}} SelectionsFrame
 * @typedef {{type: 'message', line: number, at: string, by: Person, text: string, version: number}} Message
 * @typedef {{type: 'notice', line: number, at: string, by: Person | null,
 *   what: 'turned' | 'looked' | 'brought' | 'showed' | 'offered', version: number, page_no: number,
 *   row: number | null, column: number | null, restores?: number, view?: string, rows?: number, total?: number,
 *   gone?: string[]}} Notice
 * @typedef {Message | Notice} TalkLine
 * @typedef {{type: 'log', after: number, lines: TalkLine[]}} LogFrame
 * @typedef {{type: 'allowed', speak: boolean}} AllowedFrame
 * @typedef {{type: 'offered', by: Person, version: number, view: string, rows: number}} OfferedFrame
 * @typedef {{type: 'brushed', by: Person, version: number, column: number, range: [string, string] | null}} BrushedFrame
 * @typedef {{type: 'progress', what: string, version: number, percent: number | null}} ProgressFrame
 * @typedef {{type: 'error', code: string, message: string}} ErrorFrame
 * @typedef {{type: 'accepted', uuid: string, upload: string, offset: number, max_chunk: number}} AcceptedFrame
 * @typedef {{type: 'stored', offset: number}} StoredFrame
 * @typedef {{type: 'finished', uuid: string, version: number}} FinishedFrame
 * @typedef {WelcomeFrame | YouFrame | Doc | PageFrame | FetchedFrame | PeopleFrame | PresenterFrame | SelectionsFrame
 *   | LogFrame | AllowedFrame | OfferedFrame | BrushedFrame | ProgressFrame | ErrorFrame | AcceptedFrame | StoredFrame
 *   | FinishedFrame} FrameToViewer
 *
 * Over HTTP:
 * @typedef {{uuid: string, version: number, n_columns: number, columns: Span[], header: string[],
 *   kinds: Kind[], lenses: Lens[]}} ColumnNames
 * @typedef {{uuid: string, version: number, edition: number, page_no: number, names: number[],
 *   matches: [row: number, column: number][], complete: boolean}} Found
 */

const HEADING = 'n_columns columns header kinds lenses'
const SEEN = `${HEADING} cut data view? row_numbers?`

/** The members of the frames that a browser receives, by type; one with a ? may be missing. @type {Record<string, string>} */
export const MEMBERS = {
  welcome: 'uuid viewer epoch reader speak',
  you: 'who name',
  document:
    'seq uuid version edition name size received complete created rows columns empty_lines ' +
    'invalid_cells dialect choices preamble notes other_headers usual_cells irregular irregular_rows ' +
    'mended mended_rows certain encodings restores',
  page: `seq uuid version edition page_no total_number by ${SEEN} counting?`,
  fetched: `version edition page_no total_number ${SEEN}`,
  people: 'count people',
  presenter: 'by away asking',
  selections: 'version page_no selections',
  log: 'after lines',
  allowed: 'speak',
  offered: 'by version view rows',
  brushed: 'by version column range',
  progress: 'what version percent',
  error: 'code message',
  accepted: 'uuid upload offset max_chunk',
  stored: 'offset',
  finished: 'uuid version'
}

/**
 * Return an object, which must have exactly these members, but for those with a ?: an updated server may send others.
 *
 * @param {any} value
 * @param {string} [names]
 */
function hold(value, names) {
  const members = names?.split(' ').flatMap(one => {
    const name = one.replace('?', '')
    return name === one || Object.hasOwn(value, name) ? [name] : []
  })
  if (members?.length === Object.keys(value).length && members.every(name => Object.hasOwn(value, name))) return value
  throw new TypeError(`not ${names}`)
}

/** @param {string} source @returns {FrameToViewer} */
export function decode(source) {
  const { type, ...members } = JSON.parse(source)
  return { type, ...hold(members, MEMBERS[type]) }
}

/** @param {string} source @returns {ColumnNames} */
export const decodeColumns = source => hold(JSON.parse(source), `uuid version ${HEADING}`)

/** @param {string} source @returns {Found} */
export const decodeFound = source => hold(JSON.parse(source), 'uuid version edition page_no names matches complete')

/** @param {FrameToServer} frame */
export const encode = frame => JSON.stringify(frame)

const OFFSET_BYTES = 8

/**
 * Encode a chunk of an upload: the offset of its first byte as 64 bits, big-endian, then the bytes.
 *
 * @param {number} offset
 * @param {Uint8Array} bytes
 */
export function encodeChunk(offset, bytes) {
  const chunk = new Uint8Array(OFFSET_BYTES + bytes.length)
  new DataView(chunk.buffer).setBigUint64(0, BigInt(offset))
  chunk.set(bytes, OFFSET_BYTES)
  return chunk
}
