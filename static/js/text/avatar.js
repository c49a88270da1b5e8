/** What people are known by: a colour and an initial. */

/**
 * Each is one colour as it stands on the light and on the dark panel: with white letters on the first and dark ones on the
 * second it can be read.
 */
export const COLOURS = [
  { light: '#b45309', dark: '#f0a35e' },
  { light: '#6d4bc3', dark: '#b49cf5' },
  { light: '#be185d', dark: '#f48fb8' },
  { light: '#1d4ed8', dark: '#8ab4ff' },
  { light: '#4d7c0f', dark: '#a3d65c' },
  { light: '#a21caf', dark: '#e39af0' },
  { light: '#0e7490', dark: '#67c8e4' },
  { light: '#b91c1c', dark: '#f89a94' },
  { light: '#7a5c3e', dark: '#d3b08c' },
  { light: '#52606d', dark: '#aebbc8' }
]

/**
 * The colour of somebody, as the server has given them out; of whom it does not say, the one that it tries first.
 *
 * @param {{who: string, colour?: number}} person
 */
export function colourOf({ who, colour = Number.parseInt(who, 16) }) {
  return COLOURS[(colour || 0) % COLOURS.length] ?? { light: '', dark: '' }
}

/** What stands in a small round: the first character that a person would count as one. @param {string} name */
export function initial(name) {
  const first = [...name.trim()][0] ?? '?'
  return first.toLocaleUpperCase()
}
