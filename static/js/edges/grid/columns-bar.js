/** The bar that stands for all columns of a wide table. */

import { part, show } from '../dom.js'

const WIDE = 4 // screens: from here on there is a bar

/** @param {HTMLElement} scroller */
export function createColumnsBar(scroller) {
  const bar = part('columns-bar', HTMLInputElement)
  let due = 0

  function draw() {
    due = 0
    const { clientWidth, scrollWidth, scrollLeft } = scroller
    show(bar, scrollWidth > WIDE * clientWidth)
    bar.value = String(scrollLeft / (scrollWidth - clientWidth))
  }

  /** At most once a frame, when the browser lays the table out anyway. */
  function drawSoon() {
    if (due === 0) due = requestAnimationFrame(draw)
  }

  bar.addEventListener('input', () => {
    scroller.scrollLeft = Number(bar.value) * (scroller.scrollWidth - scroller.clientWidth)
  })
  scroller.addEventListener('scroll', drawSoon, { passive: true })
  addEventListener('resize', drawSoon)
  return { drawSoon }
}
