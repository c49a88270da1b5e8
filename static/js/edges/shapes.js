/** The shapes of the columns in sight: a row under their names. Loaded with its words and its stylesheet. */

import { rangesOf } from '../grid/shapes.js'
import { conditionsOn, withConditions } from '../view/filters.js'
import { WHOLE } from '../view/query.js'
import { clip, visible } from '../text/format.js'
import { number, phrase } from '../text/language.js'
import { createCrossings } from './crossings.js'
import { attribute, make, part, say } from './dom.js'
import { createProfilePanel } from './profile-panel.js'
import { createTranslation, loadWords } from './question-words.js'
import { createShapeCell } from './shape-cell.js'
import { createSummaries } from './summaries.js'

/**
 * @import { ColumnFigures } from '../grid/column-order.js'
 * @import { ColumnShape } from '../grid/shapes.js'
 * @import { FrameToServer } from '../protocol/frames.js'
 * @import { State } from '../state/state.js'
 * @import { View } from '../view/query.js'
 * @import { Crossings } from './crossings.js'
 * @import { Grid } from './grid/grid.js'
 * @import { Lazy } from './lazy.js'
 * @import { Questions } from './questions.js'
 * @import { ShapeCell } from './shape-cell.js'
 * @import { Summaries } from './summaries.js'
 */

const MOST_COLUMNS = 60 // of one request
const BAND = 500 // columns of one request for figures
const PAUSE_MS = 120 // while the table scrolls, before shapes are asked for
const KEPT_VIEWS = 40
const MAX_NAME = 60 // characters

/**
 * @typedef {object} ShapesParts
 * @property {() => State} state
 * @property {(sentence: string) => void} onSentence
 * @property {HTMLElement} scroller
 * @property {Grid} grid
 * @property {Lazy<Questions>} questions
 * @property {(frame: FrameToServer) => unknown} send
 */

/** @param {ShapesParts} parts */
export async function createShapes({ state, scroller, grid, questions, send, onSentence }) {
  await Promise.all([loadWords(), namesOf(questions)])
  const summaries = createSummaries(state)
  const row = createShapeRow({ state, scroller, grid, questions, send, summaries })
  const view = () => questions.here?.current() ?? null
  const profile = createProfilePanel(summaries, onSentence, () => scroller.focus())
  const translate = createTranslation(row.forget)
  /** @type {AbortController | null} */
  let describing = null

  /** @param {unknown} error */
  function onFailed(error) {
    if (!(error instanceof DOMException && error.name === 'AbortError')) onSentence(phrase('unreachable'))
  }

  return {
    /** Show the row of shapes, or take it away, now and on the next visit. */
    toggle: row.toggle,
    draw: row.draw,
    /** Show a column in figures. @param {number} column from 0 */
    async open(column) {
      await namesOf(questions)
      const cell = headOf(grid, column)
      const name = clip(visible(grid.name(column) ?? ''), MAX_NAME)
      profile.open({ column: column + 1, name, view: view() ?? WHOLE }, cell ?? scroller)
    },
    /**
     * Load the figures of all columns, of the rows on screen, a band at a time.
     *
     * @param {(figures: ReadonlyMap<number, ColumnFigures>) => void} onFigures they are the same map each time
     */
    async describe(onFigures) {
      await namesOf(questions)
      describing?.abort()
      describing = new AbortController()
      await describeColumns(state, view() ?? WHOLE, summaries, describing.signal, onFigures).catch(onFailed)
    },
    show() {
      translate()
      row.draw()
    }
  }
}

/**
 * @param {() => State} state @param {View} view @param {Summaries} summaries @param {AbortSignal} signal
 * @param {(figures: ReadonlyMap<number, ColumnFigures>) => void} onFigures
 */
async function describeColumns(state, view, summaries, signal, onFigures) {
  const figures = new Map()
  const columns = state().page?.n_columns ?? 0
  for (let first = 1; first <= columns; first += BAND) {
    const found = await summaries.overview(view, [first, Math.min(columns, first + BAND - 1)], signal)
    for (const { column, ...known } of found.columns)
      figures.set(column - 1, { ...known, rows: found.rows, exact: found.exact })
    onFigures(figures)
  }
}

/** The name of a column, where it is drawn. @param {Grid} grid @param {number} column from 0 */
const headOf = (grid, column) =>
  [...grid.head.querySelectorAll('th')].find(one => {
    const spot = grid.spotOf(one)
    return spot?.kind === 'columns' && spot.column === column
  })

/** Wait for the names of the columns. @param {Lazy<Questions>} questions */
const namesOf = questions =>
  new Promise(done =>
    questions.ask(
      it => it.names().then(done),
      () => done(null)
    )
  )

/** Whether the settings want the row of shapes. */
const isShown = () => document.documentElement.classList.contains('shapes')

/** @param {Omit<ShapesParts, 'onSentence'> & {summaries: Summaries}} parts */
function createShapeRow({ state, scroller, grid, questions, send, summaries }) {
  const row = make('tr', 'shape-row')
  row.role = 'row'
  const count = make('output', 'soft')
  const corner = make('td', 'corner', count)
  corner.role = 'gridcell'
  const gaps = [newGap(), newGap()]
  const crossings = createCrossings(state, summaries, send, () => isShown() && draw())
  const cells = createCells(row, questions, crossings, () => scroller.focus(), draw)
  const store = createStore(state, summaries, draw)
  let table = ''

  /** @param {HTMLTableCellElement} name @param {View} shown */
  function elementUnder(name, shown) {
    const spot = grid.spotOf(name)
    if (spot?.kind !== 'columns') return name.classList.contains('corner') ? corner : null
    const column = spot.column + 1
    const cell = cells.at(column)
    cell.element.toggleAttribute('data-pinned', name.hasAttribute('data-pinned'))
    const title = clip(visible(grid.name(spot.column) ?? ''), MAX_NAME)
    const shape = crossings.shapeOf(column) ?? store.of(shown, column)
    cell.show(title, shape, store.of(WHOLE, column), crossings.endsOf(column) ?? conditionsOn(shown, column))
    return cell.element
  }

  function draw() {
    const [head] = grid.head.rows
    const shown = questions.here?.current() ?? null
    const { uuid, doc } = state()
    const key = `${uuid} ${doc?.version} ${doc?.edition}`
    if (key !== table) cells.forget()
    table = key
    if (!isShown() || !head || !doc?.complete || !shown) {
      row.remove()
      return store.stop()
    }
    if (row.previousSibling !== head) head.after(row)
    const spare = [...gaps]
    const names = [...head.cells]
    const columns = columnsInSight(names, grid, scroller)
    crossings.see(shown, columns)
    const rows = crossings.rows()
    say(count, rows === null ? '' : number(rows))
    attribute(count, 'title', rows === null ? null : phrase('rows', { n: rows }))
    fill(
      row,
      names.map(name => elementUnder(name, shown) ?? spare.shift() ?? newGap()),
      names
    )
    cells.enterAt(columns)
    store.ask(shown, columns)
  }

  return {
    draw,
    toggle() {
      const other = part('look').querySelector('[name=columnHeads]:not(:checked)')
      if (other instanceof HTMLInputElement) other.click() // the settings keep it
    },
    /** Say everything anew. */
    forget() {
      cells.forget()
      draw()
    }
  }
}

/**
 * The cells of the row, by their columns.
 *
 * @param {HTMLTableRowElement} row @param {Lazy<Questions>} questions @param {Crossings} crossings
 * @param {() => void} onLeave @param {() => void} onGiveUp
 */
function createCells(row, questions, crossings, onLeave, onGiveUp) {
  /** @type {Map<number, ShapeCell>} */
  const cells = new Map()
  /** @param {number} column @param {1 | -1} by */
  function step(column, by) {
    const shown = [...row.cells].flatMap(element => [...cells].filter(([, cell]) => cell.element === element))
    const [, next] = shown[shown.findIndex(([one]) => one === column) + by] ?? []
    next?.picture.focus()
    next?.element.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }

  /** @param {number} column from 1 */
  function newCell(column) {
    return createShapeCell({
      onConditions(conditions, isFinal) {
        if (!isFinal) return crossings.choose(column, conditions)
        questions.ask(it => void it.change(one => withConditions(one, column, conditions)))
        crossings.end()
      },
      onPoint: () => crossings.prepare(column),
      onGiveUp() {
        crossings.end()
        onGiveUp()
      },
      onStep: by => step(column, by),
      onLeave
    })
  }

  return {
    /** @param {number} column from 1 */
    at(column) {
      const cell = cells.get(column) ?? newCell(column)
      cells.set(column, cell)
      return cell
    },
    /** Have Tab lead to the first of some columns: arrows lead on. @param {readonly number[]} columns */
    enterAt(columns) {
      for (const [column, { picture }] of cells) picture.tabIndex = column === columns[0] ? 0 : -1
    },
    forget: () => cells.clear()
  }
}

/** @param {HTMLTableRowElement} row @param {readonly HTMLTableCellElement[]} cells @param {readonly HTMLElement[]} names */
function fill(row, cells, names) {
  for (const [i, cell] of cells.entries()) {
    const style = names[i]?.style.cssText ?? ''
    if (cell.style.cssText !== style) cell.style.cssText = style
  }
  const isOther = cells.length !== row.cells.length || cells.some((cell, i) => cell !== row.cells[i])
  if (isOther) row.replaceChildren(...cells)
}

/** The columns whose names are in sight, from 1. @param {readonly HTMLElement[]} names @param {Grid} grid @param {HTMLElement} scroller */
const columnsInSight = (names, grid, scroller) =>
  names.flatMap(name => {
    const spot = grid.spotOf(name)
    return spot?.kind === 'columns' && isInSight(name, scroller) ? [spot.column + 1] : []
  })

function newGap() {
  const gap = make('td', 'gap')
  gap.ariaHidden = 'true'
  return gap
}

/** @param {Element} name @param {HTMLElement} scroller */
function isInSight(name, scroller) {
  const { left, right } = name.getBoundingClientRect()
  const sight = scroller.getBoundingClientRect()
  return right > sight.left && left < sight.right
}

/**
 * The shapes that are here. Those of columns in sight are asked for; what is out of sight before it comes is left.
 *
 * @param {() => State} state @param {Summaries} summaries @param {() => void} onShapes
 */
function createStore(state, summaries, onShapes) {
  /** The shapes by table and view, and by column. @type {Map<string, Map<number, ColumnShape>>} */
  const kept = new Map()
  /** @type {Map<string, AbortController>} */
  const running = new Map()
  let due = 0

  /** @param {View} view */
  function keyOf(view) {
    const { uuid, doc } = state()
    return `${uuid} ${doc?.version} ${doc?.edition} ${summaries.key(view)}`
  }

  /** @param {View} view */
  function shapesOf(view) {
    const key = keyOf(view)
    const found = kept.get(key) ?? new Map()
    kept.delete(key)
    kept.set(key, found) // used last
    if (kept.size > KEPT_VIEWS) kept.delete([...kept.keys()][0] ?? '')
    return found
  }

  /** @param {View} view @param {readonly number[]} columns @returns {Set<string>} the requests that are wanted */
  function request(view, columns) {
    const shapes = shapesOf(view)
    const missing = columns.filter(column => shapes.get(column)?.bound !== 0)
    const wanted = new Set()
    for (const range of rangesOf(missing, MOST_COLUMNS)) {
      const key = `${keyOf(view)} ${range}`
      wanted.add(key)
      if (!running.has(key)) load(key, view, range, shapes)
    }
    return wanted
  }

  /** @param {string} key @param {View} view @param {[number, number]} range @param {Map<number, ColumnShape>} shapes */
  async function load(key, view, range, shapes) {
    const abort = new AbortController()
    running.set(key, abort)
    try {
      const put = (/** @type {ColumnShape[]} */ found) => {
        for (const shape of found) if (shapes.get(shape.column)?.bound !== 0) shapes.set(shape.column, shape)
        onShapes()
      }
      const exact = await summaries.shapes(view, range, { signal: abort.signal, onSample: put })
      running.delete(key)
      put(exact)
    } catch {
      running.delete(key) // the next time it is drawn it is asked for again
    }
  }

  /** @param {Set<string>} wanted */
  function leave(wanted) {
    for (const [key, abort] of running) if (!wanted.has(key)) abort.abort()
  }

  return {
    /** The shape of a column, once it is here. @param {View} view @param {number} column */
    of: (view, column) => kept.get(keyOf(view))?.get(column) ?? null,
    /** @param {View} view @param {readonly number[]} columns */
    ask(view, columns) {
      clearTimeout(due)
      due = setTimeout(() => {
        const whole = summaries.key(view) === '' ? new Set() : request(WHOLE, columns)
        leave(new Set([...request(view, columns), ...whole]))
      }, PAUSE_MS)
    },
    stop() {
      clearTimeout(due)
      leave(new Set())
    }
  }
}
