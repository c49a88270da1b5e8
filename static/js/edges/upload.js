/** One upload, on a connection of its own, from the first byte to `finished`. */

import { encodeChunk } from '../protocol/frames.js'
import { chunkSent, chunkStored, nextChunk, rate, rewind, secondsLeft, startTransfer } from '../protocol/transfer.js'
import { phrase } from '../text/language.js'
import { connect } from './connection.js'
import { createFileHash } from './hasher.js'
import { keepUpload, leaveUpload } from './storage.js'

/**
 * @import { AcceptedFrame, FrameToViewer } from '../protocol/frames.js'
 * @import { Transfer } from '../protocol/transfer.js'
 * @import { UploadEvent } from '../state/state.js'
 * @import { Connection } from './connection.js'
 */

/**
 * @typedef {object} UploadOptions
 * @property {string} path of the upload's connection
 * @property {string} secret the upload to resume, or an empty text
 * @property {(uuid: string) => string} viewer the viewer who uploads, or an empty text; `uuid` of a document that is new
 * @property {(event: UploadEvent) => void} dispatch
 * @property {(uuid: string) => void} onAccepted
 * @property {() => void} onEnd however it ended; not called after `cancel`
 *
 * @typedef {{cancel: () => void, retry: () => void, pause: () => void, leave: () => void}} RunningUpload `pause` also ends
 *   a pause; `leave` is called when the page closes
 *
 * @typedef {object} UploadSession
 * @property {File} file
 * @property {UploadOptions} options
 * @property {ReturnType<typeof createFileHash>} hash
 * @property {Connection | null} connection
 * @property {number} generation counts the connections: what began on an earlier one does not count
 * @property {Transfer | null} transfer what is under way on this connection
 * @property {string} secret the server's name for this upload, or an empty text
 * @property {string} uuid
 * @property {string} refusal the last error sentence of the server
 * @property {boolean} startsOver the server does not know this upload any more
 * @property {boolean} rewinds the server is about to say from where to send again
 * @property {number} reading the generation that reads the file, so that two loops never share one; or 0
 * @property {boolean} sent all of it: the server checks it alone, and this connection has to say nothing more
 * @property {boolean} over
 * @property {boolean} paused
 */

const HASH_PIECE = 4 * 2 ** 20 // bytes of what was sent before a reload

/** @param {File} file @param {UploadOptions} options @returns {RunningUpload} */
export function startUpload(file, options) {
  /** @type {UploadSession} */
  const session = {
    file,
    options,
    hash: createFileHash(() => fail(session, phrase('wontHash'))),
    connection: null,
    generation: 0,
    transfer: null,
    secret: options.secret,
    uuid: '',
    refusal: '',
    startsOver: false,
    rewinds: false,
    reading: 0,
    sent: false,
    over: false,
    paused: false
  }
  open(session)

  return {
    cancel() {
      forgetSecret(session)
      session.connection?.send({ type: 'cancel' })
      stop(session)
      options.dispatch({ type: 'upload-over' })
    },
    retry: () => session.connection?.retry(),
    leave() {
      if (session.secret && !session.sent) leaveUpload(session.uuid, file, session.secret, Date.now())
    },
    pause() {
      session.paused = !session.paused
      options.dispatch({ type: 'upload-paused', paused: session.paused })
      if (!session.paused) return open(session)
      interrupt(session)
      session.connection?.close() // it would take up a slot
    }
  }
}

/** @param {UploadSession} session */
function open(session) {
  const { file, options } = session
  const connection = connect(options.path, {
    onOpen() {
      interrupt(session)
      session.rewinds = false
      const { secret } = session
      if (secret) connection.send({ type: 'resume', upload: secret })
      else connection.send({ type: 'upload', name: file.name, size: file.size, viewer: options.viewer('') })
    },
    onFrame: frame => receive(session, frame),
    onUnknown: () => fail(session, phrase('outdated')),
    onLost(until) {
      interrupt(session)
      options.dispatch({ type: 'upload-cut', until })
    },
    onRefused(_code, reason) {
      if (!session.startsOver) return fail(session, session.refusal || reason || phrase('notTaken'))
      session.startsOver = false
      open(session)
    }
  })
  session.connection = connection
}

/** What is under way does not count any more. @param {UploadSession} session */
function interrupt(session) {
  session.generation += 1
  session.transfer = null
  session.sent = false
}

/** @param {UploadSession} session @param {FrameToViewer} frame */
function receive(session, frame) {
  switch (frame.type) {
    case 'accepted':
      accept(session, frame)
      return pump(session)
    case 'stored': {
      if (!session.transfer) return
      const next = session.rewinds ? rewind : chunkStored
      session.rewinds = false
      move(session, next(session.transfer, frame.offset, Date.now()))
      return pump(session)
    }
    case 'error':
      session.refusal = frame.message
      session.rewinds = true // a chunk is missing; after any other error the connection is closed
      if (frame.code === 'unknown-upload' && session.secret) startOver(session)
      return
    case 'finished':
      session.options.dispatch({ type: 'upload-over' })
      return end(session)
  }
}

/** @param {UploadSession} session @param {AcceptedFrame} frame */
function accept(session, { upload, uuid, offset, max_chunk }) {
  session.secret = upload
  session.uuid = uuid
  keepUpload(uuid, session.file, upload)
  move(session, startTransfer(session.file.size, offset, max_chunk, Date.now()))
  session.options.onAccepted(uuid)
}

/** Send the whole file again. @param {UploadSession} session */
function startOver(session) {
  session.secret = ''
  session.startsOver = true
  session.hash.reset()
}

/** @param {UploadSession} session @param {Transfer} transfer */
function move(session, transfer) {
  const now = Date.now()
  session.transfer = transfer
  session.options.dispatch({
    type: 'upload-moved',
    stored: transfer.stored,
    rate: rate(transfer, now),
    secondsLeft: secondsLeft(transfer, now)
  })
}

/** Read, send and hash the file while there is room for chunks. @param {UploadSession} session */
async function pump(session) {
  const { file, hash, generation } = session
  if (session.reading === generation || session.over) return
  session.reading = generation
  try {
    for (let span = nextSpan(session, generation); span; span = nextSpan(session, generation)) {
      const bytes = await read(session, span.from, span.to)
      await hash.settled()
      if (!bytes || nextSpan(session, generation)?.from !== span.from) continue // cut or rewound in the meantime
      if (session.transfer && span.from >= session.transfer.stored) {
        session.connection?.sendBytes(encodeChunk(span.from, bytes))
        session.transfer = chunkSent(session.transfer, span.to, Date.now())
      }
      hash.add(span.from, bytes)
    }
    if (generation === session.generation && session.transfer?.stored === file.size) await finish(session, generation)
  } catch {
    fail(session, phrase('wontHash'))
  } finally {
    if (session.reading === generation) session.reading = 0
  }
}

/**
 * Choose the bytes to read next: first those that were stored before a reload, only to be hashed, then those to send.
 *
 * @param {UploadSession} session
 * @param {number} generation
 */
function nextSpan({ over, generation: current, transfer, hash }, generation) {
  if (over || generation !== current || !transfer) return null
  const from = hash.hashed()
  return from < transfer.stored ? { from, to: Math.min(transfer.stored, from + HASH_PIECE) } : nextChunk(transfer)
}

/** @param {UploadSession} session @param {number} from @param {number} to */
async function read(session, from, to) {
  try {
    return new Uint8Array(await session.file.slice(from, to).arrayBuffer())
  } catch {
    fail(session, phrase('unreadable'))
    return null
  }
}

/** @param {UploadSession} session @param {number} generation */
async function finish(session, generation) {
  const sha256 = await session.hash.digest()
  if (generation !== session.generation || session.over) return
  session.connection?.send({ type: 'finish', sha256, viewer: session.options.viewer(session.uuid) })
  session.sent = true
  session.options.dispatch({ type: 'upload-checking' })
}

/** @param {UploadSession} session @param {string} message */
function fail(session, message) {
  if (session.over) return
  session.options.dispatch({ type: 'upload-failed', message })
  end(session)
}

/** @param {UploadSession} session */
function end(session) {
  forgetSecret(session)
  stop(session)
  session.options.onEnd()
}

/** A reload has nothing to resume. @param {UploadSession} session */
function forgetSecret({ uuid, file }) {
  if (uuid) keepUpload(uuid, file, '')
}

/** @param {UploadSession} session */
function stop(session) {
  session.over = true
  session.hash.stop()
  session.connection?.close()
}
