/** Works out a SHA-256 beside the page, piece by piece: it never sees the whole file. */

import { createHash } from '../sha256.js'

let hash = createHash()

/** Each message is answered in turn: a piece or `reset` with an empty text, `digest` with the sum. */
addEventListener('message', ({ data }) => {
  if (data === 'digest') return postMessage(hash.digest())
  if (data === 'reset') hash = createHash()
  else hash.add(data)
  postMessage('')
})
