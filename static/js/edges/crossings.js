/** A range that a hand drags over a histogram, mine or another person's: all other shapes follow, without a question. */

import { narrowed } from '../grid/crossing.js'
import { rangeOfConditions, rangesOf } from '../grid/shapes.js'
import { withConditions } from '../view/filters.js'

/**
 * @import { Crossing } from '../grid/crossing.js'
 * @import { RangeEnd } from '../grid/shapes.js'
 * @import { FrameToServer } from '../protocol/frames.js'
 * @import { State } from '../state/state.js'
 * @import { View } from '../view/query.js'
 * @import { Summaries } from './summaries.js'
 */

const MOST_COLUMNS = 60 // of one request
const KEPT = 12 // crossings
const SENT_MS = 60 // at most so often the others hear of my range
const LOST_MS = 10_000 // after that a range of another person is over: they may be gone
const ECHO_MS = 1000 // so long the server may still say what I chose

/**
 * @typedef {object} SeenShapes what is on screen
 * @property {View} view
 * @property {readonly number[]} columns in sight, from 1
 *
 * @typedef {{column: number, ends: RangeEnd[], isMine: boolean}} Brush
 */

/**
 * @param {() => State} state @param {Summaries} summaries @param {(frame: FrameToServer) => unknown} send
 * @param {() => void} onChange
 */
export function createCrossings(state, summaries, send, onChange) {
  const prepared = createPrepared(state, summaries, onChange)
  const say = createSaying(state, send)
  let sight = /** @type {SeenShapes | null} */ (null)
  let brush = /** @type {Brush | null} */ (null)
  /** The shapes of the range, once the crossing is here. @type {ReturnType<typeof narrowed> | null} */
  let shown = null
  let heard = /** @type {State['brushed']} */ (null)
  let deafUntil = 0
  let timer = 0

  function update() {
    const crossing = brush && sight && prepared.of(sight, brush.column)
    const range = crossing && brush && rangeOfConditions(crossing.by, brush.ends)
    shown = crossing ? narrowed(crossing, range) : null
  }

  /** @param {Brush | null} next */
  function set(next) {
    clearTimeout(timer)
    brush = next
    if (next && sight) prepared.prepare(sight, next.column)
    if (next && !next.isMine) timer = setTimeout(() => set(null), LOST_MS)
    update()
    onChange()
  }

  /** Follow the range of another person, if there is a new one. */
  function follow() {
    const { brushed, alone, doc } = state()
    if (brushed === heard) return
    heard = brushed
    if (brush?.isMine || performance.now() < deafUntil || alone || brushed?.version !== doc?.version) return
    if (brushed?.range) set({ column: brushed.column, ends: endsOf(brushed.range), isMine: false })
    else if (brush) set(null)
  }

  return {
    /** Draw for what is on screen now. @param {View} view @param {readonly number[]} columns */
    see(view, columns) {
      sight = { view, columns }
      update()
      follow()
    },
    /** Prepare for a range of a column. @param {number} column */
    prepare: column => sight && prepared.prepare(sight, column),
    /** I choose a range of a column. @param {number} column @param {RangeEnd[]} ends */
    choose(column, ends) {
      say(column, ends)
      set({ column, ends, isMine: true })
    },
    /** I have chosen, or given up. */
    end() {
      if (!brush?.isMine) return
      say(brush.column, null)
      deafUntil = performance.now() + ECHO_MS
      set(null)
    },
    /** The shape of a column in the range that is being chosen. @param {number} column */
    shapeOf: column => shown?.shapes.get(column) ?? null,
    /** The range of a column that is being chosen. @param {number} column */
    endsOf: column => (brush?.column === column ? brush.ends : null),
    /** How many rows are in it. */
    rows: () => shown?.rows ?? null
  }
}

/** @typedef {ReturnType<typeof createCrossings>} Crossings */

/** @param {readonly [string, string]} range @returns {RangeEnd[]} */
const endsOf = ([low, high]) => [
  ...(low ? [{ operator: 'gte', values: [low] }] : []),
  ...(high ? [{ operator: 'lt', values: [high] }] : [])
]

/** Tells the others of my range: not too often, and always the last one. @param {() => State} state @param {(frame: FrameToServer) => unknown} send */
function createSaying(state, send) {
  let timer = 0
  let last = 0
  let next = /** @type {FrameToServer | null} */ (null)

  function flush() {
    clearTimeout(timer)
    timer = 0
    last = performance.now()
    if (next) send(next)
    next = null
  }

  return (/** @type {number} */ column, /** @type {RangeEnd[] | null} */ ends) => {
    const { doc, alone } = state()
    if (!doc || alone) return
    const end = (/** @type {string} */ operator) => ends?.find(one => one.operator === operator)?.values[0] ?? ''
    next = { type: 'brush', version: doc.version, column, range: ends && [end('gte'), end('lt')] }
    if (!ends || performance.now() - last >= SENT_MS) flush()
    else timer ||= setTimeout(flush, SENT_MS - (performance.now() - last))
  }
}

/** The crossings that are here or on their way. @param {() => State} state @param {Summaries} summaries @param {() => void} onReady */
function createPrepared(state, summaries, onReady) {
  /** @type {Map<string, Crossing | null>} */
  const kept = new Map()

  /** @param {SeenShapes} sight @param {number} column */
  function keyOf({ view, columns }, column) {
    const { uuid, doc } = state()
    return `${uuid} ${doc?.version} ${doc?.edition} ${column} ${columns} ${summaries.key(withConditions(view, column, []))}`
  }

  return {
    /** @param {SeenShapes} sight @param {number} column */
    of: (sight, column) => kept.get(keyOf(sight, column)) ?? null,
    /** @param {SeenShapes} sight @param {number} column */
    async prepare(sight, column) {
      const key = keyOf(sight, column)
      if (kept.has(key)) return
      kept.set(key, null)
      if (kept.size > KEPT) kept.delete([...kept.keys()][0] ?? '')
      try {
        const ranges = rangesOf(sight.columns, MOST_COLUMNS)
        const parts = await Promise.all(ranges.map(range => summaries.crossed(sight.view, column, range)))
        const [{ by } = /** @type {any} */ ({})] = parts
        kept.set(key, { by, shapes: parts.flatMap(one => one.shapes), cells: parts.flatMap(one => one.cells) })
        onReady()
      } catch {
        kept.delete(key) // the next time it is pointed at it is asked for again
      }
    }
  }
}
