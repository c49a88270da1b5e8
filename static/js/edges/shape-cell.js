/** The shape of a column in its cell under the column's name: drawn, read bin by bin, and dragged over for a range. */

import {
  barsPath,
  binAt,
  blankHeight,
  conditionsOf,
  HEIGHT,
  moveEdge,
  rangeOfConditions,
  spanned
} from '../grid/shapes.js'
import { rangeWords, shapeSentence, shapeWords, shortValue, valueWords } from '../screen/shape-words.js'
import { attribute, make, say } from './dom.js'

/**
 * @import { BinRange, ColumnShape, RangeEnd } from '../grid/shapes.js'
 *
 * @typedef {object} CellHandlers
 * @property {(conditions: RangeEnd[], isFinal: boolean) => void} onConditions the column is filtered by these alone
 * @property {() => void} onPoint a range may begin
 * @property {() => void} onGiveUp the range that was begun is not wanted
 * @property {(by: 1 | -1) => void} onStep to the shape of the next column, or the one before
 * @property {() => void} onLeave
 */

const SVG = 'http://www.w3.org/2000/svg'
const REST_MS = 150 // a pointer that only passes by asks for nothing
const LEAST = 3 // pixels: less is a press, which takes the range away

/**
 * @typedef {ReturnType<typeof createShapeCell>} ShapeCell
 *
 * @typedef {object} Cell what is drawn, and what a hand does to it
 * @property {HTMLElement} picture
 * @property {HTMLElement} words
 * @property {CellHandlers} handlers
 * @property {ColumnShape | null} shape
 * @property {ColumnShape | null} whole the whole table's shape, behind it
 * @property {BinRange | null} range that is filtered, or is being chosen
 * @property {{bin: number, x: number, bars: DOMRect} | null} drag the bin where it began, its place in pixels, and
 *   where the bars were then: the columns may be laid out anew under it
 * @property {number} timer until a pointer has rested
 * @property {boolean} isChosen whether the range, or the value, was chosen by keys and is not applied yet
 * @property {number} value the place of the value that was chosen by keys among the most frequent ones, else -1
 * @property {boolean} isFiltered whether there is a condition on the column
 */

/** @param {CellHandlers} handlers */
export function createShapeCell(handlers) {
  const picture = make('div', 'shape')
  const words = make('p', 'shape-words')
  const element = make('td', '', picture, words)
  element.role = 'gridcell'
  /** @type {Cell} */
  const cell = {
    picture,
    words,
    handlers,
    shape: null,
    whole: null,
    range: null,
    drag: null,
    timer: 0,
    isChosen: false,
    value: -1,
    isFiltered: false
  }
  listenToPointer(cell)
  picture.onkeydown = event => press(cell, event)
  picture.onblur = () => cell.isChosen && giveUp(cell)

  return {
    element,
    picture,
    /**
     * Draw the shape of a column, and the whole table's behind it.
     *
     * @param {string} name @param {ColumnShape | null} next @param {ColumnShape | null} whole
     * @param {readonly {operator: string, values: readonly string[]}[]} conditions on the column
     */
    show(name, next, whole, conditions) {
      const shape = next && !(isHeld(cell) && hasOtherBins(next, cell.shape)) ? next : cell.shape
      const behind = whole && shape && !hasOtherBins(whole, shape) ? whole : null
      element.toggleAttribute('data-stale', next === null) // the shape before it stays until then
      element.toggleAttribute('data-sampled', (shape?.bound ?? 0) > 0)
      if (shape !== cell.shape || behind !== cell.whole) {
        cell.shape = shape
        cell.whole = behind
        picture.replaceChildren(...(shape ? drawn(shape, behind) : []))
        describe(picture, name, shape)
      }
      cell.isFiltered = conditions.length > 0
      if (isHeld(cell)) return drawRange(cell)
      cell.value = -1
      cell.range = cell.shape && rangeOfConditions(cell.shape, conditions)
      drawRange(cell)
    }
  }
}

/** Whether a range is being chosen: the bins stay as they are meanwhile. @param {Cell} cell */
const isHeld = cell => cell.drag !== null || cell.isChosen

/** @param {ColumnShape} one @param {ColumnShape | null} other */
const hasOtherBins = (one, other) => String(one.edges) !== String(other?.edges ?? null)

/** @param {Cell} cell @param {string} [hint] */
function label({ picture, words, shape, range, value }, hint) {
  const usual = shape && (range ? rangeWords(shape, range) : shapeWords(shape))
  const chosen = shape && value >= 0 ? valueWords(shape, value) : null
  say(words, hint ?? chosen ?? usual ?? '')
  if (picture.role !== 'slider') return
  attribute(picture, 'aria-valuetext', words.textContent)
  attribute(picture, 'aria-valuenow', String(shape?.edges ? (range?.to ?? shape.bins.length) : value + 1))
}

/** @param {Cell} cell */
function drawRange(cell) {
  const { picture, shape, range } = cell
  const brush = picture.querySelector('i.brush')
  if (brush instanceof HTMLElement && shape) {
    brush.hidden = range === null
    brush.style.left = `${(100 * (range?.from ?? 0)) / shape.bins.length}%`
    brush.style.right = `${100 - (100 * (range?.to ?? 0)) / shape.bins.length}%`
  }
  for (const part of picture.querySelectorAll('[data-at]'))
    part.toggleAttribute('data-chosen', part.getAttribute('data-at') === String(cell.value))
  if (!picture.matches(':hover') || isHeld(cell) || !cell.words.textContent) label(cell)
}

/** @param {Cell} cell @param {BinRange | null} range @param {boolean} isFinal */
function choose(cell, range, isFinal) {
  cell.range = range
  drawRange(cell)
  if (cell.shape) cell.handlers.onConditions(range ? conditionsOf(cell.shape, range) : [], isFinal)
}

/** @param {Cell} cell */
function giveUp(cell) {
  cell.drag = null
  cell.isChosen = false
  cell.value = -1
  cell.handlers.onGiveUp()
}

/** @param {HTMLElement} picture */
const barsOf = picture => picture.querySelector('svg')?.getBoundingClientRect()

/** The bin under a pointer. @param {Cell} cell @param {PointerEvent} event */
function binUnder({ picture, shape, drag }, { clientX }) {
  const bars = drag?.bars ?? barsOf(picture)
  return bars && shape ? binAt((clientX - bars.left) / bars.width, shape.bins.length) : 0
}

/** The place of a value under a pointer among the most frequent ones. @param {EventTarget | null} target */
const valueUnder = target => (target instanceof HTMLElement && target.dataset.at ? Number(target.dataset.at) : null)

/** Say what is under a pointer. @param {Cell} cell @param {PointerEvent} event */
function hint(cell, event) {
  const { shape } = cell
  const value = valueUnder(event.target)
  if (shape && value !== null) label(cell, valueWords(shape, value))
  else if (shape?.edges) label(cell, rangeWords(shape, spanned(binUnder(cell, event), binUnder(cell, event))))
}

/** @param {Cell} cell */
function listenToPointer(cell) {
  const { picture, handlers } = cell
  picture.onpointerdown = event => {
    event.stopPropagation() // the column is not selected by it
    if (event.button !== 0 || !isScale(cell.shape)) return
    const bars = barsOf(picture)
    if (!bars) return
    picture.setPointerCapture(event.pointerId)
    handlers.onPoint()
    cell.drag = { bin: binUnder(cell, event), x: event.clientX, bars }
  }
  picture.onpointermove = event => {
    if (!cell.drag) return hint(cell, event)
    const isDrag = Math.abs(event.clientX - cell.drag.x) >= LEAST
    if (isDrag) choose(cell, spanned(cell.drag.bin, binUnder(cell, event)), false)
  }
  picture.onpointerup = event => {
    if (!cell.drag) return
    const isDrag = Math.abs(event.clientX - cell.drag.x) >= LEAST
    const next = isDrag ? spanned(cell.drag.bin, binUnder(cell, event)) : null
    cell.drag = null
    choose(cell, next, true)
  }
  picture.onpointercancel = () => giveUp(cell)
  picture.onpointerenter = () => {
    if (isScale(cell.shape)) cell.timer = setTimeout(handlers.onPoint, REST_MS)
  }
  picture.onpointerleave = () => {
    clearTimeout(cell.timer)
    if (!cell.drag) label(cell)
  }
  picture.onclick = ({ target }) => {
    const at = valueUnder(target)
    if (at !== null) filterBy(cell, at)
  }
}

/** Filter by one of the most frequent values. @param {Cell} cell @param {number} at */
function filterBy({ shape, handlers }, at) {
  const value = shape?.top[at]?.[0]
  if (value !== undefined) handlers.onConditions([{ operator: 'exact', values: [value] }], true)
}

/**
 * Arrows move the upper edge of a range, with Shift the lower one, or go from one frequent value to the next.
 *
 * @param {Cell} cell @param {KeyboardEvent} event
 */
function press(cell, event) {
  const { shape, range, handlers } = cell
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
  const step = /** @type {1 | -1 | undefined} */ ({ ArrowDown: 1, ArrowUp: -1 }[event.key])
  event.stopPropagation() // the keys of the table rest
  if (step) handlers.onStep(step)
  else if (by && shape) {
    const bins = shape.bins.length
    cell.isChosen = true
    if (shape.edges) {
      choose(cell, moveEdge(range ?? { from: 0, to: bins }, event.shiftKey ? 'from' : 'to', by, bins), false)
    } else {
      cell.value = Math.max(0, Math.min(shape.top.length - 1, cell.value + by))
      drawRange(cell)
    }
  } else if (event.key === 'Enter' && cell.isChosen) {
    cell.isChosen = false
    if (shape?.edges) choose(cell, range, true)
    else filterBy(cell, cell.value)
  } else if (event.key === 'Escape') {
    if (isHeld(cell)) giveUp(cell)
    else if (cell.isFiltered) choose(cell, null, true)
    else handlers.onLeave()
  } else return
  event.preventDefault()
}

/** Whether a range can be chosen of a shape. @param {ColumnShape | null} shape */
const isScale = shape => shape?.edges !== undefined && shape?.edges !== null && shape.bins.length > 1

/** Say what a shape is. @param {HTMLElement} picture @param {string} name @param {ColumnShape | null} shape */
function describe(picture, name, shape) {
  const steps = isScale(shape) ? shape?.bins.length : shape?.edges ? 0 : shape?.top.length
  const hasSteps = Boolean(steps)
  attribute(picture, 'role', shape ? (hasSteps ? 'slider' : 'img') : null)
  attribute(picture, 'aria-label', shape ? shapeSentence(name, shape) : null)
  attribute(picture, 'aria-valuemin', hasSteps ? '0' : null)
  attribute(picture, 'aria-valuemax', hasSteps ? String(steps) : null)
  attribute(picture, 'aria-valuenow', hasSteps ? (isScale(shape) ? String(steps) : '0') : null)
  if (!hasSteps) attribute(picture, 'aria-valuetext', null)
}

/** @param {ColumnShape} shape @param {ColumnShape | null} whole @returns {Element[]} */
export function drawn(shape, whole) {
  if (!shape.edges) return [strip(shape)]
  const brush = make('i', 'brush')
  brush.hidden = true
  const bars = make('div', 'bars', histogram(shape, whole), brush)
  const height = blankHeight(shape)
  if (!height) return [bars]
  const blank = make('i', 'blank-bar')
  blank.style.height = `${height}%`
  return [bars, blank]
}

/** @param {ColumnShape} shape @param {ColumnShape | null} whole */
function histogram(shape, whole) {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', `0 0 ${shape.bins.length} ${HEIGHT}`)
  svg.setAttribute('preserveAspectRatio', 'none')
  svg.setAttribute('aria-hidden', 'true')
  for (const [bins, name] of /** @type {const} */ ([
    [whole?.bins ?? [], 'whole'],
    [shape.bins, 'own']
  ])) {
    const path = document.createElementNS(SVG, 'path')
    path.setAttribute('class', name)
    path.setAttribute('d', barsPath(bins))
    svg.append(path)
  }
  return svg
}

/** The most frequent values as parts of a strip. The rest of it stands for the others. @param {ColumnShape} shape */
function strip({ top, rows, blank }) {
  const parts = top.map(([value, n], i) => {
    const part = make('i')
    part.dataset.at = String(i)
    part.style.flexGrow = String(n)
    part.title = shortValue(value)
    return part
  })
  const rest = make('i', 'rest')
  rest.style.flexGrow = String(Math.max(0, rows - blank - top.reduce((sum, [, n]) => sum + n, 0)))
  const none = make('i', 'blank-part')
  none.style.flexGrow = String(blank)
  return make('div', 'strip-parts', ...parts, rest, none)
}
