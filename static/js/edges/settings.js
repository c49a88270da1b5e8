/** The settings: how the page looks to me. The server knows them too, so that the page comes as it will stay. */

import { drawer, onSubmit, part } from './dom.js'
import { keepLook } from './storage.js'

/**
 * @typedef {object} SettingsHandlers
 * @property {(change: () => void) => void} onLook have the look changed
 * @property {(language: string) => Promise<boolean>} onLanguage put the page into a language; false where it failed
 */

/** @param {SettingsHandlers} handlers */
export function createSettings({ onLook, onLanguage }) {
  const { details, close } = drawer('settings')
  const form = part('look', HTMLFormElement)
  let language = languageIn(form).value
  let shift = 0 // pixels that keep the panel under the hand

  function apply() {
    const look = [...new FormData(form).values()].map(String).filter(Boolean)
    keepLook(look) // at once: the server answers in the language of the cookie
    document.documentElement.className = look.join(' ')
  }

  async function speak() {
    const wanted = languageIn(form).value
    const { left } = form.getBoundingClientRect()
    if (await onLanguage(wanted)) language = wanted
    else if (languageIn(form).value === wanted) {
      languageIn(form).value = language
      apply()
    }
    move(shift + left - form.getBoundingClientRect().left) // the buttons beside it are as wide as their new words
  }

  /** @param {number} pixels to the right of where the panel belongs */
  function move(pixels) {
    shift = pixels
    form.style.translate = `${pixels}px`
  }

  details.addEventListener('toggle', () => details.open || move(0))
  form.onchange = ({ target }) => {
    onLook(apply)
    if (target instanceof HTMLInputElement && target.name === 'language') speak()
  }
  onSubmit('look', () => {}) // Enter would load the page again
  form.onclick = ({ target }) => {
    if (target instanceof HTMLButtonElement) details.open = false
  }

  return { close }
}

/** @param {HTMLFormElement} form */
const languageIn = form => /** @type {RadioNodeList} */ (form.elements.namedItem('language'))
