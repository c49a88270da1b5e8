/** The figures of a column, in a panel below its name: they are of the rows on screen, and can be copied. */

import { boundWords, shapeSentence, shapeWords } from '../screen/shape-words.js'
import { clip, visible } from '../text/format.js'
import { number, phrase } from '../text/language.js'
import { copy } from './clipboard.js'
import { make, makeButton, part, say } from './dom.js'
import { createRunning } from './running.js'
import { drawn } from './shape-cell.js'

/**
 * @import { ColumnShape } from '../grid/shapes.js'
 * @import { Listening } from '../protocol/lines.js'
 * @import { View } from '../view/query.js'
 * @import { ColumnProfile, Summaries } from './summaries.js'
 *
 * @typedef {{column: number, name: string, view: View}} ProfileOpening
 * @typedef {[label: string, value: string]} Figure
 */

const MARGIN = 8 // pixels from the edges of the window
const MAX_CELL = 60 // characters
const DIGITS = 10 // of a figure that is computed

/** @param {Summaries} summaries @param {(sentence: string) => void} onSentence @param {() => void} onClose */
export function createProfilePanel(summaries, onSentence, onClose) {
  const title = make('h2')
  const state = make('output', 'soft')
  const body = make('div', 'profile-body')
  const copyButton = makeButton('button small', phrase('copyFigures'), async () => {
    const isCopied = await copy(figures.map(pair => pair.join('\t')).join('\n'))
    onSentence(phrase(isCopied ? 'copied' : 'copyByHand'))
  })
  const running = createRunning(() => {
    asking.abort()
    say(state, phrase('stoppedLooking'))
  })
  let asking = new AbortController()
  const panel = make('div', 'profile-panel', title, state, running.element, body, make('footer', '', copyButton))
  panel.popover = 'auto'
  panel.role = 'dialog'
  /** @type {Figure[]} */
  let figures = []
  part('viewer').append(panel)
  panel.addEventListener('toggle', event => {
    if (/** @type {ToggleEvent} */ (event).newState === 'open') return
    asking.abort()
    if (panel.contains(document.activeElement)) onClose()
  })
  panel.addEventListener('keydown', event => event.stopPropagation()) // the keys of the table rest

  /** @param {ProfileOpening} asked @param {ColumnProfile} profile @param {ColumnShape | undefined} shape */
  function draw({ name }, profile, shape) {
    figures = figuresOf(profile)
    body.toggleAttribute('data-sampled', profile.bound > 0)
    if (profile.bound > 0) say(state, phrase('sampledFirst', { bound: boundWords(profile.bound) }))
    else say(state, phrase('rows', { n: profile.rows }))
    body.replaceChildren(...pictureOf(name, shape), listOf(figures), ...frequentOf(profile))
  }

  /** @param {ProfileOpening} asked */
  async function load(asked) {
    asking.abort()
    asking = new AbortController()
    const { signal } = asking
    const listening = { signal, onProgress: running.show }
    await loadColumn(summaries, asked, listening, ({ profile, shape }) => {
      if (profile && !signal.aborted) draw(asked, profile, shape)
    }).catch(() => signal.aborted || say(state, phrase('unreachable')))
    if (!signal.aborted) running.hide()
  }

  return {
    /** Open it for a column. @param {ProfileOpening} next @param {Element} below */
    open(next, below) {
      figures = []
      panel.ariaLabel = phrase('figuresOf', { name: next.name })
      say(title, next.name)
      say(copyButton, phrase('copyFigures'))
      say(state, phrase('stillLooking'))
      body.replaceChildren()
      running.hide()
      panel.showPopover()
      const { left, bottom } = below.getBoundingClientRect()
      panel.style.left = `${Math.max(MARGIN, Math.min(left, innerWidth - panel.offsetWidth - MARGIN))}px`
      panel.style.top = `${bottom + 2}px`
      panel.style.maxHeight = `${innerHeight - bottom - 2 * MARGIN}px`
      copyButton.focus()
      return load(next)
    }
  }
}

/**
 * Load the figures of a column and its shape: of a large table those of a sample come first.
 *
 * @param {Summaries} summaries @param {ProfileOpening} asked @param {Listening} listening
 * @param {(found: {profile?: ColumnProfile, shape?: ColumnShape | undefined}) => void} onFound
 */
async function loadColumn(summaries, { view, column }, { signal, onProgress }, onFound) {
  const found = {}
  const show = (/** @type {Parameters<typeof onFound>[0]} */ part) => onFound(Object.assign(found, part))
  /** @param {ColumnProfile} profile */
  const showFigures = profile => show({ profile })
  /** @param {ColumnShape[]} shapes */
  const showShape = ([shape]) => show({ shape })
  await Promise.all([
    summaries.profile(view, column, { signal, onProgress, onSample: showFigures }).then(showFigures),
    summaries.shapes(view, [column, column], { signal, onSample: showShape }).then(showShape)
  ])
}

/** @param {string} name @param {ColumnShape | undefined} shape */
function pictureOf(name, shape) {
  const picture = make('div', 'shape large', ...(shape ? drawn(shape, null) : []))
  if (shape) {
    picture.role = 'img'
    picture.ariaLabel = shapeSentence(name, shape)
  }
  return [picture, make('p', 'soft', shape ? shapeWords(shape) : '')]
}

/** The figures of a column, with their names. @param {ColumnProfile} profile @returns {Figure[]} */
function figuresOf({ reading, rows, blank, distinct, longest, numbers }) {
  const write = reading === 'date' ? dateWords : numberWords
  /** @type {[string, string | null][]} */
  const found = [
    [phrase('figureRows'), number(rows)],
    [phrase('figureBlank'), number(blank)],
    [phrase('figureDistinct'), numberWords(distinct)]
  ]
  if (!numbers) found.push([phrase('figureLongest'), numberWords(longest)])
  else {
    const { smallest, largest, mean, quartiles, deviation, sum } = numbers
    const [first = null, median = null, third = null] = quartiles ?? []
    found.push(
      [phrase('figureMin'), smallest],
      [phrase('figureMax'), largest],
      [phrase('figureMean'), write(mean)],
      [phrase('figureMedian'), write(median)],
      [phrase('figureFirstQuartile'), write(first)],
      [phrase('figureThirdQuartile'), write(third)]
    )
    if (reading === 'number')
      found.push([phrase('figureDeviation'), write(deviation)], [phrase('figureSum'), write(sum)])
  }
  return found.flatMap(([label, value]) => (value === null ? [] : [/** @type {Figure} */ ([label, value])]))
}

/** @param {number | null} value */
const numberWords = value => (value === null ? null : number(value, { maximumSignificantDigits: DIGITS }))

/** @param {number | null} seconds since 1970 */
const dateWords = seconds =>
  seconds === null ? null : new Date(Math.round(seconds) * 1000).toISOString().slice(0, 19).replace('T', ' ')

/** @param {readonly Figure[]} figures */
function listOf(figures) {
  const list = make('dl')
  for (const [label, value] of figures) {
    const cell = make('dd', '', clip(visible(value), MAX_CELL))
    list.append(make('dt', '', label), cell)
  }
  return list
}

/** @param {ColumnProfile} profile */
function frequentOf({ frequent, rows }) {
  const items = frequent.map(([value, n]) => {
    const share = number(n / Math.max(1, rows), { style: 'percent', maximumSignificantDigits: 2 })
    const text = make(
      'bdi',
      value === '' ? 'soft' : '',
      value === '' ? phrase('emptyValue') : clip(visible(value), MAX_CELL)
    )
    return make('li', '', text, make('span', 'soft', `${number(n)} · ${share}`))
  })
  return [make('h3', '', phrase('figureFrequent')), make('ol', '', ...items)]
}
