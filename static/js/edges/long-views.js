/** Views that are too long for an address, such as a list of 2,000 genes: the server keeps them under a short name. */

import { viewOn } from '../state/views.js'
import { ask, documentPath, shortViews, showPlace } from './address.js'

/** @import { State } from '../state/state.js' */

const LONG = 2000 // characters of an address that every program takes

/** @param {() => State} state */
export function createLongViews(state) {
  /** @type {Set<string>} */
  const asked = new Set()

  return {
    /** Have the server keep the view on screen if it is long, and put its name into the address. @param {State} next */
    async show({ uuid, page }) {
      const view = viewOn(page)
      if (!uuid || view.length <= LONG || asked.has(view)) return
      asked.add(view)
      const answer = await ask(documentPath(uuid, '/views'), { method: 'POST', body: view }).catch(() => null)
      if (!answer?.ok) return // the long address leads to it, too
      shortViews.set(view, (await answer.json()).view)
      const { page: now } = state()
      if (now && viewOn(now) === view) showPlace(now, location.hash, false)
    }
  }
}

/**
 * Spell out the name of a view that is kept.
 *
 * @param {string | null} uuid @param {number} version @param {string} view as an address has it
 * @returns {Promise<string>} the view as it is where it has no such name, or where the server does not know it
 */
export async function spelledOut(uuid, version, view) {
  if (!uuid || !/(?:^|&)_view=/.test(view)) return view
  const answer = await ask(documentPath(uuid, `/rows?${view}&version=${version}&columns=1-1`)).catch(() => null)
  if (!answer?.ok) return view
  const found = (await answer.json()).view
  shortViews.set(found, view)
  return found
}
