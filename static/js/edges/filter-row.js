/** The row of boxes under the header: a column is filtered by what is typed into its box. */

import { readBox, writeBox } from '../view/boxes.js'
import { conditionsOn, isSame } from '../view/filters.js'
import { clip, visible } from '../text/format.js'
import { phrase } from '../text/language.js'
import { attribute, make, part, say, show } from './dom.js'
import { refusal } from './filter-panel.js'

/**
 * @import { Condition } from '../view/boxes.js'
 * @import { View } from '../view/query.js'
 * @import { Grid } from './grid/grid.js'
 * @import { Summaries } from './summaries.js'
 *
 * @typedef {(column: number, conditions: Condition[]) => void} OnConditions of a column, from 1
 * @typedef {ReturnType<typeof createBox>} Box
 */

const PAUSE_MS = 350 // in typing, before the table follows
const MAX_NAME = 60 // characters

/**
 * @param {HTMLElement} scroller @param {Grid} grid @param {Summaries} summaries
 * @param {OnConditions} onConditions
 */
export function createFilterRow(scroller, grid, summaries, onConditions) {
  const row = newRow()
  const gaps = [newGap(), newGap()]
  const corner = make('td', 'corner')
  corner.role = 'gridcell'
  const hint = createHint()
  /** The boxes by their columns, from 1. @type {Map<number, Box>} */
  const boxes = new Map()
  let isOn = false
  /** @type {View | null} */
  let view = null

  /** @param {number} column from 1 */
  function newBox(column) {
    /** @param {string} typed */
    const apply = async typed => {
      const { conditions, problem } = readBox(typed)
      if (problem) return phrase(problem)
      const reasons = await Promise.all(conditions.map(condition => refusal(summaries, column, condition)))
      const reason = reasons.find(Boolean) ?? ''
      const isThere = view && isSame(conditionsOn(view, column), conditions)
      if (!reason && !isThere && box.field.value === typed) onConditions(column, conditions)
      return reason
    }
    const box = createBox(apply, hint, () => scroller.focus())
    boxes.set(column, box)
    return box
  }

  /** @param {HTMLTableCellElement} cell of the header */
  function elementUnder(cell) {
    const spot = grid.spotOf(cell)
    if (spot?.kind !== 'columns') return cell.classList.contains('corner') ? corner : null
    const box = boxes.get(spot.column + 1) ?? newBox(spot.column + 1)
    box.field.ariaLabel = phrase('filterOf', { name: clip(visible(grid.name(spot.column) ?? ''), MAX_NAME) })
    box.element.toggleAttribute('data-pinned', cell.hasAttribute('data-pinned'))
    if (view) box.fill(conditionsOn(view, spot.column + 1))
    return box.element
  }

  function draw() {
    const [head] = grid.head.rows
    if (!isOn || !head) return row.remove()
    if (!row.isConnected) grid.head.append(row)
    const spare = [...gaps]
    const cells = [...head.cells].map(cell => {
      const element = elementUnder(cell) ?? spare.shift() ?? newGap()
      if (element.style.cssText !== cell.style.cssText) element.style.cssText = cell.style.cssText
      return element
    })
    const isOther = cells.length !== row.cells.length || cells.some((cell, i) => cell !== row.cells[i])
    if (isOther) row.replaceChildren(...cells)
  }

  return {
    draw,
    /** Show it, and enter the box of a column, or take it away. @param {number} column from 1 */
    toggle(column) {
      isOn = !isOn
      draw()
      if (isOn) boxes.get(column)?.field.select()
      else scroller.focus()
    },
    /** @param {View | null} next */
    show(next) {
      view = next
      if (isOn) draw()
    }
  }
}

/**
 * A box. What it says is applied after a pause, or at once by Enter.
 *
 * @param {(typed: string) => Promise<string> | string} apply returns why it cannot be read; nothing where it can
 * @param {ReturnType<typeof createHint>} hint
 * @param {() => void} onLeave
 */
function createBox(apply, hint, onLeave) {
  const field = make('input')
  field.autocomplete = 'off'
  field.spellcheck = false
  const element = make('td', '', field)
  element.role = 'gridcell'
  let timer = 0
  let why = ''

  const explain = () => hint(field, why)

  async function read() {
    clearTimeout(timer)
    timer = 0
    const typed = field.value
    const reason = await apply(typed)
    if (field.value !== typed) return
    why = reason
    attribute(field, 'aria-invalid', why ? 'true' : null)
    field.title = why
    explain()
  }

  field.oninput = () => {
    clearTimeout(timer)
    timer = setTimeout(read, PAUSE_MS)
  }
  field.onkeydown = event => {
    event.stopPropagation() // the keys of the table rest
    if (event.key === 'Enter' && !event.isComposing) read()
    if (event.key === 'Escape' || event.key === 'ArrowDown') onLeave()
  }
  field.onfocus = explain
  field.onblur = explain
  return {
    element,
    field,
    /** Show what its column is filtered by, unless it stands there in other words. @param {Condition[]} conditions */
    fill(conditions) {
      if (timer || why) return
      const text = writeBox(conditions)
      field.placeholder = text === null ? phrase('boxMore') : ''
      const isFocused = document.activeElement === field
      if (!isFocused && !isSame(readBox(field.value).conditions, conditions)) field.value = text ?? ''
      field.toggleAttribute('data-set', conditions.length > 0)
    }
  }
}

/** What says below the focused box why it cannot be read. */
function createHint() {
  const hint = make('p', 'filter-hint')
  hint.role = 'status'
  hint.hidden = true
  part('viewer').append(hint)
  /** @param {HTMLElement} field @param {string} why */
  return (field, why) => {
    const isHere = document.activeElement === field
    show(hint, isHere && why !== '')
    if (!isHere || !why) return
    say(hint, why)
    const { left, bottom } = field.getBoundingClientRect()
    hint.style.left = `${Math.min(left, innerWidth - hint.offsetWidth - 8)}px`
    hint.style.top = `${bottom + 3}px`
  }
}

/** Its pointers are its own: no cell is under it. */
function newRow() {
  const row = make('tr', 'filter-row')
  row.role = 'row'
  for (const event of ['pointerdown', 'click', 'dblclick', 'contextmenu'])
    row.addEventListener(event, it => it.stopPropagation())
  return row
}

/** A gap stands for columns that are out of sight. */
function newGap() {
  const gap = make('td', 'gap')
  gap.ariaHidden = 'true'
  return gap
}
