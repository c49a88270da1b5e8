/** Lazy loading: what the first rows do not need is loaded when the browser is idle, or when it is asked for. */

import { part } from './dom.js'

/**
 * @template T
 * @typedef {object} Lazy
 * @property {T | null} here null until it is loaded
 * @property {(act?: (it: T) => void, failed?: () => void) => void} ask do something with it, now or once it is loaded;
 *   `failed` instead of what is said where it cannot be loaded
 */

/**
 * @param {() => void} onLoaded a part has to be shown
 * @param {() => void} onFailed a part that was asked for failed to load
 */
export function createLazyLoader(onLoaded, onFailed) {
  /** @type {(() => Promise<void>)[]} */
  const waiting = []

  return {
    /**
     * @template T
     * @param {() => Promise<T>} load
     * @param {{trigger?: string, isRare?: boolean}} [how] the id of its button: a click before it is loaded counts; and
     *   whether it is loaded only when it is asked for
     * @returns {Lazy<T>}
     */
    lazy(load, { trigger, isRare } = {}) {
      const button = trigger ? part(trigger) : null
      /** @type {Promise<void> | null} */
      let loading = null

      async function loadOnce() {
        it.here = await load()
        button?.removeEventListener('click', clickLater)
        onLoaded()
      }
      const begin = () => {
        loading ??= loadOnce().catch(error => {
          loading = null // the next attempt may succeed
          throw error
        })
        return loading
      }
      const clickLater = () => it.ask(() => button?.click())
      /** @type {Lazy<T>} */
      const it = {
        here: null,
        ask(act = () => {}, failed = onFailed) {
          if (it.here) act(it.here)
          else begin().then(() => it.here && act(it.here), failed)
        }
      }
      button?.addEventListener('click', clickLater)
      if (!isRare) waiting.push(begin)
      return it
    },
    /** Load the rest: the first rows are here. `data-loaded` marks the page once every part has come or failed. */
    async loadSoon() {
      const whenIdle = window.requestIdleCallback ?? setTimeout
      const parts = waiting.splice(0)
      if (parts.length === 0) return
      await Promise.all(parts.map(begin => new Promise(done => whenIdle(() => done(begin().catch(() => {}))))))
      document.body.toggleAttribute('data-loaded', true)
    }
  }
}
