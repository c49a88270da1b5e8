/** Friendly names and colours for people who have not chosen one. */

export const ANIMALS = [
  'Badger', 'Beaver', 'Bison', 'Crane', 'Curlew', 'Dolphin', 'Falcon', 'Fox', 'Gecko', 'Hare', 'Hedgehog', 'Heron',
  'Ibex', 'Jay', 'Kestrel', 'Kiwi', 'Koala', 'Lark', 'Lemur', 'Lynx', 'Magpie', 'Marten', 'Mole', 'Moose', 'Newt',
  'Ocelot', 'Otter', 'Owl', 'Panda', 'Pelican', 'Puffin', 'Quail', 'Rabbit', 'Raven', 'Robin', 'Seal', 'Sparrow',
  'Squirrel', 'Stork', 'Swan', 'Tapir', 'Tern', 'Toad', 'Turtle', 'Vole', 'Walrus', 'Weasel', 'Wren', 'Yak', 'Zebra',
]

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
  { light: '#52606d', dark: '#aebbc8' },
]

/** @param {() => number} random */
export function animal(random) {
  return ANIMALS[Math.floor(random() * ANIMALS.length)] ?? 'Otter'
}

/** FNV-1a: the same viewer has the same colour on every screen. @param {string} text */
function hash(text) {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0
  return value
}

/**
 * Everyone's colour by viewer, all different while there are colours left. It follows from the list alone, so everyone who
 * has the same list sees the same colours.
 *
 * @param {readonly {viewer: string}[]} people
 */
export function colours(people) {
  /** @type {Map<string, {light: string, dark: string}>} */
  const chosen = new Map()
  const taken = new Set()
  for (const { viewer } of people) {
    let slot = hash(viewer) % COLOURS.length
    while (taken.has(slot) && taken.size < COLOURS.length) slot = (slot + 1) % COLOURS.length
    taken.add(slot)
    chosen.set(viewer, /** @type {{light: string, dark: string}} */ (COLOURS[slot]))
  }
  return chosen
}

/** What stands in a small round: the first character that a person would count as one. @param {string} name */
export function initial(name) {
  const first = [...name.trim()][0] ?? '?'
  return first.toLocaleUpperCase()
}
