/** The range of a column in its filter panel: a histogram to drag on, and two fields for the keyboard. */

import { numberOfEnd, shareOf, valueAt } from '../grid/brushing.js'
import { phrase } from '../text/language.js'
import { make, show } from './dom.js'

/**
 * @import { Bins } from '../grid/brushing.js'
 * @import { ColumnShape } from '../grid/shapes.js'
 */

const LEAST = 3 // pixels: less is a press, which takes the range away

/** @param {() => void} onChange */
export function createFilterRange(onChange) {
  const from = newEnd('rangeFrom')
  const to = newEnd('rangeTo')
  const bars = make('div', 'filter-bars')
  const brush = make('i', 'filter-brush')
  const histogram = make('div', 'filter-histogram', bars, brush)
  histogram.ariaHidden = 'true' // the fields say and do the same
  const element = make('div', 'filter-range', histogram, make('p', '', from.label, to.label))
  /** @type {ColumnShape | null} */
  let shape = null

  /** Draw the brush over the range that the fields say. */
  function draw() {
    const bins = binsOf(shape)
    const ends = { from: from.field.value, to: to.field.value }
    show(brush, bins !== null && (ends.from !== '' || ends.to !== ''))
    if (bins) drawBrush(brush, bars, bins, ends)
  }

  listenToBrush(histogram, (one, other) => {
    const bins = binsOf(shape)
    if (!bins) return
    const ends = one === other ? ['', ''] : [valueAt(bins, Math.min(one, other)), valueAt(bins, Math.max(one, other))]
    from.field.value = ends[0] ?? ''
    to.field.value = ends[1] ?? ''
    draw()
    onChange()
  })
  for (const { field } of [from, to]) {
    field.oninput = () => {
      draw()
      onChange()
    }
  }

  return {
    element,
    from: from.field,
    to: to.field,
    ends: () => ({ from: from.field.value.trim(), to: to.field.value.trim() }),
    /** @param {string} low @param {string} high */
    open(low, high) {
      from.field.value = low
      to.field.value = high
      shape = null
      show(element, false)
    },
    /** Draw the histogram of a column; text has none. @param {ColumnShape} next */
    show(next) {
      shape = next
      const most = Math.max(1, ...next.bins)
      const heights = next.bins.map(n => (n > 0 ? Math.max(4, (100 * n) / most) : 0))
      bars.replaceChildren(...heights.map(newBar))
      show(histogram, next.bins.length > 0)
      show(element, next.reading !== 'text')
      draw()
    }
  }
}

/**
 * @param {HTMLElement} brush @param {HTMLElement} bars
 * @param {Bins} bins @param {{from: string, to: string}} ends
 */
function drawBrush(brush, bars, bins, { from, to }) {
  const [low = 0, high = 0] = [from, to].map(end => numberOfEnd(end, bins.reading))
  const left = Number.isNaN(low) ? 0 : shareOf(bins, low)
  const right = Number.isNaN(high) ? 1 : shareOf(bins, high)
  brush.style.left = `${100 * left}%`
  brush.style.width = `${100 * Math.max(0, right - left)}%`
  for (const [i, bar] of [...bars.children].entries()) {
    const middle = (i + 0.5) / bars.children.length
    bar.toggleAttribute('data-out', (from !== '' || to !== '') && (middle < left || middle > right))
  }
}

/** @param {ColumnShape | null} shape */
const binsOf = shape => (shape?.edges && shape.edges.length > 1 ? { ...shape, edges: shape.edges } : null)

/** @param {number} height in percent */
function newBar(height) {
  const bar = make('i')
  bar.style.height = `${height}%`
  return bar
}

/** @param {'rangeFrom' | 'rangeTo'} words */
function newEnd(words) {
  const field = make('input')
  field.autocomplete = 'off'
  field.spellcheck = false
  return { field, label: make('label', '', phrase(words), field) }
}

/**
 * Drag over a histogram: the two ends are shares of its width. A press without a drag gives two equal ones.
 *
 * @param {HTMLElement} histogram
 * @param {(one: number, other: number) => void} onRange
 */
function listenToBrush(histogram, onRange) {
  /** @type {number | null} */
  let begun = null
  /** @param {PointerEvent} event */
  function shareUnder({ clientX }) {
    const { left, width } = histogram.getBoundingClientRect()
    return { share: (clientX - left) / width, width }
  }
  histogram.onpointerdown = event => {
    if (event.button !== 0) return
    histogram.setPointerCapture(event.pointerId)
    begun = shareUnder(event).share
  }
  /** @param {PointerEvent} event @param {boolean} isOver */
  const drag = (event, isOver) => {
    if (begun === null) return
    const { share, width } = shareUnder(event)
    const isDrag = Math.abs(share - begun) * width >= LEAST
    if (isDrag) onRange(begun, share)
    else if (isOver) onRange(begun, begun)
    if (isOver) begun = null
  }
  histogram.onpointermove = event => drag(event, false)
  histogram.onpointerup = event => drag(event, true)
  histogram.onpointercancel = () => {
    begun = null
  }
}
