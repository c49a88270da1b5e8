/** What this browser remembers from one visit to the next. Where it may not, a visit is a first one. */

import { animal } from '../names.js'

const NAME = 'pagecast.name'

/** My name: chosen once, or an animal by chance that stays. */
export function myName() {
  const kept = read(NAME)
  if (kept) return kept
  const name = animal(Math.random)
  keepName(name)
  return name
}

/** @param {string} name */
export function keepName(name) {
  try {
    localStorage.setItem(NAME, name)
  } catch {
    // Private windows may refuse: the name then lasts as long as the page.
  }
}

/** @param {string} key */
function read(key) {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}
