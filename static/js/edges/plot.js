/** The panel with a plot of the rows on screen, which follows the view. Loaded with its words and its stylesheet. */

import { clip, visible } from '../text/format.js'
import { phrase } from '../text/language.js'
import { withConditions } from '../view/filters.js'
import { WHOLE } from '../view/query.js'
import { mayTurn } from '../state/presenter.js'
import { isLive, readsOnly } from '../state/state.js'
import { viewOf, viewOn } from '../state/views.js'
import { loadColumns } from './address.js'
import { lendFocus, make, makeButton, part, say, show } from './dom.js'
import { drawPlot } from './plot-chart.js'
import { createTranslation, loadWords } from './question-words.js'
import { createRunning } from './running.js'
import { createSummaries, RefusedError } from './summaries.js'

/**
 * @import { State } from '../state/state.js'
 * @import { Plot, PlotKind } from '../view/plots.js'
 * @import { View, ViewPlot } from '../view/query.js'
 * @import { Lazy } from './lazy.js'
 * @import { Mark } from './plot-chart.js'
 * @import { Questions } from './questions.js'
 */

/** @type {Record<PlotKind, 'plotHistogram' | 'plotScatter' | 'plotBars' | 'plotLine'>} */
const KINDS = { histogram: 'plotHistogram', scatter: 'plotScatter', bars: 'plotBars', line: 'plotLine' }
const KEPT = ['fill', 'fill-opacity', 'stroke', 'stroke-width', 'font-size', 'font-family'] // of a file that is saved
const MAX_COLUMNS = 2000 // in a list to choose from
const MAX_NAME = 60 // characters
/** @type {Record<string, number>} */
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }
const SHARPNESS = 2 // pixels of a picture for one on screen

/**
 * @typedef {object} PlotParts
 * @property {() => State} state
 * @property {HTMLElement} scroller
 * @property {Lazy<Questions>} questions
 */

/** @param {PlotParts} parts */
export async function createPlot({ state, scroller, questions }) {
  await loadWords()
  const summaries = createSummaries(state)
  const running = createRunning(() => {
    loading?.abort()
    panel.refuse(phrase('stoppedLooking'))
  })
  const current = () => questions.here?.current() ?? WHOLE
  const shared = createSharedPlot(state, questions, current)
  const narrow = (/** @type {Mark} */ mark) => questions.ask(it => it.change(view => narrowed(view, mark)))
  const panel = createPanel(choose, narrow, running.element)
  let shown = '' // what is drawn, or on its way
  /** @type {AbortController | null} */
  let loading = null

  const key = () => keyOf(state(), summaries.key(current()), panel.chosen())

  /** Plot what is chosen, and share it. */
  function choose() {
    shared.share(panel.chosen())
    load()
  }

  /** Load the numbers of what is chosen, for the rows on screen. */
  async function load() {
    loading?.abort()
    running.hide()
    loading = new AbortController()
    const { signal } = loading
    const { kind, x, y } = panel.chosen()
    shown = key()
    try {
      await questions.here?.names()
      const listening = { signal, onProgress: running.show }
      panel.draw(await summaries.plot(current(), kind, x, y, listening))
    } catch (error) {
      if (!signal.aborted) panel.refuse(error instanceof RefusedError ? error.message : phrase('unreachable'))
    }
    if (!signal.aborted) running.hide()
  }

  const translate = createTranslation(() => panel.isOpen() && load())
  return {
    /** Plot a column, as suits it; or look at the view's plot. @param {number | null} column from 0 */
    async open(column) {
      const { uuid, doc, page } = state()
      if (!uuid || !doc || !page) return
      const { header, n_columns, kinds } = await loadColumns(uuid, doc.version)
      await new Promise(done => questions.ask(it => it.names().then(done)))
      const plot = column === null ? shared.open() : null
      if (column === null && !plot) return
      const names = namesOf(header, n_columns)
      const x = plot?.x ?? (column ?? 0) + 1
      const kind = kinds[x - 1] === 'text' ? 'bars' : 'histogram'
      panel.open(names, x, kind, numberBeside(kinds, x - 1) + 1, scroller)
      if (!plot) return choose()
      panel.choose(plot)
      load()
    },
    show() {
      translate()
      if (!panel.isOpen()) return
      const plot = shared.changed()
      if (plot) panel.choose(plot)
      if (key() !== shown) load()
    }
  }
}

/** What a drawing depends on. @param {State} state @param {string} rows a key of them @param {ViewPlot} chosen */
const keyOf = ({ uuid, page }, rows, chosen) =>
  `${uuid} ${page?.version} ${page?.edition} ${page?.total_number} ${rows} ${JSON.stringify(chosen)}`

/** A view of only the rows that a mark stands for. @param {View} view @param {Mark} mark */
const narrowed = (view, { filters }) =>
  filters.reduce((one, { column, conditions }) => withConditions(one, column, conditions), view)

/** The names of all columns, to choose from. @param {readonly string[]} header @param {number} columns */
const namesOf = (header, columns) =>
  Array.from({ length: columns }, (_, at) => clip(visible(header[at] ?? ''), MAX_NAME) || `${at + 1}`)

/**
 * The plot of the view, which is everyone's. A person who may not change the view plots for themselves.
 *
 * @param {() => State} state @param {Lazy<Questions>} questions @param {() => View} current
 */
function createSharedPlot(state, questions, current) {
  /** What this person plots. @type {ViewPlot | null} */
  let mine = null
  /** The view's plot when it was looked at last. @type {ViewPlot | null} */
  let seen = null

  return {
    /** @param {ViewPlot} plot */
    share(plot) {
      mine = plot
      const { alone } = state()
      if (alone || (isLive(state()) && mayTurn(state()) && !readsOnly(state())))
        questions.ask(it => void it.change(view => ({ ...view, plot })))
    },
    /** The view's plot, which is looked at from now on. */
    open() {
      mine = current().plot
      seen = mine
      return mine
    },
    /** The view's plot where somebody has changed it. */
    changed() {
      const { plot } = current()
      if (state().asked || viewOn(state().page) !== viewOf(state()) || isSamePlot(plot, seen)) return null
      seen = plot
      if (!plot || isSamePlot(plot, mine)) return null
      mine = plot
      return plot
    }
  }
}

/** @param {ViewPlot | null} one @param {ViewPlot | null} other */
const isSamePlot = (one, other) => one?.kind === other?.kind && one?.x === other?.x && one?.y === other?.y

/** The first column of numbers beside this one; -1 where there is none. @param {readonly string[]} kinds @param {number} column */
const numberBeside = (kinds, column) => kinds.findIndex((kind, at) => kind === 'number' && at !== column)

/** What a plot is of: its kind and its columns, to be chosen. @param {() => void} onChoice */
function createChoices(onChoice) {
  const [kind, x, y] = [make('select'), make('select'), make('select')]
  const [forKind, forX, forY] = [make('label'), make('label'), make('label')]
  const form = make('form', 'plot-form', forKind, forX, forY)
  let beside = 0
  /** @type {string[]} */
  let names = []

  /** Offer what the kind of plot needs. */
  function chooseKind() {
    if (kind.value === 'scatter' && y.value === '0' && beside) y.value = String(beside)
    show(forY, kind.value !== 'histogram')
  }

  form.onsubmit = event => event.preventDefault()
  form.onchange = () => {
    chooseKind()
    onChoice()
  }

  return {
    form,
    enter: () => kind.focus(),
    chosen: () => ({
      kind: /** @type {PlotKind} */ (kind.value),
      x: Number(x.value),
      y: kind.value === 'histogram' ? 0 : Number(y.value)
    }),
    /** @param {ViewPlot} plot */
    choose(plot) {
      kind.value = plot.kind
      for (const [select, column] of /** @type {const} */ ([
        [x, plot.x],
        [y, plot.y]
      ])) {
        if (![...select.options].some(({ value }) => value === String(column)))
          select.append(new Option(names[column - 1] ?? '', String(column)))
        select.value = String(column)
      }
      chooseKind()
    },
    translate() {
      const chosen = kind.value
      kind.replaceChildren(...Object.entries(KINDS).map(([value, words]) => new Option(phrase(words), value)))
      kind.value = chosen
      if (y.options[0]) y.options[0].text = phrase('plotRows')
      forKind.replaceChildren(phrase('plotKind'), ' ', kind)
      forX.replaceChildren(phrase('plotX'), ' ', x)
      forY.replaceChildren(phrase('plotY'), ' ', y)
    },
    /** @param {string[]} header @param {number} column @param {PlotKind} first @param {number} other a column of numbers */
    offer(header, column, first, other) {
      names = header
      const options = names.slice(0, MAX_COLUMNS).map((name, at) => [name, String(at + 1)])
      if (column > MAX_COLUMNS) options.push([names[column - 1] ?? '', String(column)])
      beside = other
      x.replaceChildren(...options.map(([name, value]) => new Option(name, value)))
      y.replaceChildren(new Option('', '0'), ...options.map(([name, value]) => new Option(name, value)))
      this.translate()
      kind.value = first
      x.value = String(column)
      chooseKind()
    }
  }
}

/** @param {() => void} onChoice @param {(mark: Mark) => void} onMark @param {HTMLElement} running how far the numbers are */
function createPanel(onChoice, onMark, running) {
  const choices = createChoices(onChoice)
  const [title, sentence, hint] = [make('h2'), make('p', 'plot-sentence'), make('output', 'soft')]
  title.id = 'plot-title'
  sentence.id = 'plot-sentence'
  sentence.role = 'status'
  const stage = createStage(mark => say(hint, mark?.words ?? phrase('plotHint')), onMark)
  const save = makeButton('button small', '', () => stage.save(sentence.textContent ?? ''))
  const savePicture = makeButton('button small', '', () => void stage.savePicture(sentence.textContent ?? ''))
  const close = makeButton('button small', '', () => panel.hidePopover())
  const foot = make('p', 'plot-foot', hint, save, savePicture, close)
  const panel = newPanel(title, choices.form, sentence, running, stage.element, foot)
  let leave = () => {}
  /** @type {string[]} */
  let names = []
  /** @type {Plot | null} */
  let plot = null
  panel.addEventListener('beforetoggle', event => {
    if (/** @type {ToggleEvent} */ (event).newState === 'closed') leave()
  })
  new ResizeObserver(redraw).observe(stage.element)

  /** @param {number} column */
  const nameOf = column => names[column - 1] ?? ''

  function redraw() {
    if (!plot) return
    const y = plot.y ? measured(plot, nameOf(plot.y.column)) : phrase('plotRows')
    stage.draw(plot, { x: nameOf(plot.x.column), y })
  }

  function translate() {
    say(title, phrase('plotTitle'))
    say(save, phrase('plotSave'))
    say(savePicture, phrase('plotSavePicture'))
    say(close, phrase('close'))
  }

  return {
    isOpen: () => panel.matches(':popover-open'),
    chosen: choices.chosen,
    choose: choices.choose,
    /**
     * @param {string[]} header @param {number} column @param {PlotKind} first @param {number} other a column of numbers
     * @param {HTMLElement} back where the focus goes in the end
     */
    open(header, column, first, other, back) {
      names = header
      translate()
      choices.offer(names, column, first, other)
      if (!panel.matches(':popover-open')) {
        leave = lendFocus(panel, back)
        panel.showPopover()
      }
      choices.enter()
    },
    /** @param {Plot} next */
    draw(next) {
      translate()
      choices.translate()
      plot = next
      say(sentence, sentenceOf(next, nameOf))
      redraw()
    },
    /** @param {string} why */
    refuse(why) {
      plot = null
      say(sentence, why)
      stage.clear()
    }
  }
}

/** @param {HTMLElement} title @param {HTMLElement[]} content */
function newPanel(title, ...content) {
  const panel = make('div', 'plot-panel', title, ...content)
  panel.popover = 'manual' // it stays while the view changes
  panel.role = 'dialog'
  panel.setAttribute('aria-labelledby', title.id)
  panel.addEventListener('keydown', event => {
    if (event.key !== 'Escape') event.stopPropagation() // no key is a shortcut here
  })
  part('viewer').append(panel)
  return panel
}

/** What the other axis measures. @param {Plot} plot @param {string} name */
const measured = ({ kind }, name) => (kind === 'scatter' ? name : phrase('plotMean', { name }))

/** Say what a plot shows. @param {Plot} plot @param {(column: number) => string} nameOf */
function sentenceOf(plot, nameOf) {
  const { kind, x, y, rows, drawn } = plot
  const of = y ? measured(plot, nameOf(y.column)) : phrase('plotRows')
  const what = phrase('plotSays', { kind: phrase(KINDS[kind]), x: nameOf(x.column), y: of })
  return `${what} · ${drawn === rows ? phrase('rows', { n: rows }) : phrase('rowsLeft', { n: drawn, all: rows })}`
}

/** The drawing, whose marks a pointer or the arrow keys choose. @param {(mark: Mark | null) => void} onLook @param {(mark: Mark) => void} onMark */
function createStage(onLook, onMark) {
  const element = make('div', 'plot-stage')
  element.role = 'group'
  element.tabIndex = 0
  element.setAttribute('aria-labelledby', 'plot-sentence')
  /** @type {SVGSVGElement | null} */
  let svg = null
  /** @type {Mark[]} */
  let marks = []
  let at = -1
  /** @type {Plot | null} */
  let drawn = null

  /** Look at a mark. @param {number} next */
  function look(next) {
    marks[at]?.shape.removeAttribute('data-looked')
    at = next
    marks[at]?.shape.setAttribute('data-looked', '')
    onLook(marks[at] ?? null)
  }
  /** @param {Event} event */
  const under = ({ target }) => marks.findIndex(({ shape }) => shape === target)
  element.onpointermove = event => under(event) !== at && look(under(event))
  element.onclick = event => {
    const mark = marks[under(event)]
    if (mark) onMark(mark)
  }
  element.onkeydown = event => {
    const step = STEPS[event.key]
    const mark = marks[at]
    if (step && marks.length > 0)
      look(at < 0 ? (step > 0 ? 0 : marks.length - 1) : (at + step + marks.length) % marks.length)
    if (event.key === 'Enter' && mark) onMark(mark)
    if (step) event.preventDefault()
  }

  return {
    element,
    clear() {
      svg = null
      marks = []
      look(-1)
      element.replaceChildren()
    },
    /** @param {Plot} plot @param {{x: string, y: string}} names */
    draw(plot, names) {
      const isSame = plot === drawn // only the panel has another size
      drawn = plot
      const { width, height } = element.getBoundingClientRect()
      const chart = drawPlot(plot, names, Math.max(240, Math.floor(width) - 16), Math.max(200, Math.floor(height) - 8))
      svg = chart.svg
      svg.setAttribute('aria-hidden', 'true') // the sentence and the hint say what it shows
      marks = chart.marks
      look(isSame ? at : -1)
      element.replaceChildren(svg)
    },
    /** @param {string} name */
    save(name) {
      if (svg) download(new Blob([fileOf(svg)], { type: 'image/svg+xml' }), `${name}.svg`)
    },
    /** @param {string} name */
    savePicture: async name => svg && savePicture(svg, name)
  }
}

/** Save a drawing as a picture of pixels. @param {SVGSVGElement} svg @param {string} name */
async function savePicture(svg, name) {
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(fileOf(svg))}`
  await image.decode()
  const canvas = make('canvas')
  canvas.width = image.width * SHARPNESS
  canvas.height = image.height * SHARPNESS
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  canvas.toBlob(blob => blob && download(blob, `${name}.png`))
}

/** Write a drawing as a file that needs no stylesheet. @param {SVGSVGElement} svg */
function fileOf(svg) {
  const copy = /** @type {SVGSVGElement} */ (svg.cloneNode(true))
  copy.removeAttribute('aria-hidden')
  const copies = copy.querySelectorAll('*')
  for (const [at, original] of svg.querySelectorAll('*').entries()) {
    const style = getComputedStyle(original)
    for (const name of KEPT) copies[at]?.setAttribute(name, style.getPropertyValue(name))
  }
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect')
  for (const name of ['width', 'height']) ground.setAttribute(name, '100%')
  ground.setAttribute('fill', getComputedStyle(svg).backgroundColor)
  copy.prepend(ground)
  return new XMLSerializer().serializeToString(copy)
}

/** @param {Blob} blob @param {string} name */
function download(blob, name) {
  const link = make('a')
  link.href = URL.createObjectURL(blob)
  link.download = name.replace(/[/\\:]/g, '_')
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
