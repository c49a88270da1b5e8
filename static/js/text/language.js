/** The language that the page speaks, and its numbers and times: chosen once, before anything is said. */

/**
 * The names between braces in a text.
 *
 * @template {string} S
 * @typedef {S extends `${string}{${infer Name}}${infer Rest}` ? Name | Named<Rest> : never} Named
 */

/** @typedef {typeof import('./en.js').words} English */
/** @typedef {{[K in keyof English]: Named<English[K]> extends never ? K : never}[keyof English]} Plain a key whose text takes nothing */

/** @type {Readonly<Record<string, string>>} */
let words = {}
let locale = 'en'
let digits = new Intl.NumberFormat(locale)

/** @param {Readonly<Record<string, string>>} catalogue @param {string} place whose numbers and dates they are */
export function speak(catalogue, place) {
  words = catalogue
  locale = place
  digits = new Intl.NumberFormat(locale)
}

/**
 * A text of the catalogue. Where it has a form for one and a form for many, `n` says which. Call it when the text is shown,
 * never while a module loads: the language is not known then.
 *
 * @template {keyof English} K
 * @param {K} key
 * @param {Named<English[K]> extends never ? [] : [Record<Named<English[K]>, string | number>]} given
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

/** A moment of today, or of an earlier day. @param {Date} moment @param {Date} today */
export function moment(moment, today) {
  const sameDay = moment.toDateString() === today.toDateString()
  return moment.toLocaleString(locale, sameDay ? { timeStyle: 'short' } : { dateStyle: 'short', timeStyle: 'short' })
}

/** How long ago. @param {number} value @param {'minute' | 'hour' | 'day'} unit */
export const past = (value, unit) => new Intl.RelativeTimeFormat(locale).format(-value, unit)
