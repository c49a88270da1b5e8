/** One row beside the grid, name by name and every cell whole. */

import { clip, isMissing, size } from '../text/format.js'
import { phrase } from '../text/language.js'
import { PAGE_ROWS } from '../protocol/paging.js'
import { columnsAround, indented } from '../screen/row-details.js'
import { cellOf } from './address.js'
import { content } from './grid/cells.js'
import { make, makeButton, makeLink, part, say, show } from './dom.js'
import { unnamed } from '../grid/layout.js'

const MOST_SHOWN = 20_000 // characters of a cell: beyond, a paragraph takes seconds to lay out
const MOST_FETCHED = 200_000 // bytes of a cell that is fetched into the list; a longer one opens in a tab of its own

/**
 * @typedef {import('../state/state.js').State} State
 * @typedef {import('../grid/selection.js').CellRef} CellRef
 */

/**
 * @typedef {object} Handlers
 * @property {() => CellRef} place
 * @property {(action: 'doUp' | 'doDown' | 'doGoToColumn') => void} onStep
 * @property {(column: number) => void} onColumn
 * @property {(columns: import('../protocol/frames.js').Span[]) => void} onLook these are in sight here
 * @property {() => void} onClose
 */

/** @param {Handlers} handlers */
export function createRecord({ place, onStep, onColumn, onLook, onClose }) {
  const panel = part('record')
  const list = part('record-cells')
  const before = part('record-before', HTMLButtonElement)
  const after = part('record-after', HTMLButtonElement)
  let shown = ''
  /** @type {State['page']} */
  let page = null
  let span = { from: 0, to: 0 }

  part('record-up').onclick = () => onStep('doUp')
  part('record-down').onclick = () => onStep('doDown')
  part('record-to').onclick = () => onStep('doGoToColumn')
  before.onclick = () => onColumn(span.from - 1)
  after.onclick = () => onColumn(span.to)
  part('record-close').onclick = () => {
    toggle(false)
    onClose()
  }

  /** @param {string} text @param {string} name @param {boolean} current */
  function entry(text, name, current) {
    const [term, value] = [make('dt', '', name), make('dd')]
    value.dir = term.dir = 'auto'
    value.append(
      ...content(clip(text, MOST_SHOWN)),
      text.length > MOST_SHOWN ? phrase('restOfCell', { n: text.length }) : ''
    )
    if (isMissing(text)) value.className = 'blank'
    if (current) term.ariaCurrent = value.ariaCurrent = 'true'
    const neat = indented(text)
    if (neat === null) return [term, value]
    const button = makeButton('button small', phrase('indent'), () => {
      const on = button.ariaPressed !== 'true'
      button.ariaPressed = String(on)
      value.replaceChildren(...content(clip(on ? neat : text, MOST_SHOWN), on))
    })
    term.append(button)
    return [term, value]
  }

  /** The way to all of a cell that was sent cut. @param {Element} value @param {number} bytes @param {string} address */
  function wayToAll(value, bytes, address) {
    const link = makeLink('button small', phrase('allOfCell', { size: size(bytes) }), address)
    link.onclick = async event => {
      if (bytes > MOST_FETCHED || event.ctrlKey || event.metaKey) return
      event.preventDefault()
      const answer = await fetch(address)
      if (!answer.ok) return
      value.replaceChildren(...content(await answer.text()))
      link.remove()
    }
    return link
  }

  /** @param {boolean} [open] @returns {boolean} whether it changed */
  function toggle(open = Boolean(panel.hidden)) {
    if (panel.hidden !== open) return false
    show(panel, open)
    shown = ''
    if (!open) onLook([])
    return true
  }

  return {
    toggle,
    /** @param {State} state */
    show(state) {
      const { row, column } = place()
      const cells = state.page?.data[(row - 1) % PAGE_ROWS]
      if (panel.hidden || !cells || !state.page || !state.doc || (shown === `${row} ${column}` && page === state.page))
        return
      shown = `${row} ${column}`
      page = state.page
      const { header, cut } = state.page
      const { dialect, columns, uuid, version } = state.doc
      span = columnsAround(column, Math.max(cells.length, columns))
      const { from, to } = span
      show(part('record-parts'), to - from < columns)
      before.disabled = from === 0
      after.disabled = to === columns
      onLook([[from + 1, to]])
      say(
        part('record-title'),
        to - from < columns ? phrase('recordPart', { row, from: from + 1, to, columns }) : phrase('recordOf', { row })
      )
      list.replaceChildren(
        ...cells.slice(from, to).flatMap((text, i) => {
          const name = dialect.header ? (header[from + i] ?? '') : ''
          const [term, value] = entry(text, name || unnamed(from + i), from + i === column)
          const sent = cut.find(([cutRow, cutColumn]) => cutRow === row && cutColumn === from + i + 1)
          if (sent && term && value) term.append(wayToAll(value, sent[2], cellOf(uuid, version, row, from + i + 1)))
          return [term, value].filter(element => element !== undefined)
        })
      )
      list.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' })
    }
  }
}
