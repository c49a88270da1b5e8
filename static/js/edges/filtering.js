/** Filtering: the panel of a column, the row of boxes, and filters from cells. Loaded with its words and its stylesheet. */

import { partsOf, rangeOf } from '../grid/selection.js'
import { rowsOf } from '../protocol/paging.js'
import { addFilter, isBare, valuesCondition, withConditions } from '../view/filters.js'
import { dataRows, viewOf, viewOn } from '../state/views.js'
import { phrase } from '../text/language.js'
import { part } from './dom.js'
import { createFilterPanel } from './filter-panel.js'
import { createFilterRow } from './filter-row.js'
import { createTranslation, loadWords } from './question-words.js'
import { createRowSearch } from './row-search.js'
import { createSummaries } from './summaries.js'

/**
 * @import { Selection } from '../grid/selection.js'
 * @import { State } from '../state/state.js'
 * @import { View } from '../view/query.js'
 * @import { Grid } from './grid/grid.js'
 * @import { Lazy } from './lazy.js'
 * @import { Questions } from './questions.js'
 */

/** The filters that an action makes of a selected cell or of a column. @type {Record<string, string>} */
const OPERATORS = {
  doFilterOnly: 'in',
  doFilterNot: 'notin',
  doFilterGreater: 'gt',
  doFilterLess: 'lt',
  doFilterContains: 'contains',
  doFilterBlank: 'isblank',
  doFilterFull: 'notblank'
}

/**
 * @typedef {ReturnType<Awaited<typeof createFiltering>> extends Promise<infer F> ? F : never} Filtering
 *
 * @typedef {object} FilteringParts
 * @property {() => State} state
 * @property {HTMLElement} scroller
 * @property {Grid} grid
 * @property {Lazy<Questions>} questions
 * @property {(selection: Selection) => void} onGo to rows of what is on screen
 */

/** @param {FilteringParts} parts */
export async function createFiltering({ state, scroller, grid, questions, onGo }) {
  await Promise.all([loadWords(), namesOf(questions)])
  const summaries = createSummaries(state)
  const onLeave = () => scroller.focus()
  const view = () => questions.here?.current() ?? null
  /** @param {(view: View) => View} edit */
  const change = edit => questions.ask(it => void it.change(edit))
  /** @type {Parameters<typeof createFilterPanel>[1]} */
  const filterBy = (column, conditions) => change(view => withConditions(view, column, conditions))
  const panel = createFilterPanel(summaries, filterBy, onLeave)
  const row = createFilterRow(scroller, grid, summaries, filterBy)
  const search = createRowSearch({ state, summaries, view, onChange: change, onGo, onLeave })
  const translate = createTranslation(row.draw)

  /** Open the panel of a column. @param {number} column from 0 */
  async function open(column) {
    await namesOf(questions)
    const shown = view()
    const head = [...grid.head.querySelectorAll('th')].find(name => {
      const spot = grid.spotOf(name)
      return spot?.kind === 'columns' && spot.column === column
    })
    if (shown) panel.open({ column: column + 1, name: grid.name(column) ?? '', view: shown }, head ?? scroller)
  }

  return {
    /** @param {string} action @param {number} column from 0 @returns {void | Promise<void>} resolves once its field has the focus */
    act(action, column) {
      const operator = OPERATORS[action]
      if (operator) change(view => filteredBy(view, operator, column, selectedValues(state(), grid)))
      else if (action === 'doFilterSearch') search.open(part('find', HTMLInputElement).value)
      else if (action === 'doFilterNext') search.step(1)
      else if (action === 'doFilterPrevious') search.step(-1)
      else if (action === 'doFilterRow') row.toggle(column + 1)
      else return open(column)
    },
    isSearching: search.isOpen,
    close: search.close,
    draw() {
      row.draw()
      search.draw()
    },
    /** @param {State} next */
    show(next) {
      translate()
      row.show(view())
      search.show(next)
      if (panel.column() === 0) return
      panel.count(countWords(next))
      const shown = view()
      if (shown) panel.refresh(shown)
    }
  }
}

/** Wait for the names of the columns. @param {Lazy<Questions>} questions */
const namesOf = questions =>
  new Promise(done =>
    questions.ask(
      it => it.names().then(done),
      () => done(null)
    )
  )

/**
 * Filter a view by the selected cells, or by a column.
 *
 * @param {View} view @param {string} operator @param {number} column from 0
 * @param {ReadonlyMap<number, string[]>} values of the selected cells, by their columns from 0
 */
function filteredBy(view, operator, column, values) {
  if (isBare(operator)) return addFilter(view, { column: column + 1, operator, values: [] })
  const isListed = operator === 'in' || operator === 'notin'
  return [...values].reduce((one, [at, cells]) => {
    const listed = isListed ? valuesCondition(cells, operator === 'notin') : null
    return addFilter(one, { column: at + 1, ...(listed ?? { operator, values: cells.slice(0, 1) }) })
  }, view)
}

/** Say how many rows are left; nothing while they are on their way. @param {State} state */
function countWords(state) {
  const { page, asked, doc } = state
  if (!page || asked || viewOn(page) !== viewOf(state)) return ''
  const all = dataRows(doc)
  return phrase('rowsLeft', { n: page.view ? page.total_number : all, all })
}

/**
 * The different values of the selected cells, by their columns from 0. Cells that are not loaded are left out.
 *
 * @param {State} state @param {Grid} grid
 * @returns {Map<number, string[]>}
 */
function selectedValues({ page, selection }, grid) {
  const found = new Map()
  if (!page || !selection) return found
  const { first } = rowsOf(page.page_no, 0)
  const order = grid.order()
  for (const one of partsOf(selection)) {
    const { top, bottom, left, right } = rangeOf(one, order)
    for (let position = left; position <= right; position++) {
      const column = order.of(position)
      const cells = page.data.slice(Math.max(0, top - first), bottom - first + 1).map(cells => cells[column] ?? '')
      found.set(column, [...new Set([...(found.get(column) ?? []), ...cells])])
    }
  }
  return found
}
