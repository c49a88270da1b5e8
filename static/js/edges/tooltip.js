/** The tooltip: what a control does, and its key, under a mouse that rests or under the keyboard's focus. */

import { controlsOf } from './actions.js'
import { attribute, called, make, part, parts } from './dom.js'

const REST_MS = 500 // a mouse that only passes is told nothing
const CONTROLS =
  ':is(button, a, summary, input, select, [role=slider]):not(#grid *, .palette *, .filter-panel *, .skip, #columns-bar)'

export function createTooltip() {
  const tip = part('tip')
  /** @type {HTMLElement | null} */
  let shown = null
  let isByKey = false
  let timer = 0

  function hide() {
    clearTimeout(timer)
    shown = null
    tip.hidePopover()
  }

  /** @param {HTMLElement} control */
  function show(control) {
    const content = contentOf(control)
    hide()
    if (content.length === 0 || !control.isConnected) return
    shown = control
    tip.replaceChildren(...content)
    tip.showPopover()
    place(tip, control.getBoundingClientRect())
  }

  addEventListener('pointerover', ({ target, pointerType }) => {
    const control = controlAt(target)
    const isOnTip = target instanceof Node && tip.contains(target)
    if (isOnTip || pointerType !== 'mouse' || (control && control === shown)) return
    hide()
    if (control) timer = setTimeout(show, REST_MS, control)
  })
  addEventListener('focusin', ({ target }) => {
    const control = controlAt(target)
    if (isByKey && control) show(control)
    else hide()
  })
  addEventListener('keydown', ({ key }) => {
    isByKey = key === 'Tab'
    hide()
  })
  addEventListener('pointerdown', () => {
    isByKey = false
    hide()
  })
  addEventListener('scroll', hide, true)
}

/** @param {EventTarget | null} target @returns {HTMLElement | null} */
const controlAt = target => (target instanceof Element ? target.closest(CONTROLS) : null)

/** What there is to say of a control: more than can be read on it. @param {HTMLElement} control */
function contentOf(control) {
  const row = parts('#keys-list [data-controls]').find(
    ({ id }) => control.dataset.act === id || controlsOf(id).includes(control)
  )
  const words = takeTitle(control) || control.ariaLabel || (row ? called(row.id) : '')
  const keys = [...(row?.querySelectorAll('kbd') ?? [])].map(key => key.cloneNode(true))
  return words ? [make('span', '', words), ...keys] : []
}

/** Take the title of a control, which the browser would show in a tooltip of its own. @param {HTMLElement} control */
function takeTitle(control) {
  const { title } = control
  if (title) {
    control.dataset.tip = title
    control.title = ''
    attribute(control, 'aria-description', title)
  }
  return control.dataset.tip
}

/** Place the tooltip below a control, or above where there is no room. @param {HTMLElement} tip @param {DOMRect} box */
function place(tip, { left, width, top, bottom }) {
  const { offsetWidth, offsetHeight } = tip
  const right = innerWidth - offsetWidth - 4
  tip.style.left = `${Math.max(4, Math.min(right, left + (width - offsetWidth) / 2))}px`
  tip.style.top = `${bottom + offsetHeight > innerHeight ? top - offsetHeight : bottom}px`
}
