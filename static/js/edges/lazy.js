/** What a table can be read without: loaded while nothing else is to be done, or as soon as it is asked for. */

import { part } from './dom.js'

/**
 * @template T
 * @typedef {object} Later
 * @property {T | null} here null while it is not loaded
 * @property {(act?: (it: T) => void) => void} ask to do something, now or once it is loaded
 */

/** @param {() => void} onLoaded something new is to be shown @param {() => void} onFailed what was asked for cannot be had */
export function createLater(onLoaded, onFailed) {
  /** @type {(() => Promise<void>)[]} */
  const waiting = []

  return {
    /**
     * @template T @param {() => Promise<T>} load @param {string} [trigger] whose clicks it takes: those before it is loaded too
     * @returns {Later<T>}
     */
    later(load, trigger) {
      const button = trigger ? part(trigger, HTMLElement) : null
      /** @type {Promise<void> | null} */
      let loading = null

      async function loaded() {
        it.here = await load()
        button?.removeEventListener('click', early)
        onLoaded()
      }
      const begin = () =>
        (loading ??= loaded().catch(error => {
          loading = null // the next one may have more luck
          throw error
        }))
      const early = () => it.ask(() => button?.click())
      /** @type {Later<T>} */
      const it = {
        here: null,
        ask(act = () => {}) {
          if (it.here) act(it.here)
          else begin().then(() => it.here && act(it.here), onFailed)
        }
      }
      button?.addEventListener('click', early)
      waiting.push(begin)
      return it
    },
    /** The first rows are there: time for all the rest. */
    loadSoon() {
      const soon = window.requestIdleCallback ?? setTimeout
      for (const begin of waiting.splice(0)) soon(() => begin().catch(() => {}))
    }
  }
}
