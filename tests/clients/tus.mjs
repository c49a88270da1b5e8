/** A tus client that nobody here wrote: `node tus.mjs <endpoint> <file> <chunk size> <metadata> <state file> [stop after bytes]`. */

import { createReadStream, statSync } from 'node:fs'
import tus from 'tus-js-client'

const [endpoint, path, chunkSize, metadata, state, stop] = process.argv.slice(2)
const upload = new tus.Upload(createReadStream(path), {
  endpoint,
  chunkSize: Number(chunkSize),
  uploadSize: statSync(path).size,
  metadata: JSON.parse(metadata),
  retryDelays: [0, 100, 200, 400, 800, 1600, 3200],
  urlStorage: new tus.FileUrlStorage(state),
  fingerprint: async () => path,
  onChunkComplete(_size, accepted) {
    console.log(accepted)
    if (stop && accepted >= Number(stop)) process.exit(3)
  },
  onError(error) {
    console.error(String(error))
    process.exit(1)
  },
  onSuccess: ({ lastResponse }) => console.log(lastResponse.getHeader('Content-Location'))
})
const [previous] = await upload.findPreviousUploads()
if (previous) upload.resumeFromPreviousUpload(previous)
upload.start()
