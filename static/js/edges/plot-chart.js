/** The drawing of a plot in SVG: its axes, and its marks, each of which leads to the rows that it stands for. */

import { clip, visible } from '../text/format.js'
import { number, phrase } from '../text/language.js'
import { binConditions, dateText, dateTicks, pointConditions, rangeOfValues, ticks } from '../view/plots.js'

/**
 * @import { Condition } from '../view/boxes.js'
 * @import { Plot, PlotAxis } from '../view/plots.js'
 *
 * @typedef {{shape: SVGElement, words: string, filters: {column: number, conditions: Condition[]}[]}} Mark
 * @typedef {{svg: SVGSVGElement, marks: Mark[]}} Chart
 * @typedef {{at: number, text: string}} Tick
 */

const SPACE = { left: 64, right: 18, top: 12, bottom: 42 } // pixels around the marks
const TICK_WIDTH = 90 // pixels between two ticks of x, at least
const TICK_HEIGHT = 44
const BAR = 22 // pixels that a bar of a group takes
const LABEL = { width: 150, letters: 20 }
const RADIUS = 3.5

/**
 * @param {string} tag @param {Record<string, string | number>} attributes @param {(string | Node)[]} content
 * @returns {SVGElement}
 */
function draw(tag, attributes, ...content) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value))
  element.append(...content)
  return element
}

/** Write a number as an axis does: a year has no commas. @param {number} value */
const short = value =>
  Math.abs(value) >= 1e6 || (value !== 0 && Math.abs(value) < 1e-4)
    ? number(value, { notation: 'compact', maximumSignificantDigits: 4 })
    : number(value, { maximumSignificantDigits: 6, useGrouping: /** @type {any} */ ('min2') })

/** @param {PlotAxis | null} axis @param {number} value */
const written = (axis, value) => (axis?.reading === 'date' ? dateText(value) : short(value))

/** @param {PlotAxis | null} axis @param {readonly [number, number]} range @param {number} most @returns {Tick[]} */
const ticksOf = (axis, [low, high], most) =>
  axis?.reading === 'date' ? dateTicks(low, high, most) : ticks(low, high, most).map(at => ({ at, text: short(at) }))

/** A scale from numbers to pixels. @param {readonly [number, number]} range @param {number} begin @param {number} end */
const scaleOf =
  ([low, high], begin, end) =>
  (/** @type {number} */ value) =>
    begin + ((value - low) / (high - low || 1)) * (end - begin)

/**
 * Draw a plot.
 *
 * @param {Plot} plot @param {{x: string, y: string}} names of its axes @param {number} width @param {number} height
 * @returns {Chart}
 */
export function drawPlot(plot, names, width, height) {
  if (plot.kind === 'bars') return drawGroups(plot, names.y, width)
  const { x, y } = rangesOf(plot)
  const right = scaleOf(x, SPACE.left, width - SPACE.right)
  const up = scaleOf(y, height - SPACE.bottom, SPACE.top)
  const axes = drawAxes(plot, { x, y, right, up, width, height }, names)
  const marks = marksOf(plot, right, up)
  const shapes = draw('g', { class: 'plot-marks' }, ...(plot.line.length > 1 ? [drawLine(plot, right, up)] : []))
  shapes.append(...marks.map(({ shape }) => shape))
  return { svg: newSvg(width, height, axes, shapes), marks }
}

/** @param {number} width @param {number} height @param {Node[]} content */
const newSvg = (width, height, ...content) =>
  /** @type {SVGSVGElement} */ (draw('svg', { width, height, viewBox: `0 0 ${width} ${height}` }, ...content))

/** The ranges of the axes. @param {Plot} plot @returns {{x: [number, number], y: [number, number]}} */
function rangesOf({ x, y, points, cells, bins, line }) {
  const across = x.edges ?? points.map(point => point[0])
  if (points.length > 0) return { x: rangeOfValues(across), y: rangeOfValues(points.map(point => point[1])) }
  if (cells.length > 0) return { x: rangeOfValues(across), y: rangeOfValues(y?.edges ?? []) }
  if (line.length === 0)
    return {
      x: rangeOfValues(across),
      y: rangeOfValues(
        bins.map(([, count]) => count),
        true
      )
    }
  const heights = line.map(one => heightOf(one, y))
  return {
    x: rangeOfValues(line.map(one => one[2])),
    y: rangeOfValues(
      heights.filter(one => one !== null),
      y === null
    )
  }
}

/** @param {[number, number, number, number | null]} one @param {PlotAxis | null} y */
const heightOf = ([, count, , mean], y) => (y ? mean : count)

/**
 * @param {Plot} plot
 * @param {{x: [number, number], y: [number, number], right: (value: number) => number, up: (value: number) => number,
 *   width: number, height: number}} at
 * @param {{x: string, y: string}} names
 */
function drawAxes(plot, { x, y, right, up, width, height }, names) {
  const foot = height - SPACE.bottom
  const group = draw('g', { class: 'plot-axes' })
  for (const { at, text } of ticksOf(plot.y, y, Math.floor(height / TICK_HEIGHT)))
    group.append(
      draw('line', { x1: SPACE.left, x2: width - SPACE.right, y1: up(at), y2: up(at) }),
      draw('text', { x: SPACE.left - 8, y: up(at) + 4, 'text-anchor': 'end' }, text)
    )
  for (const { at, text } of ticksOf(plot.x, x, Math.floor(width / TICK_WIDTH)))
    group.append(
      draw('line', { x1: right(at), x2: right(at), y1: foot, y2: foot + 5 }),
      draw('text', { x: right(at), y: foot + 18, 'text-anchor': 'middle' }, text)
    )
  group.append(
    draw(
      'text',
      { x: width - SPACE.right, y: height - 6, 'text-anchor': 'end', class: 'plot-name' },
      clip(names.x, 60)
    ),
    draw('text', { x: 4, y: height - 6, class: 'plot-name' }, `↑ ${clip(names.y, 30)}`)
  )
  return group
}

/** @param {Plot} plot @param {(value: number) => number} right @param {(value: number) => number} up @returns {Mark[]} */
function marksOf(plot, right, up) {
  const { x, y, points, cells, bins, line } = plot
  /** @param {PlotAxis} axis @param {number} place */
  const span = (axis, place) => [axis.edges?.[place] ?? 0, axis.edges?.[place + 1] ?? 0]
  /** @param {PlotAxis} axis @param {number} place */
  const words = (axis, place) =>
    span(axis, place)
      .map(edge => written(axis, edge))
      .join(' – ')
  /** @param {PlotAxis} axis @param {number} place */
  const inBin = (axis, place) => ({ column: axis.column, conditions: binConditions(axis, place) })
  if (bins.length > 0)
    return bins.map(([place, count]) => ({
      shape: drawBox(span(x, place).map(right), [up(count), up(0)], 1),
      words: `${words(x, place)}: ${phrase('rows', { n: count })}`,
      filters: [inBin(x, place)]
    }))
  if (y && cells.length > 0) {
    const most = Math.log1p(cells.reduce((one, cell) => Math.max(one, cell[2]), 1))
    return cells.map(([i, j, count]) => ({
      shape: drawBox(span(x, i).map(right), span(y, j).map(up).reverse(), 0.15 + (0.85 * Math.log1p(count)) / most),
      words: `${words(x, i)}, ${words(y, j)}: ${phrase('rows', { n: count })}`,
      filters: [inBin(x, i), inBin(y, j)]
    }))
  }
  if (y && points.length > 0)
    return points.map(([one, other]) => ({
      shape: draw('circle', { cx: right(one), cy: up(other), r: RADIUS, 'fill-opacity': 0.55 }),
      words: `${written(x, one)}, ${written(y, other)}`,
      filters: [
        { column: x.column, conditions: pointConditions(x, one) },
        ...(y.column === x.column ? [] : [{ column: y.column, conditions: pointConditions(y, other) }])
      ]
    }))
  return line.flatMap(one => {
    const [place, count, at] = one
    const height = heightOf(one, y)
    if (height === null) return []
    const rows = phrase('rows', { n: count })
    const words = y ? `${written(x, at)}: ${written(y, height)} (${rows})` : `${written(x, at)}: ${rows}`
    return [{ shape: draw('circle', { cx: right(at), cy: up(height), r: RADIUS }), words, filters: [inBin(x, place)] }]
  })
}

/** @param {number[]} across from left to right @param {number[]} down @param {number} opacity */
const drawBox = ([left = 0, right = 0], [top = 0, bottom = 0], opacity) =>
  draw('rect', {
    x: left + 0.5,
    y: top,
    width: Math.max(1, right - left - 1),
    height: Math.max(1, bottom - top),
    'fill-opacity': opacity.toFixed(2)
  })

/** @param {Plot} plot @param {(value: number) => number} right @param {(value: number) => number} up */
function drawLine({ line, y }, right, up) {
  const places = line.flatMap(one => {
    const height = heightOf(one, y)
    return height === null ? [] : `${right(one[2]).toFixed(1)},${up(height).toFixed(1)}`
  })
  return draw('polyline', { points: places.join(' ') })
}

/**
 * Draw a bar for each group, one below the other: their names need the width.
 *
 * @param {Plot} plot @param {string} name of what the bars measure @param {number} width
 * @returns {Chart}
 */
function drawGroups({ x, y, groups, others }, name, width) {
  const all = others ? [...groups, /** @type {const} */ ([null, others[1], others[2]])] : groups
  const values = all.map(([, count, mean]) => (y ? mean : count))
  const label = Math.min(LABEL.width, width * 0.4)
  const range = rangeOfValues(
    values.filter(one => one !== null),
    true
  )
  const right = scaleOf(range, label, width - SPACE.right - 60)
  const axes = draw('g', { class: 'plot-axes' }, draw('text', { x: label, y: 14, class: 'plot-name' }, clip(name, 60)))
  const shapes = draw('g', { class: 'plot-marks' })
  /** @type {Mark[]} */
  const marks = []
  for (const [at, [value, count, mean]] of all.entries()) {
    const length = y ? mean : count
    const top = 22 + at * BAR
    const called =
      value === null ? phrase('plotOthers', { n: others?.[0] ?? 0 }) : visible(value) || phrase('emptyValue')
    const [from, to] = [right(0), right(length ?? 0)]
    const shape = drawBox(
      [Math.min(from, to) - 0.5, Math.max(from, to) + 0.5],
      [top + 3, top + BAR - 3],
      value === null ? 0.4 : 1
    )
    const said = length === null ? '–' : written(y, length)
    axes.append(
      draw('text', { x: label - 8, y: top + 15, 'text-anchor': 'end' }, clip(called, LABEL.letters)),
      draw('text', { x: Math.max(from, to) + 6, y: top + 15 }, said)
    )
    shapes.append(shape)
    if (value === null) continue
    const rows = phrase('rows', { n: count })
    const measure = y ? `${said} (${rows})` : rows
    const words = `${clip(called, 100)}: ${measure}`
    marks.push({ shape, words, filters: [{ column: x.column, conditions: [{ operator: 'exact', values: [value] }] }] })
  }
  return { svg: newSvg(width, 30 + all.length * BAR, axes, shapes), marks }
}
