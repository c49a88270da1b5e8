/** On past the end of a page, by the wheel and by a swipe: only when it is meant, because others turn too. */

const REST_MS = 250 // without the wheel at the end of a page: what comes then is a new push, not the end of the old one
const PUSH = 180 // pixels of wheel
const NOTCH = 60 // pixels that one event counts for at most: a page is not turned by a single jolt
const SWIPE = 80 // pixels of finger

/** @param {HTMLElement} scroller @param {{onNext: () => void, onPrevious: () => void}} handlers */
export function listenPast(scroller, { onNext, onPrevious }) {
  let pushed = 0
  let last = 0
  let meant = false
  /** @type {{x: number, y: number, left: boolean, right: boolean} | null} */
  let touch = null

  scroller.addEventListener(
    'wheel',
    ({ deltaX, deltaY, deltaMode, ctrlKey, timeStamp }) => {
      if (ctrlKey || Math.abs(deltaX) > Math.abs(deltaY) || deltaY === 0) return
      const { scrollTop, clientHeight, scrollHeight } = scroller
      const atEnd = deltaY > 0 ? scrollTop + clientHeight >= scrollHeight - 2 : scrollTop <= 0
      const rested = timeStamp - last > REST_MS
      last = timeStamp
      if (!atEnd) pushed = 0
      meant = atEnd && (meant || rested)
      if (!meant) return
      const pixels = deltaY * (deltaMode === 0 ? 1 : 40)
      pushed = (pushed * deltaY < 0 ? 0 : pushed) + Math.max(-NOTCH, Math.min(NOTCH, pixels))
      if (Math.abs(pushed) < PUSH) return
      pushed = 0
      meant = false
      if (deltaY > 0) onNext()
      else onPrevious()
    },
    { passive: true }
  )

  scroller.addEventListener(
    'touchstart',
    ({ target, touches: [finger, other] }) => {
      const { scrollLeft, clientWidth, scrollWidth } = scroller
      const there = { left: scrollLeft <= 0, right: scrollLeft + clientWidth >= scrollWidth - 2 }
      const holds = target instanceof Element && target.matches('.handle') // it selects
      touch = finger && !other && !holds ? { x: finger.clientX, y: finger.clientY, ...there } : null
    },
    { passive: true }
  )

  scroller.addEventListener(
    'touchend',
    ({ changedTouches: [finger] }) => {
      if (!touch || !finger) return
      const [x, y] = [finger.clientX - touch.x, finger.clientY - touch.y]
      if (Math.abs(x) < SWIPE || Math.abs(x) < 2 * Math.abs(y)) return
      if (x < 0 && touch.right) onNext()
      else if (x > 0 && touch.left) onPrevious()
    },
    { passive: true }
  )
}
