/** Translation: the page that stands gets the texts of another language one by one, and all else stays as it is. */

import { home } from './address.js'
import { attribute, parts } from './dom.js'
import { reloadWords } from './question-words.js'

/** The attributes that people read or hear, and the texts that the page brings for its scripts. */
const WORDED = /^(aria-label|title|placeholder|label|data-w\w+)$/

/**
 * @param {(lang: string) => Promise<() => void>} prepare loads the words of the scripts, and returns what says all that
 *   scripts have said in them
 * @returns {(language: string) => Promise<boolean>} translates the page, and resolves to whether that was possible
 */
export function createTranslation(prepare) {
  let wanted = ''
  let { lang: spoken } = document.documentElement

  return async language => {
    wanted = language
    try {
      const [before, page] = await Promise.all([fetchPage(spoken), fetchPage(language)])
      const { lang } = page.documentElement
      const [sayAgain] = await Promise.all([prepare(lang), reloadWords(lang)])
      if (wanted !== language) return true // another one was chosen meanwhile
      const putBack = remember()
      document.documentElement.lang = lang
      spoken = lang
      translate(before.body, page.body, document.body)
      sayAgain()
      putBack()
      return true
    } catch {
      return false // the server cannot be reached
    }
  }
}

/** The start screen in a language: it has every text, and no table. @param {string} language */
async function fetchPage(language) {
  const headers = { 'Accept-Language': language }
  const answer = await fetch(home(), { headers, cache: 'no-store', credentials: 'omit' }) // the cookie would decide
  if (!answer.ok) throw new Error(answer.statusText)
  return new DOMParser().parseFromString(await answer.text(), 'text/html')
}

/** Remember what is typed, and how far each part is scrolled. Returns what puts it back. */
function remember() {
  const fields = /** @type {HTMLInputElement[]} */ (parts('input:not([type=file]), select, textarea'))
  const typed = fields.map(field => ({ field, value: field.value }))
  const scrolled = parts('*').filter(({ scrollTop, scrollLeft }) => scrollTop || scrollLeft)
  const places = scrolled.map(({ scrollTop: top, scrollLeft: left }) => ({ top, left }))
  return () => {
    for (const { field, value } of typed) if (field.value !== value) field.value = value
    for (const [i, element] of scrolled.entries()) element.scrollTo({ ...places[i], behavior: 'instant' })
  }
}

/**
 * Translate an element: the texts that it has from the server. All others have been said by scripts.
 *
 * @param {Element} before as the server sends it in the language that was spoken
 * @param {Element} fresh as the server sends it in the other language
 * @param {Element} live
 */
function translate(before, fresh, live) {
  for (const { name, value } of fresh.attributes) if (WORDED.test(name)) attribute(live, name, value)
  const texts = new Set(textsIn(live))
  const translated = textsIn(fresh)
  for (const [i, { data }] of textsIn(before).entries()) {
    const text = [...texts].find(other => other.data === data)
    if (!text) continue
    texts.delete(text) // an equal text is another one
    text.data = translated[i]?.data ?? data
  }
  for (const [i, child] of [...fresh.children].entries()) {
    const other = child.id ? document.getElementById(child.id) : sameIn(live, child)
    const same = before.children[i]
    if (other && same) translate(same, child, other)
  }
}

/** @param {Element} element @returns {Text[]} those that are no mere blanks between elements */
const textsIn = element =>
  /** @type {any} */ ([...element.childNodes].filter(node => node instanceof Text && node.data.trim()))

/** The elements like one, which have no id. @param {Element} parent @param {Element} one */
const alike = (parent, { tagName }) => [...parent.children].filter(child => !child.id && child.tagName === tagName)

/**
 * The element of the page that stands where another one does on its own page.
 *
 * @param {Element} parent
 * @param {Element} child
 */
const sameIn = (parent, child) => alike(parent, child)[alike(child.parentElement ?? child, child).indexOf(child)]
