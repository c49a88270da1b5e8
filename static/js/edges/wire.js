/** A connection that comes back by itself: the only file that names WebSocket. */

import { delay } from '../backoff.js'
import { decode, encode } from '../protocol.js'

const SUBPROTOCOL = 'pagecast.v1'

/**
 * @typedef {import('../protocol.js').ToViewer} ToViewer
 * @typedef {object} Handlers
 * @property {() => void} onOpen
 * @property {(frame: ToViewer) => void} onFrame
 * @property {() => void} onOdd a message that is no frame we know
 * @property {(until: number) => void} onLost it will be tried again then
 * @property {(code: number, reason: string) => void} onRefused it will not
 *
 * @typedef {object} Wire
 * @property {(frame: import('../protocol.js').ToServer) => boolean} send whether it could be
 * @property {(bytes: Uint8Array<ArrayBuffer>) => void} sendBytes
 * @property {() => void} now try again at once
 * @property {() => void} close for good
 */

/** @param {string} path */
function addressOf(path) {
  return `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}${path}`
}

/** Whether a close says not to come back. @param {number} code */
function isFinal(code) {
  return (code >= 4500 && code <= 4999) || code === 1008 || code === 1009
}

/** @param {string} path @param {Handlers} handlers @returns {Wire} */
export function connect(path, handlers) {
  /** @type {WebSocket | null} */
  let socket = null
  let attempt = 0
  let timer = 0

  function open() {
    clearTimeout(timer)
    timer = 0
    const current = new WebSocket(addressOf(path), SUBPROTOCOL)
    socket = current
    current.onopen = () => handlers.onOpen()
    current.onmessage = ({ data }) => {
      attempt = 0
      receive(data)
    }
    current.onclose = ({ code, reason }) => {
      if (socket === current) ended(code, reason)
    }
  }

  /** @param {unknown} data */
  function receive(data) {
    let frame
    try {
      frame = decode(String(data))
    } catch (error) {
      console.warn('Pagecast:', error)
      return handlers.onOdd()
    }
    handlers.onFrame(frame)
  }

  /** @param {number} code @param {string} reason */
  function ended(code, reason) {
    socket = null
    if (isFinal(code)) {
      forget()
      return handlers.onRefused(code, reason)
    }
    const wait = delay(attempt++, Math.random)
    timer = setTimeout(open, wait)
    handlers.onLost(Date.now() + wait)
  }

  function now() {
    if (timer) open()
  }

  function nowIfSeen() {
    if (document.visibilityState === 'visible') now()
  }

  function forget() {
    clearTimeout(timer)
    timer = 0
    removeEventListener('online', now)
    document.removeEventListener('visibilitychange', nowIfSeen)
  }

  addEventListener('online', now)
  document.addEventListener('visibilitychange', nowIfSeen)
  open()

  return {
    send(frame) {
      if (socket?.readyState !== WebSocket.OPEN) return false
      socket.send(encode(frame))
      return true
    },
    sendBytes(bytes) {
      if (socket?.readyState === WebSocket.OPEN) socket.send(bytes)
    },
    now,
    close() {
      forget()
      const last = socket
      socket = null
      last?.close()
    },
  }
}
