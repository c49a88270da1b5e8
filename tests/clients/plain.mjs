/**
 * A client of the plain protocol that nobody here wrote: node's ws, which does what lines of JSON tell it.
 *
 * In: {"text": "3"} · {"binary": ["<base64>", …]} (one message, a ping between each two fragments) · {"close": true}
 * Out: {"open": "<extensions>"} · {"message": "…", "binary": false} · {"close": 1000, "reason": "…"}
 */
import { createInterface } from 'node:readline'
import WebSocket from 'ws'

const socket = new WebSocket(process.argv[2])
const tell = line => process.stdout.write(`${JSON.stringify(line)}\n`)

socket.on('open', () => tell({ open: socket.extensions }))
socket.on('message', (data, binary) => tell({ message: data.toString(), binary }))
socket.on('error', error => tell({ error: error.message }))
socket.on('close', (code, reason) => {
  tell({ close: code, reason: reason.toString() })
  process.exitCode = 0
  process.stdin.destroy()
})

createInterface({ input: process.stdin }).on('line', line => {
  const { text, binary } = JSON.parse(line)
  if (text !== undefined) {
    socket.send(text)
  } else if (binary !== undefined) {
    binary.forEach((piece, i) => {
      const fin = i === binary.length - 1
      socket.send(Buffer.from(piece, 'base64'), { binary: true, fin })
      if (!fin) socket.ping()
    })
  } else {
    socket.close()
  }
})
