/** The edge of the row details, which a pointer or the arrow keys move. The width is kept. */

import { attribute, part } from './dom.js'
import { keepRecordWidth, recordWidth } from './storage.js'

const [LEAST, MOST, STEP] = [20, 70, 2] // percent of the window

export function createPanelEdge() {
  const edge = part('record-edge')
  const panel = part('record')

  /** @param {number} percent @param {boolean} [isFinal] whether to keep it */
  function set(percent, isFinal = true) {
    const width = Math.max(LEAST, Math.min(MOST, percent))
    panel.style.setProperty('--width', `${width}vw`)
    attribute(edge, 'aria-valuenow', String(Math.round(width)))
    if (isFinal) keepRecordWidth(width)
  }

  const now = () => (100 * panel.offsetWidth) / innerWidth
  const move = (/** @type {PointerEvent} */ { clientX }) =>
    set((100 * (panel.getBoundingClientRect().right - clientX)) / innerWidth, false)

  edge.onpointerdown = event => {
    event.preventDefault()
    edge.setPointerCapture(event.pointerId)
    edge.onpointermove = move
  }
  edge.onlostpointercapture = () => {
    edge.onpointermove = null
    set(now())
  }
  edge.onkeydown = event => {
    const to = { ArrowLeft: now() + STEP, ArrowRight: now() - STEP, Home: LEAST, End: MOST }[event.key]
    if (to === undefined) return
    event.preventDefault()
    set(to)
  }
  const kept = recordWidth()
  if (kept) set(kept, false)
  return { show: () => attribute(edge, 'aria-valuenow', String(Math.round(now()))) }
}
