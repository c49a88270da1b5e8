/** What the server counts for a question: the values of a column, its shape, and how many rows are left. */

import { AnswerError, readAnswer, STREAM } from '../protocol/lines.js'
import { writeQuery } from '../view/query.js'
import { documentPath } from './address.js'

/**
 * @import { Listening } from '../protocol/lines.js'
 * @import { State } from '../state/state.js'
 * @import { Plot, PlotKind } from '../view/plots.js'
 * @import { Crossing } from '../grid/crossing.js'
 * @import { ColumnShape } from '../grid/shapes.js'
 * @import { ColumnNaming, View } from '../view/query.js'
 *
 * @typedef {{distinct: number | null, rows: number, values: [string, number][], unknown?: string[], bound: number}} CountedValues
 *   `bound` is how far off a count may be, as a share of the rows: 0 where it is exact
 * @typedef {{count: number, mean: number | null, deviation: number | null, sum: number | null,
 *   quartiles: [number, number, number] | null, smallest: string | null, largest: string | null}} Numbers
 * @typedef {{reading: 'number' | 'date' | 'text', rows: number, blank: number, distinct: number | null,
 *   longest: number | null, frequent: [string, number][], numbers: Numbers | null, bound: number}} ColumnProfile
 * @typedef {{rows: number, exact: boolean,
 *   columns: {column: number, kind: string, blank: number, distinct: number}[]}} Overview
 * @typedef {{rows: number, hits: number, before: number, here: boolean, previous: number | null, next: number | null,
 *   map: number[], partial?: true}} RowHits
 * @typedef {{total_number: number, row_numbers: number[]}} RowsAnswer
 */

/** Names every column by its position: no name is needed to ask for it. @type {ColumnNaming} */
const BY_POSITION = {
  columns: Infinity,
  title: () => '',
  count: () => 1,
  reference: column => `_c${column}`,
  find: () => 0
}

const MOST_BOUND = 0.25 // a sample that says less is not shown

/** The server refused: it said why. */
export class RefusedError extends Error {}

/** Say of each shape how far off it may be. @param {{shapes: ColumnShape[], bound: number}} found */
const boundShapes = ({ shapes, bound }) => shapes.map(shape => ({ ...shape, bound }))

/** The text of an answer as it comes. @param {Response} answer */
async function* textOf({ body }) {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader() // Safari cannot iterate a stream
  for (;;) {
    const piece = await reader?.read()
    if (!piece || piece.done) return
    yield piece.value
  }
}

/** @param {View} view @returns {View} neither the order nor the choice of columns changes a count */
const rowsOf = view => ({ ...view, sorts: [], columns: [], plot: null })

/**
 * Ask about the rows of a view: a sample may answer first.
 *
 * @param {(what: string, view: View, given: Record<string, string>, listening: Listening) => Promise<any>} get
 * @param {string} what @param {View} view @param {Record<string, string>} given
 * @param {Listening} listening `onSample` is given an answer with `bound`, how far off a count may be
 */
async function getSoon(get, what, view, given, listening) {
  if (listening.onSample) {
    const found = await get(what, rowsOf(view), { ...given, _sample: '1' }, listening)
    if (!found.sample) return { ...found, bound: 0 }
    if (found.sample.bound <= MOST_BOUND) listening.onSample({ ...found, bound: found.sample.bound })
  }
  return { ...(await get(what, rowsOf(view), given, listening)), bound: 0 }
}

/**
 * Ask the server, and hear how far it is. Rejects with RefusedError where the question has no answer.
 *
 * @param {string} address @param {Listening} listening @param {RequestInit} [how]
 */
export async function askServer(address, listening, how) {
  const answer = await fetch(address, {
    ...how,
    signal: listening.signal,
    headers: { Accept: STREAM, 'Accept-Language': document.documentElement.lang }
  })
  if (answer.status === 400) throw new RefusedError((await answer.text()).trim())
  if (!answer.ok) throw new Error(await answer.text())
  try {
    return await readAnswer(textOf(answer), listening)
  } catch (error) {
    throw error instanceof AnswerError && error.code === 'bad-view' ? new RefusedError(error.message) : error
  }
}

/** @param {() => State} state */
export function createSummaries(state) {
  /**
   * Ask about the rows of a view.
   *
   * @param {string} what @param {View} view @param {Record<string, string>} [given] @param {Listening} [listening]
   * @param {RequestInit} [how]
   */
  function get(what, view, given = {}, listening = {}, how = {}) {
    const { uuid, doc } = state()
    const query = new URLSearchParams({ ...given, version: String(doc?.version ?? 1) })
    const asked = writeQuery(view, BY_POSITION)
    return askServer(documentPath(uuid ?? '', `/${what}?${query}${asked && `&${asked}`}`), listening, how)
  }

  return {
    /**
     * Count the values of a column that hold a text, whatever its own filters leave.
     *
     * @param {View} view @param {number} column @param {string} text @param {Listening} listening
     * @returns {Promise<CountedValues>}
     */
    values: (view, column, text, listening) =>
      getSoon(get, 'values', view, { column: `_c${column}`, ...(text && { text }) }, listening),
    /**
     * Count these values of a column, and tell which no row has.
     *
     * @param {View} view @param {number} column @param {readonly string[]} values
     * @returns {Promise<CountedValues>}
     */
    counts: (view, column, values) =>
      get('values', rowsOf(view), { column: `_c${column}` }, {}, { method: 'POST', body: values.join('\n') }),
    /** @param {View} view @param {number} column @returns {Promise<ColumnShape>} */
    async shape(view, column) {
      const filters = view.filters.filter(one => one.column !== column)
      const { shapes } = await get('shapes', rowsOf({ ...view, filters }), { columns: `${column}-${column}` })
      return { ...shapes[0], bound: 0 }
    },
    /**
     * The shapes of some columns, all of the rows of a view.
     *
     * @param {View} view @param {readonly [number, number]} columns the first and the last
     * @param {Listening & {onSample: (shapes: ColumnShape[]) => void}} listening
     * @returns {Promise<ColumnShape[]>}
     */
    async shapes(view, [first, last], { signal, onSample }) {
      const found = await getSoon(
        get,
        'shapes',
        view,
        { columns: `${first}-${last}` },
        {
          signal,
          onSample: sampled => onSample(boundShapes(sampled))
        }
      )
      return boundShapes(found)
    },
    /**
     * The shapes of some columns by the bins of one.
     *
     * @param {View} view @param {number} by @param {readonly [number, number]} columns the first and the last
     * @returns {Promise<Crossing>}
     */
    crossed: (view, by, [first, last]) => get('crossed', rowsOf(view), { _by: `_c${by}`, columns: `${first}-${last}` }),
    /** @param {View} view @param {number} column @param {Listening} listening @returns {Promise<ColumnProfile>} */
    profile: (view, column, listening) => getSoon(get, 'profile', view, { column: `_c${column}` }, listening),
    /**
     * The figures of many columns.
     *
     * @param {View} view @param {readonly [number, number]} columns the first and the last @param {AbortSignal} signal
     * @returns {Promise<Overview>}
     */
    overview: (view, [first, last], signal) =>
      get('overview', rowsOf(view), { columns: `${first}-${last}` }, { signal }),
    /**
     * The numbers that a plot is drawn from. Rejects with RefusedError where it is none.
     *
     * @param {View} view @param {PlotKind} kind @param {number} x @param {number} y 0 for none
     * @param {Listening} listening
     * @returns {Promise<Plot>}
     */
    plot: (view, kind, x, y, listening) =>
      get('plot', rowsOf(view), { _kind: kind, _x: `_c${x}`, ...(y && { _y: `_c${y}` }) }, listening),
    /** A key of the rows of a view, for what is kept of them. @param {View} view */
    key: view => writeQuery(rowsOf(view), BY_POSITION),
    /**
     * Find the rows that a view's search finds among those it has without it, as seen from one of these.
     *
     * @param {View} view @param {number} row counted as the view does; 0 is before the first
     * @param {Listening} listening
     * @returns {Promise<RowHits>}
     */
    hits: (view, row, listening) =>
      get('hits', { ...view, columns: [], plot: null }, row > 0 ? { row: String(row) } : {}, listening),
    /**
     * Find a page of the rows of a view. Rejects with RefusedError where it is none.
     *
     * @param {View} view @param {number} [page] @param {AbortSignal} [signal]
     * @returns {Promise<RowsAnswer>}
     */
    rows: (view, page = 1, signal) =>
      get('rows', { ...view, columns: [], plot: null }, { page_no: String(page), columns: '1-1' }, { signal })
  }
}

/** @typedef {ReturnType<typeof createSummaries>} Summaries */
