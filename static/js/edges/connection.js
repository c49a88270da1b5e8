/** A connection that reconnects by itself. */

import { fullDelay, retryDelay } from '../protocol/backoff.js'
import { decode, encode } from '../protocol/frames.js'
import { openSocket } from './socket.js'

/** @import { FrameToServer, FrameToViewer } from '../protocol/frames.js' */

const CLOCK_MS = 5000
const SLEPT_MS = 20_000 // so long without a tick: this machine slept
const ANSWER_MS = 5000 // without an answer in this time, the connection is dead
const QUIET_MS = 45_000 // the server pings every 20 s, but only the browser notices

/**
 * @typedef {object} ConnectionHandlers
 * @property {() => void} onOpen
 * @property {() => void} [onDoubt] make the server answer
 * @property {(frame: FrameToViewer) => void} onFrame
 * @property {() => void} onUnknown a message came that is no frame we know
 * @property {(until: number, full: boolean) => void} onLost it will be tried again then; `full`: the server is full
 * @property {(code: number, reason: string) => void} onRefused it will not be tried again
 *
 * @typedef {object} Connection
 * @property {(frame: FrameToServer) => boolean} send whether it could be sent
 * @property {(bytes: Uint8Array<ArrayBuffer>) => void} sendBytes
 * @property {() => void} retry try again at once
 * @property {() => number} heard when the last message came
 * @property {() => void} close for good
 */

/** Whether a close code says not to come back. @param {number} code */
const isFinal = code => (code >= 4500 && code <= 4999) || code === 1008 || code === 1009

/** Whether the server is full: a browser does not say why a connection was refused. @param {string} path */
async function isFull(path) {
  const answer = await fetch(path).catch(() => null)
  return answer?.status === 503 || answer?.status === 429
}

/** @param {unknown} data @param {ConnectionHandlers} handlers */
function receive(data, { onFrame, onUnknown }) {
  let frame
  try {
    frame = decode(String(data))
  } catch (error) {
    console.warn('Pagecast:', error)
    return onUnknown()
  }
  onFrame(frame)
}

/** @param {string} path @param {ConnectionHandlers} handlers @returns {Connection} */
export function connect(path, handlers) {
  /** @type {WebSocket | null} */
  let socket = null
  let attempt = 0
  const isOpen = () => socket?.readyState === socket?.OPEN

  function open() {
    const current = openSocket(path)
    socket = current
    let opened = false
    current.onopen = () => {
      opened = true
      watchdog.hear()
      handlers.onOpen()
    }
    current.onmessage = ({ data }) => {
      attempt = 0
      watchdog.hear()
      receive(data, handlers)
    }
    current.onclose = ({ code, reason }) => {
      if (socket !== current) return
      end(code, reason)
      if (!opened) retry.askWhy()
    }
  }

  /** @param {number} code @param {string} reason */
  function end(code, reason) {
    socket = null
    watchdog.trust()
    if (!isFinal(code)) return retry.wait(retryDelay(attempt++, Math.random), false)
    stop()
    handlers.onRefused(code, reason)
  }

  /** Close a connection that looks open and is dead. */
  function drop() {
    const current = socket
    end(1006, '')
    current?.close()
    retry.now()
  }

  function stop() {
    watchdog.stop()
    retry.stop()
  }

  const retry = createRetry(path, open, handlers.onLost)
  const watchdog = createWatchdog({ isOpen, ask: handlers.onDoubt, onWake: retry.now, onDead: drop })
  open()

  return {
    send(frame) {
      if (!isOpen()) return false
      socket?.send(encode(frame))
      watchdog.expect()
      return true
    },
    sendBytes(bytes) {
      if (isOpen()) socket?.send(bytes)
    },
    retry: retry.now,
    heard: watchdog.heard,
    close() {
      stop()
      const last = socket
      socket = null
      last?.close()
    }
  }
}

/**
 * Open a connection again after a delay.
 *
 * @param {string} path
 * @param {() => void} open
 * @param {ConnectionHandlers['onLost']} onLost
 */
function createRetry(path, open, onLost) {
  let timer = 0

  /** @param {number} delay @param {boolean} full */
  function wait(delay, full) {
    clearTimeout(timer)
    timer = setTimeout(now, delay)
    onLost(Date.now() + delay, full)
  }

  function stop() {
    clearTimeout(timer)
    timer = 0
  }

  function now() {
    if (!timer) return
    stop()
    open()
  }

  return {
    wait,
    stop,
    now,
    /** Wait longer where the server is full. */
    async askWhy() {
      const waiting = timer
      if ((await isFull(path)) && timer && timer === waiting) wait(fullDelay(Math.random), true)
    }
  }
}

/**
 * @typedef {object} WatchdogParts
 * @property {() => boolean} isOpen
 * @property {(() => void) | undefined} ask make the server answer
 * @property {() => void} onWake this machine woke, or is online again
 * @property {() => void} onDead no answer came
 */

/**
 * Watch for a dead connection: after a sleep, or in another network, it may look open for minutes.
 *
 * @param {WatchdogParts} parts
 */
function createWatchdog({ isOpen, ask, onWake, onDead }) {
  let doubting = 0
  let ticked = Date.now()
  let heard = ticked

  function trust() {
    clearTimeout(doubting)
    doubting = 0
  }

  /** Ask for an answer where none came for some time. @param {number} ms */
  function doubtAfter(ms) {
    if (Date.now() - heard <= ms || doubting || !ask || !isOpen()) return
    doubting = setTimeout(onDead, ANSWER_MS)
    ask()
  }

  function wake() {
    onWake()
    doubtAfter(-1)
  }

  function wakeIfSeen() {
    if (document.visibilityState === 'visible') wake()
  }

  const clock = setInterval(() => {
    if (Date.now() - ticked > SLEPT_MS) wake()
    doubtAfter(QUIET_MS)
    ticked = Date.now()
  }, CLOCK_MS)
  addEventListener('online', wake)
  document.addEventListener('visibilitychange', wakeIfSeen)

  return {
    trust,
    heard: () => heard,
    /** A message came. */
    hear() {
      heard = Date.now()
      trust()
    },
    /** A frame was sent: its sender needs to know soon whether it counts. */
    expect: () => doubtAfter(ANSWER_MS),
    stop() {
      trust()
      clearInterval(clock)
      removeEventListener('online', wake)
      document.removeEventListener('visibilitychange', wakeIfSeen)
    }
  }
}
