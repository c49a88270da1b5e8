/** The page's side of hash-worker.js. */

/**
 * @typedef {object} Hasher
 * @property {(bytes: Uint8Array<ArrayBuffer>) => Promise<string>} add the bytes are given away, and gone here
 * @property {() => Promise<string>} digest in lower-case hexadecimal
 * @property {() => Promise<string>} reset
 * @property {() => void} stop
 */

/** @returns {Hasher} */
export function startHasher() {
  const worker = new Worker(new URL('./hash-worker.js', import.meta.url), { type: 'module' })
  /** @type {{resolve: (answer: string) => void, reject: (error: Error) => void}[]} */
  const waiting = []
  /** @type {Error | null} */
  let broken = null

  worker.onmessage = ({ data }) => waiting.shift()?.resolve(data)
  worker.onerror = event => {
    event.preventDefault()
    broken = new Error(event.message || 'the worker did not start')
    for (const { reject } of waiting.splice(0)) reject(broken)
  }

  /** @param {Uint8Array | string} message @param {Transferable[]} [given] @returns {Promise<string>} */
  function ask(message, given = []) {
    if (broken) return Promise.reject(broken)
    return new Promise((resolve, reject) => {
      waiting.push({ resolve, reject })
      worker.postMessage(message, given)
    })
  }

  return {
    add: bytes => ask(bytes, [bytes.buffer]),
    digest: () => ask('digest'),
    reset: () => ask('reset'),
    stop: () => worker.terminate()
  }
}
