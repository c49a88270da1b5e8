/** The language of the page, its numbers and its times. It is set once, before anything is shown. */

/**
 * The names between braces in a text.
 *
 * @template {string} S
 * @typedef {S extends `${string}{${infer Name}}${infer Rest}` ? Name | Parameters<Rest> : never} Parameters
 */

/**
 * The texts of scripts, and those that the page brings.
 *
 * @typedef {typeof import('./en.js').words & typeof import('./en-questions.js').words
 *   & typeof import('../../../templates/en.json')} English
 */
/** @typedef {{[K in keyof English]: Parameters<English[K]> extends never ? K : never}[keyof English]} PlainKey */

/** @type {Readonly<Record<string, string>>} */
let words = {}
/** Texts that were loaded later. @type {Readonly<Record<string, string>>} */
let later = {}
let locale = 'en'
let digits = new Intl.NumberFormat(locale)

/**
 * Set the language.
 *
 * @param {Readonly<Record<string, string>>} catalogue
 * @param {string} place the locale of numbers and dates
 */
export function setLanguage(catalogue, place) {
  words = { ...later, ...catalogue }
  locale = place
  digits = new Intl.NumberFormat(locale)
}

/** Add texts that are loaded when they are needed. @param {Readonly<Record<string, string>>} catalogue */
export function addWords(catalogue) {
  later = catalogue
  words = { ...words, ...later }
}

/**
 * Return a text of the catalogue. Where it has a form for one and a form for many, `n` chooses. Call it when the text
 * is shown, never while a module loads: the language is not set then.
 *
 * @template {keyof English} K
 * @param {K} key
 * @param {Parameters<English[K]> extends never ? [] : [Record<Parameters<English[K]>, string | number>]} given
 */
export function phrase(key, ...given) {
  /** @type {Record<string, string | number>} */
  const values = given[0] ?? {}
  const [one = key, many = one] = (words[key] ?? key).split('|')
  return (values.n === 1 ? one : many).replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name] ?? ''
    return typeof value === 'number' ? number(value) : value
  })
}

/** @param {number | bigint} value @param {Intl.NumberFormatOptions} [options] */
export const number = (value, options) => (options ? new Intl.NumberFormat(locale, options) : digits).format(value)

/** Write a time, with its date where that is not today. @param {Date} time @param {Date} today */
export function dateTime(time, today) {
  const sameDay = time.toDateString() === today.toDateString()
  return time.toLocaleString(locale, sameDay ? { timeStyle: 'short' } : { dateStyle: 'short', timeStyle: 'short' })
}

/** Write how long ago something was. @param {number} value @param {'minute' | 'hour' | 'day'} unit */
export const timeAgo = (value, unit) => new Intl.RelativeTimeFormat(locale).format(-value, unit)
