/** Go on to the next page by scrolling past the end of this one, or by a swipe: only on purpose. */

const REST_MS = 250 // after a pause of the wheel at the end of a page, what comes is a new push
const PUSH = 180 // pixels of wheel
const NOTCH = 60 // the most pixels that one event counts for: a single jolt turns no page
const SWIPE = 80 // pixels of finger

/** @typedef {{onNext: () => void, onPrevious: () => void}} GestureHandlers */

/** @param {HTMLElement} scroller @param {GestureHandlers} handlers */
export function listenToGestures(scroller, handlers) {
  listenToWheel(scroller, handlers)
  listenToSwipes(scroller, handlers)
}

/** @param {HTMLElement} scroller @param {GestureHandlers} handlers */
function listenToWheel(scroller, { onNext, onPrevious }) {
  let pushed = 0
  let last = 0
  let isMeant = false

  scroller.addEventListener(
    'wheel',
    ({ deltaX, deltaY, deltaMode, ctrlKey, timeStamp }) => {
      if (ctrlKey || Math.abs(deltaX) > Math.abs(deltaY) || deltaY === 0) return
      const { scrollTop, clientHeight, scrollHeight } = scroller
      const atEnd = deltaY > 0 ? scrollTop + clientHeight >= scrollHeight - 2 : scrollTop <= 0
      const rested = timeStamp - last > REST_MS
      last = timeStamp
      if (!atEnd) pushed = 0
      isMeant = atEnd && (isMeant || rested)
      if (!isMeant) return
      const pixels = deltaY * (deltaMode === 0 ? 1 : 40)
      pushed = (pushed * deltaY < 0 ? 0 : pushed) + Math.max(-NOTCH, Math.min(NOTCH, pixels))
      if (Math.abs(pushed) < PUSH) return
      pushed = 0
      isMeant = false
      if (deltaY > 0) onNext()
      else onPrevious()
    },
    { passive: true }
  )
}

/** @param {HTMLElement} scroller @param {GestureHandlers} handlers */
function listenToSwipes(scroller, { onNext, onPrevious }) {
  /** @type {{x: number, y: number, left: boolean, right: boolean} | null} */
  let touch = null

  scroller.addEventListener(
    'touchstart',
    ({ target, touches: [finger, other] }) => {
      const { scrollLeft, clientWidth, scrollWidth } = scroller
      const ends = { left: scrollLeft <= 0, right: scrollLeft + clientWidth >= scrollWidth - 2 }
      const selects = target instanceof Element && target.matches('.handle')
      touch = finger && !other && !selects ? { x: finger.clientX, y: finger.clientY, ...ends } : null
    },
    { passive: true }
  )
  scroller.addEventListener('touchend', ({ changedTouches: [finger] }) => {
    if (!touch || !finger) return
    const [x, y] = [finger.clientX - touch.x, finger.clientY - touch.y]
    if (Math.abs(x) < SWIPE || Math.abs(x) < 2 * Math.abs(y)) return
    if (x < 0 && touch.right) onNext()
    else if (x > 0 && touch.left) onPrevious()
  })
}
