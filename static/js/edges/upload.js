/** One upload, on a connection of its own, from the first byte to `finished`. */

import { phrase } from '../text/language.js'
import { encodeChunk } from '../protocol/frames.js'
import { arrived, begin, left, next, rate, rewound, secondsLeft } from '../protocol/transfer.js'
import { startHasher } from './hasher.js'
import { keepUpload } from './storage.js'
import { connect } from './connection.js'

/**
 * @typedef {import('../state/state.js').UploadEvent} UploadEvent
 * @typedef {import('../protocol/transfer.js').Transfer} Transfer
 * @typedef {object} Options
 * @property {string} path of the upload's connection
 * @property {string} kept the upload to go on with, or an empty text
 * @property {() => string} viewer who brings it, or an empty text
 * @property {(event: UploadEvent) => void} tell
 * @property {(uuid: string) => void} onAccepted
 * @property {() => void} onEnd however it ended; not called after `cancel`
 *
 * @typedef {{cancel: () => void, now: () => void, pause: () => void}} Sending `pause` also ends a pause
 */

const AT_ONCE = 4 * 2 ** 20 // hashed at once of what was sent before a reload

/** @param {File} file @param {Options} options @returns {Sending} */
export function upload(file, { path, kept, viewer, tell, onAccepted, onEnd }) {
  const hasher = startHasher()
  /** The piece that is being hashed: the next is read once it is done, so that memory stays bounded. */
  let hashing = Promise.resolve('')
  let hashed = 0
  let secret = kept // the upload's name, once the server has given it one
  let uuid = ''
  let refusal = '' // the last sentence of the server
  let beginAgain = false
  let rewinding = false
  let over = false
  let paused = false
  /** What is under way on this connection; a new one begins with a new one. @type {Transfer | null} */
  let transfer = null
  let connection = 0
  /** The connection on which pieces are being read, so that two loops never share one. */
  let reading = 0

  let wire = open()

  function open() {
    return connect(path, {
      onOpen() {
        connection += 1
        transfer = null
        rewinding = false
        if (secret) wire.send({ type: 'resume', upload: secret })
        else wire.send({ type: 'upload', name: file.name, size: file.size, viewer: viewer() })
      },
      onFrame: receive,
      onOdd: () => fail(phrase('outdated')),
      onLost(until) {
        connection += 1
        transfer = null
        tell({ type: 'upload-cut', until })
      },
      onRefused(_code, reason) {
        if (!beginAgain) return fail(refusal || reason || phrase('notTaken'))
        beginAgain = false
        wire = open()
      }
    })
  }

  /** @param {import('../protocol/frames.js').ToViewer} frame */
  function receive(frame) {
    switch (frame.type) {
      case 'accepted':
        secret = frame.upload
        uuid = frame.uuid
        keepUpload(uuid, file, secret)
        transfer = begin(file.size, frame.offset, frame.max_chunk, Date.now())
        moved(transfer)
        onAccepted(frame.uuid)
        return pump()
      case 'stored':
        if (!transfer) return
        transfer = rewinding ? rewound(transfer, frame.offset, Date.now()) : arrived(transfer, frame.offset, Date.now())
        rewinding = false
        moved(transfer)
        return pump()
      case 'error':
        refusal = frame.message
        rewinding = true // a chunk is missing; after any other error the connection is closed
        if (frame.code === 'unknown-upload' && secret) forget()
        return
      case 'finished':
        tell({ type: 'upload-over' })
        return end()
    }
  }

  /** The server does not know this upload any more: all of it goes again. */
  function forget() {
    secret = ''
    beginAgain = true
    hashed = 0
    hashing = hasher.reset()
    hashing.catch(() => fail(phrase('wontHash')))
  }

  /** @param {Transfer} at */
  function moved(at) {
    const now = Date.now()
    tell({ type: 'upload-moved', stored: at.stored, rate: rate(at, now), secondsLeft: secondsLeft(at, now) })
  }

  /** Send while the line has room. */
  async function pump() {
    const mine = connection
    if (reading === mine || over) return
    reading = mine
    try {
      await catchUp(mine, transfer?.stored ?? 0)
      for (let span = room(mine); span; span = room(mine)) {
        const bytes = await read(span.from, span.to)
        await hashing
        if (!bytes || room(mine)?.from !== span.from) continue // cut or rewound in the meantime
        wire.sendBytes(encodeChunk(span.from, bytes))
        transfer = transfer && left(transfer, span.to, Date.now())
        hash(span.from, bytes)
      }
      if (mine === connection && transfer && transfer.stored === file.size) await finish(mine)
    } catch {
      fail(phrase('wontHash'))
    } finally {
      if (reading === mine) reading = 0
    }
  }

  /** @param {number} mine */
  function room(mine) {
    return over || mine !== connection || !transfer ? null : next(transfer)
  }

  /** @param {number} from @param {number} to */
  async function read(from, to) {
    try {
      return new Uint8Array(await file.slice(from, to).arrayBuffer())
    } catch {
      fail(phrase('unreadable'))
      return null
    }
  }

  /** What was sent before a reload is in the sum too. @param {number} mine @param {number} to */
  async function catchUp(mine, to) {
    while (hashed < to && mine === connection && !over) {
      const from = hashed
      const bytes = await read(from, Math.min(to, from + AT_ONCE))
      await hashing
      if (!bytes) return
      hash(from, bytes)
    }
  }

  /** What is sent again after a cut has been hashed before. @param {number} from @param {Uint8Array<ArrayBuffer>} bytes */
  function hash(from, bytes) {
    const fresh = bytes.subarray(Math.max(0, hashed - from))
    if (fresh.length === 0) return
    hashed = from + bytes.length
    hashing = hasher.add(fresh)
    hashing.catch(() => fail(phrase('wontHash')))
  }

  /** @param {number} mine */
  async function finish(mine) {
    await hashing
    const sha256 = await hasher.digest()
    if (mine !== connection || over) return
    wire.send({ type: 'finish', sha256 })
    tell({ type: 'upload-checking' })
  }

  /** @param {string} message */
  function fail(message) {
    if (over) return
    tell({ type: 'upload-failed', message })
    end()
  }

  function end() {
    if (uuid) keepUpload(uuid, file, '')
    stop()
    onEnd()
  }

  function stop() {
    over = true
    hasher.stop()
    wire.close()
  }

  return {
    cancel() {
      if (uuid) keepUpload(uuid, file, '')
      wire.send({ type: 'cancel' })
      stop()
      tell({ type: 'upload-over' })
    },
    now: () => wire.now(),
    /** The connection is closed meanwhile, so that it takes up nobody's place. */
    pause() {
      paused = !paused
      tell({ type: 'upload-paused', paused })
      if (!paused) wire = open()
      else {
        connection += 1
        transfer = null
        wire.close()
      }
    }
  }
}
