/** The widths of texts, without laying them out. */

import { isPlain, pieces } from '../../text/format.js'

/** @import { Measure } from '../../grid/layout.js' */

const MARK = 9 // pixels around the name of a character that cannot be seen

/**
 * @param {HTMLElement} element with the font
 * @returns {{measure: Measure, forget: () => void}} `forget` the font: the element has another one
 */
export function textMeasure(element) {
  const context = document.createElement('canvas').getContext('2d')
  let face = '' // it seldom changes, and asking for it is slow
  return {
    measure(text, bold) {
      if (!context) return text.length * 8
      face ||= faceOf(element)
      const font = `${bold ? 600 : 400} ${face}`
      if (context.font !== font) context.font = font
      if (isPlain(text)) return context.measureText(text).width
      const widths = pieces(text).map(piece => context.measureText(piece.text).width + (piece.mark ? MARK : 0))
      return widths.reduce((sum, width) => sum + width, 0)
    },
    forget() {
      face = ''
    }
  }
}

/** @param {HTMLElement} element */
function faceOf(element) {
  const { fontFamily, fontSize } = getComputedStyle(element)
  return `${fontSize} ${fontFamily}`
}
