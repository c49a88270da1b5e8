/** The colour and the initial that stand for a person. */

/** Each colour on the light panel, for white letters, and on the dark panel, for dark letters. */
export const COLOURS = [
  ['#b45309', '#f0a35e'],
  ['#6d4bc3', '#b49cf5'],
  ['#be185d', '#f48fb8'],
  ['#1d4ed8', '#8ab4ff'],
  ['#4d7c0f', '#a3d65c'],
  ['#a21caf', '#e39af0'],
  ['#0e7490', '#67c8e4'],
  ['#b91c1c', '#f89a94'],
  ['#7a5c3e', '#d3b08c'],
  ['#52606d', '#aebbc8']
]

/**
 * Return the colour, for CSS, that the server gave a person. Without one, it is the colour that the server tries first
 * for that id.
 *
 * @param {{who: string, colour?: number}} person
 */
export function colourOf({ who, colour = Number.parseInt(who, 16) }) {
  return `light-dark(${COLOURS[(colour || 0) % COLOURS.length]})`
}

/** The first character of a name, as a person would count characters. @param {string} name */
export const initial = name => ([...name.trim()][0] ?? '?').toLocaleUpperCase()
