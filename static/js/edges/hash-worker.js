/** A worker that computes the SHA-256 of a file, piece by piece. It never holds the whole file. */

import { SHA256 } from '../../vendor/sha256.js'

let hash = new SHA256()

/** @param {Uint8Array} bytes */
const hex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')

/** Answer each message in turn: a piece or `reset` with an empty text, `digest` with the hash. */
addEventListener('message', ({ data }) => {
  if (data === 'digest') return postMessage(hex(hash.digest()))
  if (data === 'reset') hash = new SHA256()
  else hash.update(data)
  postMessage('')
})
