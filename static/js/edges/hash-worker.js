/** Works out a SHA-256 beside the page, piece by piece: it never sees the whole file. */

import { SHA256 } from '../../vendor/sha256.js'

let hash = new SHA256()

/** @param {Uint8Array} bytes */
const hex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')

/** Each message is answered in turn: a piece or `reset` with an empty text, `digest` with the sum. */
addEventListener('message', ({ data }) => {
  if (data === 'digest') return postMessage(hex(hash.digest()))
  if (data === 'reset') hash = new SHA256()
  else hash.update(data)
  postMessage('')
})
