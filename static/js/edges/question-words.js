/** The words of questions and of menus, which are loaded with the first one. */

import { addWords } from '../text/language.js'

/** Load the words anew once the page speaks another language. @param {() => void} onWords */
export function createTranslation(onWords) {
  let lang = document.documentElement.lang
  return () => {
    if (document.documentElement.lang === lang) return
    lang = document.documentElement.lang
    loadWords().then(onWords)
  }
}

let areLoaded = false

/** Load the words. @param {string} [lang] that of the page, unless it is given */
export async function loadWords(lang = document.documentElement.lang) {
  areLoaded = true
  const isEnglish = lang === 'en'
  const { words } = await (isEnglish ? import('../text/en-questions.js') : import('../text/zh-questions.js'))
  addWords(words)
}

/** Load the words in another language, if they are loaded. @param {string} lang */
export const reloadWords = async lang => {
  if (areLoaded) await loadWords(lang)
}
