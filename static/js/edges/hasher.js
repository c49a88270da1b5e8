/** The SHA-256 of a file, computed in a worker (hash-worker.js) while the file is sent. */

/** @param {() => void} onFailed the worker does not run */
export function createFileHash(onFailed) {
  const worker = new Worker(new URL('./hash-worker.js', import.meta.url), { type: 'module' })
  /** @type {{resolve: (answer: string) => void, reject: (error: Error) => void}[]} */
  const waiting = []
  /** @type {Error | null} */
  let broken = null
  /** The last piece, while it is hashed. */
  let pending = Promise.resolve('')
  let hashed = 0

  worker.onmessage = ({ data }) => waiting.shift()?.resolve(data)
  worker.onerror = event => {
    event.preventDefault()
    broken = new Error(event.message || 'the worker did not start')
    for (const { reject } of waiting.splice(0)) reject(broken)
  }

  /** @param {Uint8Array | string} message @param {Transferable[]} [transferred] */
  function ask(message, transferred = []) {
    pending = new Promise((resolve, reject) => {
      if (broken) return reject(broken)
      waiting.push({ resolve, reject })
      worker.postMessage(message, transferred)
    })
    pending.catch(onFailed)
    return pending
  }

  return {
    /** The number of bytes that were added. */
    hashed: () => hashed,
    /** Wait for the last piece, so that memory stays bounded. */
    settled: () => pending,
    /**
     * Add a piece, and give its bytes away. Bytes that are sent again were hashed before.
     *
     * @param {number} from
     * @param {Uint8Array<ArrayBuffer>} bytes
     */
    add(from, bytes) {
      const fresh = bytes.subarray(Math.max(0, hashed - from))
      if (fresh.length === 0) return
      hashed = from + bytes.length
      ask(fresh, [fresh.buffer])
    },
    reset() {
      hashed = 0
      ask('reset')
    },
    /** The hash in lower-case hexadecimal. */
    digest: () => ask('digest'),
    stop: () => worker.terminate()
  }
}
