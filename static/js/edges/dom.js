/** The few helpers that every edge needs for the browser's document. */

import { colourOf } from '../text/avatar.js'
import { visible } from '../text/format.js'

/**
 * Find the element with an id.
 *
 * @template {Element} [T=HTMLElement]
 * @param {string} id
 * @param {new () => T} [kind] where more is needed than every element has
 * @returns {T}
 */
export function part(id, kind = /** @type {any} */ (HTMLElement)) {
  const found = document.getElementById(id)
  if (!(found instanceof kind)) throw new TypeError(`#${id} is no ${kind.name}`)
  return found
}

/** Find all elements that match a selector. @param {string} selector @returns {HTMLElement[]} */
export const parts = selector => [.../** @type {any} */ (document.querySelectorAll(selector))]

/** The name of an action, from the list of shortcuts in the page. @param {string} id */
export const called = id => part(id).querySelector('dd')?.textContent ?? ''

/** The label of an option of a select. @param {string} id @param {string} value */
export const optionLabel = (id, value) =>
  [...part(id, HTMLSelectElement).options].find(option => option.value === value)?.text ?? visible(value)

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} [className]
 * @param {(string | Node)[]} content
 */
export function make(tag, className = '', ...content) {
  const element = document.createElement(tag)
  if (className) element.className = className
  element.append(...content)
  return element
}

/**
 * @param {string} className
 * @param {string} text
 * @param {() => void} onClick
 * @param {Node[]} content behind the text
 */
export function makeButton(className, text, onClick, ...content) {
  const button = make('button', className, text, ...content)
  button.type = 'button'
  button.onclick = onClick
  return button
}

/**
 * Make a link to a tab of its own, which learns nothing of this one.
 *
 * @param {string} className
 * @param {string} text
 * @param {string} href
 */
export function makeLink(className, text, href) {
  const link = make('a', className, text)
  link.href = href
  link.target = '_blank'
  link.rel = 'noopener noreferrer'
  return link
}

/** Whether a click asks for the link in another tab or window. @param {MouseEvent} event */
export const opensTab = ({ ctrlKey, metaKey, shiftKey }) => ctrlKey || metaKey || shiftKey

/** Focus a field with its text selected, so that typing replaces it. @param {string} id */
export function enter(id) {
  const field = part(id, HTMLInputElement)
  field.focus()
  field.select()
}

/** Handle a form on this page. @param {string} id @param {() => void} act */
export function onSubmit(id, act) {
  part(id, HTMLFormElement).onsubmit = event => {
    event.preventDefault()
    act()
  }
}

/** Make a drawer of a `details` element: a press elsewhere closes it. @param {string} id */
export function drawer(id) {
  const details = part(id, HTMLDetailsElement)
  document.addEventListener('pointerdown', ({ target }) => {
    if (target instanceof Node && !details.contains(target)) details.open = false
  })
  return {
    details,
    /** Close it, and return whether it was open. */
    close() {
      if (!details.open) return false
      details.open = false
      details.querySelector('summary')?.focus()
      return true
    }
  }
}

/**
 * Remember where the focus is, before a panel takes it. Returns what gives it back, if it is in the panel then.
 *
 * @param {HTMLElement} panel
 * @param {HTMLElement} button that opens it, where the focus was nowhere
 */
export function lendFocus(panel, button) {
  const { activeElement: before, body } = document
  const isGone = () => !(before instanceof HTMLElement) || before === body || !before.checkVisibility()
  const place = () => (before?.closest('#grid') ? part('grid') : isGone() ? button : before) // cells come and go
  return () => {
    const to = place()
    if (panel.contains(document.activeElement) && to instanceof HTMLElement) to.focus()
  }
}

/** Close the popover, and return whether one was open. */
export function closePopover() {
  const open = document.querySelector(':popover-open:not(#tip)')
  if (open instanceof HTMLElement) open.hidePopover()
  return open !== null
}

/**
 * Set a text where it differs: an unchanged text is not announced or laid out again.
 *
 * @param {Element} element
 * @param {string} text
 */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text
}

/** Set a text, and hide the element while it is empty. @param {HTMLElement} element @param {string} text */
export function sayOrHide(element, text) {
  say(element, text)
  show(element, text !== '')
}

/** Have a text read aloud. The two texts before stay, so that none is cut off. @param {string} text */
export function announce(text) {
  const live = part('live')
  live.append(make('span', '', text))
  if (live.childElementCount > 3) live.firstElementChild?.remove()
}

/** @param {HTMLElement} element @param {boolean} shown */
export function show(element, shown) {
  if (element.hidden === shown) element.hidden = !shown
}

/** Show or hide what a button opens. @param {HTMLElement} button @param {HTMLElement} panel @param {boolean} open */
export function disclose(button, panel, open) {
  show(panel, open)
  attribute(button, 'aria-expanded', String(open))
}

/** @param {Element} element @param {string} name @param {string | null} value */
export function attribute(element, name, value) {
  if (value === null) element.removeAttribute(name)
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value)
}

/**
 * Give an element the colour of a person. The stylesheet says where it shows.
 *
 * @template {HTMLElement} T
 * @param {T} element
 * @param {{who: string, colour?: number}} person
 */
export function inColour(element, person) {
  element.style.setProperty('--who', colourOf(person))
  return element
}

/**
 * Move the focus in a menu, by an arrow or by the first letter of an item.
 *
 * @param {HTMLElement} menu
 * @param {KeyboardEvent} event
 */
export function moveIn(menu, event) {
  const items = /** @type {HTMLElement[]} */ ([...menu.querySelectorAll('button')])
  const at = items.findIndex(item => item.matches(':focus'))
  const step = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key]
  const after = [...items.slice(at + 1), ...items.slice(0, at + 1)]
  const named = event.key.length === 1 && after.find(item => item.textContent?.toLowerCase().startsWith(event.key))
  const next = step === undefined ? named : items.at(step % items.length)
  if (!next) return
  event.preventDefault()
  next.focus()
}
