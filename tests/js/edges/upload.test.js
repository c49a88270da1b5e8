import assert from 'node:assert/strict'
import test from 'node:test'

const UUID = '3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11'
const LEFT = `pagecast.left.${UUID}`

/** A worker that hashes at once. */
class FakeWorker {
  postMessage() {
    queueMicrotask(() => this.onmessage({ data: 'a hash' }))
  }
  terminate() {}
}

/** A socket whose other end is the test. */
class FakeSocket {
  static last
  OPEN = 1
  readyState = 1
  constructor() {
    FakeSocket.last = this
    this.hasChunk = new Promise(done => (this.onChunk = done))
  }
  send(data) {
    if (typeof data !== 'string') this.onChunk()
  }
  close() {}
  say(frame) {
    this.onmessage({ data: JSON.stringify(frame) })
  }
}

/** Stand in for the browser. Returns what it remembers. */
function pretend(t) {
  const kept = new Map()
  const localStorage = {
    getItem: key => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: key => kept.delete(key)
  }
  const deaf = { addEventListener() {}, removeEventListener() {} }
  const fakes = {
    ...deaf,
    document: { ...deaf, visibilityState: 'visible' },
    location: { origin: 'http://localhost', pathname: '/parser/' },
    localStorage,
    sessionStorage: localStorage,
    WebSocket: FakeSocket,
    Worker: FakeWorker
  }
  for (const [name, value] of Object.entries(fakes)) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name)
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
    t.after(() => (before ? Object.defineProperty(globalThis, name, before) : delete globalThis[name]))
  }
  return kept
}

test('only an upload that was not sent to its end is left', async t => {
  const kept = pretend(t)
  const { startUpload } = await import('../../../static/js/edges/upload.js')
  let onChecking
  const checking = new Promise(done => (onChecking = done))
  const upload = startUpload(new File(['a\tb\n'], 'cities.tsv', { lastModified: 1 }), {
    path: '/parser/ws/upload',
    secret: '',
    viewer: () => '',
    dispatch: ({ type }) => type === 'upload-checking' && onChecking(),
    onAccepted() {},
    onEnd() {}
  })
  const socket = FakeSocket.last
  socket.onopen()
  socket.say({ type: 'accepted', upload: 'secret', uuid: UUID, offset: 0, max_chunk: 1000 })
  upload.leave()
  assert.match(kept.get(LEFT), /cities\.tsv/)
  kept.delete(LEFT)
  await socket.hasChunk
  socket.say({ type: 'stored', offset: 4 })
  await checking
  upload.leave()
  const isLeft = kept.has(LEFT)
  upload.cancel() // else its timers go on
  assert.ok(!isLeft)
})
