/**
 * The sockets of the page; only this file names WebSocket. The page of a table loads it ahead of the other scripts, so
 * that its first socket connects while they are on the way.
 */

const SUBPROTOCOL = 'pagecast.v1'

/** @typedef {{path: string, socket: WebSocket, events: Event[]}} Opened a socket, and what it has said so far */

const [, home, uuid] = /^(.*\/parser\/)([\da-f-]{36})\b/.exec(location.pathname) ?? []
let early = uuid ? open(`${home}ws/${uuid}`) : null

/** @param {string} path @returns {Opened} */
function open(path) {
  const socket = new WebSocket(location.origin.replace('http', 'ws') + path, SUBPROTOCOL)
  /** @type {Event[]} */
  const events = []
  const keep = /** @param {Event} event */ event => void events.push(event)
  Object.assign(socket, { onopen: keep, onmessage: keep, onclose: keep })
  return { path, socket, events }
}

/**
 * Open a socket, or take the early one. Handlers that are set at once hear what it has said.
 *
 * @param {string} path
 */
export function openSocket(path) {
  const { socket, events } = early?.path === path ? early : open(path)
  early = null
  const handlers = /** @type {any} */ (socket)
  queueMicrotask(() => {
    for (const event of events) handlers[`on${event.type}`](event)
  })
  return socket
}
