/** The little that every edge needs of the browser's document. */

import { colourOf } from '../text/avatar.js'

/**
 * The element that the page has by this name.
 *
 * @template {Element} [T=HTMLElement] @param {string} id @param {new () => T} [kind] where more is to be done with it than any element allows
 * @returns {T}
 */
export function part(id, kind = /** @type {any} */ (HTMLElement)) {
  const found = document.getElementById(id)
  if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} #${id}`)
  return found
}

/** What an action is called: the list of keys says it. @param {string} id */
export const called = id => part(id).lastElementChild?.textContent ?? ''

/** What a list to choose from calls one of its values. @param {string} id @param {string} value */
export const optionCalled = (id, value) =>
  [...part(id, HTMLSelectElement).options].find(option => option.value === value)?.text ?? value

/** @template {keyof HTMLElementTagNameMap} T @param {T} tag @param {string} [className] @param {string} [text] */
export function make(tag, className = '', text = '') {
  const element = document.createElement(tag)
  if (className) element.className = className
  if (text) element.textContent = text
  return element
}

/** @param {string} className @param {string} text @param {() => void} onClick */
export function makeButton(className, text, onClick) {
  const button = make('button', className, text)
  button.type = 'button'
  button.onclick = onClick
  return button
}

/** A link that opens in a tab of its own, which learns nothing of this one. @param {string} className @param {string} text @param {string} href */
export function makeLink(className, text, href) {
  const link = make('a', className, text)
  link.href = href
  link.target = '_blank'
  link.rel = 'noopener noreferrer'
  return link
}

/** Have what is typed next stand in a field, instead of what stands there. @param {string} id */
export function enter(id) {
  const field = part(id, HTMLInputElement)
  field.focus()
  field.select()
}

/** What is open under a button until one presses elsewhere. @param {string} id */
export function drawer(id) {
  const details = part(id, HTMLDetailsElement)
  document.addEventListener('pointerdown', ({ target }) => {
    if (target instanceof Node && !details.contains(target)) details.open = false
  })
  return {
    details,
    /** Whether there was something to close. */
    close() {
      if (!details.open) return false
      details.open = false
      details.querySelector('summary')?.focus()
      return true
    }
  }
}

/** Close the list or menu that lies over the page. Whether there was one. */
export function closePopover() {
  const open = document.querySelector(':popover-open')
  if (open instanceof HTMLElement) open.hidePopover()
  return open !== null
}

/** Set a text only where it differs: what is unchanged is not announced or laid out again. @param {Element} element @param {string} text */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text
}

/** Have a text read out. What was said just before stays beside it: nothing drowns what is not yet read. @param {string} text */
export function announce(text) {
  const live = part('live')
  live.append(make('span', '', text))
  if (live.childElementCount > 3) live.firstElementChild?.remove()
}

/** @param {HTMLElement} element @param {boolean} shown */
export function show(element, shown) {
  if (element.hidden === shown) element.hidden = !shown
}

/** @param {Element} element @param {string} name @param {string | null} value */
export function attribute(element, name, value) {
  if (value === null) element.removeAttribute(name)
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value)
}

/** Give an element somebody's colour; the stylesheet says where it shows. @template {HTMLElement} T @param {T} element @param {{who: string, colour?: number}} person */
export function inColour(element, person) {
  const { light, dark } = colourOf(person)
  element.style.setProperty('--who', `light-dark(${light}, ${dark})`)
  return element
}
