/** The details of one row, beside the grid: each column's name and its whole cell. */

import { numberOf, PAGE_ROWS } from '../protocol/paging.js'
import { parseJson } from '../screen/json-tree.js'
import { columnsAround } from '../screen/row-details.js'
import { clip, isMissing, size } from '../text/format.js'
import { phrase } from '../text/language.js'
import { documentPath } from './address.js'
import { make, makeButton, makeLink, opensTab, part, say, show } from './dom.js'
import { content } from './grid/cells.js'
import { offerHeader } from './header.js'
import { copyButton, jsonTree } from './json-tree.js'
import { createPanelEdge } from './panel-edge.js'
import { nameOf, unnamed } from '../grid/layout.js'

/**
 * @import { CellRef } from '../grid/selection.js'
 * @import { Span } from '../protocol/frames.js'
 * @import { State } from '../state/state.js'
 */

const MAX_SHOWN = 20_000 // characters of a cell: a longer paragraph takes seconds to lay out
const MAX_FETCHED = 200_000 // bytes of a cell that is fetched into the list; a longer one opens in a tab of its own

/**
 * @typedef {object} RowDetailsHandlers
 * @property {() => CellRef} place
 * @property {(column: number) => void} onColumn
 * @property {(columns: Span[]) => void} onLook these columns are in sight here
 * @property {() => void} onClose
 * @property {(sentence: string) => void} onSentence
 */

/** @param {RowDetailsHandlers} handlers */
export function createRowDetails({ place, onColumn, onLook, onClose, onSentence }) {
  const panel = part('record')
  const edge = createPanelEdge()
  const before = part('record-before', HTMLButtonElement)
  const after = part('record-after', HTMLButtonElement)
  let shown = ''
  /** @type {State['page']} */
  let page = null
  let span = { from: 0, to: 0 }

  before.onclick = () => onColumn(span.from - 1)
  after.onclick = () => onColumn(span.to)
  part('record-close').onclick = close

  /** Close the panel, and return whether it was open. */
  function close() {
    if (panel.hidden) return false
    if (panel.contains(document.activeElement)) onClose()
    panel.hidden = true
    shown = ''
    onLook([])
    return true
  }

  /** @param {State} state */
  function draw(state) {
    const { row: at, column } = place()
    const cells = state.page?.data[(at - 1) % PAGE_ROWS]
    const current = `${at} ${column}`
    if (panel.hidden || !state.page || !cells || !state.doc || (shown === current && page === state.page)) return
    const isSame = shown === current && hasSameCells(page, state.page, at, span)
    shown = current
    page = state.page
    const row = numberOf(page, at)
    const { columns } = state.doc
    span = columnsAround(column, Math.max(cells.length, columns))
    const { from, to } = span
    const isPart = to - from < columns
    for (const id of ['record-before', 'record-to', 'record-after']) show(part(id), isPart)
    offerHeader(panel, state, row)
    before.disabled = from === 0
    after.disabled = to === columns
    onLook([[from + 1, to]])
    say(
      part('record-title'),
      isPart ? phrase('recordPart', { row, from: from + 1, to, columns }) : phrase('recordOf', { row })
    )
    if (isSame) return // what was opened in it stays open
    const list = part('record-cells')
    list.replaceChildren(...entries(state, at, span, column, onSentence))
    list.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' })
  }

  return {
    close,
    isOpen: () => !panel.hidden,
    /** @param {State} state */
    toggle(state) {
      if (close()) return
      panel.hidden = false
      edge.show()
      draw(state)
    },
    show: draw
  }
}

/**
 * Whether the cells and names of a row's columns are the same on both pages.
 *
 * @param {State['page']} one @param {State['page']} other
 * @param {number} row
 * @param {{from: number, to: number}} span
 */
function hasSameCells(one, other, row, { from, to }) {
  const [before, now] = [one, other].map(page => {
    const { version, edition, header = [], data, cut } = page ?? {}
    const number = page && numberOf(page, row)
    const cells = data?.[(row - 1) % PAGE_ROWS]
    const parts = [header, cells].map(texts => texts?.slice(from, to))
    return JSON.stringify([phrase('asText'), version, edition, parts, cut?.filter(cell => cell[0] === number), number])
  })
  return before === now
}

/**
 * @param {State} state @param {number} at where the row is in what is shown
 * @param {{from: number, to: number}} span
 * @param {number} current @param {(sentence: string) => void} onSentence
 */
function entries({ page, doc }, at, { from, to }, current, onSentence) {
  if (!page || !doc) return []
  const row = numberOf(page, at)
  const cells = page.data[(at - 1) % PAGE_ROWS] ?? []
  return cells.slice(from, to).flatMap((text, i) => {
    const column = from + i
    const name = nameOf(doc, page, column) || unnamed(column)
    const sent = page.cut.find(([cutRow, cutColumn]) => cutRow === row && cutColumn === column + 1)
    const address = documentPath(doc.uuid, `/cell?version=${doc.version}&row=${row}&column=${column + 1}`)
    const { term, value } = entry(name, column === current)
    /** @type {HTMLElement[]} */
    const buttons = fill(value, text)
    if (sent) buttons.push(linkToWhole(value, sent[2], address, onSentence))
    term.append(
      ...buttons,
      copyButton(name, () => (sent ? wholeCell(address, onSentence) : text))
    )
    return [term, value]
  })
}

/** @param {string} name @param {boolean} current */
function entry(name, current) {
  const term = make('dt', '', make('span', '', name))
  const value = make('dd')
  value.dir = term.dir = 'auto'
  if (current) term.ariaCurrent = value.ariaCurrent = 'true'
  return { term, value }
}

/**
 * Show a cell, JSON as a tree. Returns the button for its text, where there is a tree.
 *
 * @param {HTMLElement} value
 * @param {string} text
 * @param {number} [most] characters to show
 */
function fill(value, text, most = MAX_SHOWN) {
  const rest = text.length > most ? phrase('restOfCell', { n: text.length }) : ''
  const plain = () => value.replaceChildren(...content(clip(text, most)), rest)
  value.classList.toggle('blank', isMissing(text))
  const json = parseJson(text)
  if (!json?.children.length) {
    plain()
    return []
  }
  const tree = jsonTree(text, json)
  value.replaceChildren(tree)
  const button = makeButton('button small', phrase('asText'), () => {
    const isText = button.ariaPressed !== 'true'
    button.ariaPressed = String(isText)
    if (isText) plain()
    else value.replaceChildren(tree)
  })
  return [button]
}

/**
 * Fetch all of a cell that was sent cut; null where it cannot be had, which is said.
 *
 * @param {string} address @param {(sentence: string) => void} onSentence
 */
async function wholeCell(address, onSentence) {
  const answer = await fetch(address).catch(() => null)
  if (answer?.ok) return answer.text()
  onSentence((await answer?.text()) ?? phrase('unreachable'))
  return null
}

/**
 * Make the link to all of a cell that was sent cut.
 *
 * @param {HTMLElement} value
 * @param {number} bytes
 * @param {string} address
 * @param {(sentence: string) => void} onSentence
 */
function linkToWhole(value, bytes, address, onSentence) {
  const link = makeLink('button small', phrase('allOfCell', { size: size(bytes) }), address)
  link.onclick = async event => {
    if (bytes > MAX_FETCHED || opensTab(event)) return
    event.preventDefault()
    const text = await wholeCell(address, onSentence)
    if (text !== null) link.replaceWith(...fill(value, text, MAX_FETCHED))
  }
  return link
}
