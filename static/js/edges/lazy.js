/** Lazy loading: what the first rows do not need is loaded when the browser is idle, or when it is asked for. */

import { make, opensTab, part } from './dom.js'

/**
 * @template T
 * @typedef {object} Lazy
 * @property {T | null} here null until it is loaded
 * @property {(act?: (it: T) => unknown, failed?: () => void) => unknown} ask do something with it, now or once it is loaded;
 *   `failed` instead of what is said where it cannot be loaded. What it returns resolves once either is done
 * @property {(act?: (it: T) => void) => void} askQuietly the same, and nothing is said where it cannot be loaded
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
     * @param {{trigger?: string, isRare?: boolean, sheet?: string}} [how] the id of its button or link: a click before
     *   it is loaded counts; whether it is loaded only when it is asked for; and the stylesheet that comes with it
     * @returns {Lazy<T>}
     */
    lazy(load, { trigger, isRare, sheet } = {}) {
      const button = trigger ? part(trigger) : null
      /** @type {Promise<void> | null} */
      let loading = null

      async function loadOnce() {
        const [part] = await Promise.all([load(), sheet && loadSheet(sheet)])
        it.here = part
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
      const clickLater = (/** @type {MouseEvent} */ event) => {
        if (opensTab(event)) return
        event.preventDefault() // a link would lead away
        it.ask(() => button?.click())
      }
      /** @type {Lazy<T>} */
      const it = {
        here: null,
        ask(act = () => {}, failed = onFailed) {
          return it.here ? act(it.here) : begin().then(() => it.here && act(it.here), failed)
        },
        askQuietly: act => it.ask(act, () => {})
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

/** The stylesheets that were asked for, by their names. @type {Map<string, Promise<unknown>>} */
const sheets = new Map()

/** Load a stylesheet that few pages need. @param {string} name @returns {Promise<unknown>} */
export function loadSheet(name) {
  const page = document.querySelector('link[rel=stylesheet]')
  if (!(page instanceof HTMLLinkElement)) return Promise.resolve()
  const loading =
    sheets.get(name) ??
    new Promise((done, failed) => {
      const link = make('link')
      link.rel = 'stylesheet'
      link.href = page.href.replace('page.css', `${name}.css`)
      link.onload = done
      link.onerror = () => {
        sheets.delete(name) // the next attempt may succeed
        link.remove()
        failed()
      }
      document.head.append(link)
    })
  sheets.set(name, loading)
  return loading
}
