/** A connection that comes back by itself: the only file that names WebSocket. */

import { delay, patience } from '../protocol/backoff.js'
import { decode, encode } from '../protocol/frames.js'

const SUBPROTOCOL = 'pagecast.v1'
const CLOCK_MS = 5000
const SLEPT_MS = 20_000 // so long without a tick: this machine slept
const SILENT_MS = 5000 // no answer in this time: nobody is there any more
const QUIET_MS = 45_000 // the server asks every 20 s whether we are there, but only the browser hears that

/**
 * @typedef {import('../protocol/frames.js').ToViewer} ToViewer
 * @typedef {object} Handlers
 * @property {() => void} onOpen
 * @property {() => void} [onDoubt] ask the server for any answer
 * @property {(frame: ToViewer) => void} onFrame
 * @property {() => void} onOdd a message that is no frame we know
 * @property {(until: number, full: boolean) => void} onLost it will be tried again then; `full`: there are too many already
 * @property {(code: number, reason: string) => void} onRefused it will not
 *
 * @typedef {object} Wire
 * @property {(frame: import('../protocol/frames.js').ToServer) => boolean} send whether it could be
 * @property {(bytes: Uint8Array<ArrayBuffer>) => void} sendBytes
 * @property {() => void} now try again at once
 * @property {() => number} heard when the last message came
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

/** Whether there are too many already: a browser does not say why it got no connection. @param {string} path */
async function isFull(path) {
  const answer = await fetch(path).catch(() => null)
  return answer?.status === 503 || answer?.status === 429
}

/** @param {string} path @param {Handlers} handlers @returns {Wire} */
export function connect(path, handlers) {
  /** @type {WebSocket | null} */
  let socket = null
  let attempt = 0
  let timer = 0
  let doubt = 0
  let ticked = Date.now()
  let heard = ticked

  function open() {
    clearTimeout(timer)
    timer = 0
    const current = new WebSocket(addressOf(path), SUBPROTOCOL)
    socket = current
    let opened = false
    current.onopen = () => {
      opened = true
      heard = Date.now()
      handlers.onOpen()
    }
    current.onmessage = ({ data }) => {
      attempt = 0
      heard = Date.now()
      trust()
      receive(data)
    }
    current.onclose = ({ code, reason }) => {
      if (socket !== current) return
      ended(code, reason)
      if (!opened) askWhy()
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
    trust()
    if (isFinal(code)) {
      forget()
      return handlers.onRefused(code, reason)
    }
    rest(delay(attempt++, Math.random), false)
  }

  /** @param {number} wait @param {boolean} full */
  function rest(wait, full) {
    clearTimeout(timer)
    timer = setTimeout(open, wait)
    handlers.onLost(Date.now() + wait, full)
  }

  async function askWhy() {
    const waiting = timer
    if ((await isFull(path)) && timer && timer === waiting) rest(patience(Math.random), true)
  }

  function now() {
    if (timer) open()
  }

  function trust() {
    clearTimeout(doubt)
    doubt = 0
  }

  /** After a sleep, or in another network, a line may look open for minutes that leads nowhere. */
  function ask() {
    const current = socket
    if (doubt || !handlers.onDoubt || current?.readyState !== WebSocket.OPEN) return
    doubt = setTimeout(() => {
      if (socket !== current) return
      ended(1006, '')
      current.close()
      now()
    }, SILENT_MS)
    handlers.onDoubt()
  }

  function wake() {
    now()
    ask()
  }

  function wakeIfSeen() {
    if (document.visibilityState === 'visible') wake()
  }

  const clock = setInterval(() => {
    if (Date.now() - ticked > SLEPT_MS) wake()
    if (Date.now() - heard > QUIET_MS) ask()
    ticked = Date.now()
  }, CLOCK_MS)

  function forget() {
    clearTimeout(timer)
    clearInterval(clock)
    trust()
    timer = 0
    removeEventListener('online', wake)
    document.removeEventListener('visibilitychange', wakeIfSeen)
  }

  addEventListener('online', wake)
  document.addEventListener('visibilitychange', wakeIfSeen)
  open()

  return {
    send(frame) {
      if (socket?.readyState !== WebSocket.OPEN) return false
      socket.send(encode(frame))
      if (Date.now() - heard > SILENT_MS) ask() // whoever does something is to know soon whether it counts
      return true
    },
    sendBytes(bytes) {
      if (socket?.readyState === WebSocket.OPEN) socket.send(bytes)
    },
    now,
    heard: () => heard,
    close() {
      forget()
      const last = socket
      socket = null
      last?.close()
    }
  }
}
