/** The widths of texts, without laying them out. */

import { isPlain, pieces } from '../../text/format.js'

/** @import { Measure } from '../../grid/layout.js' */

const MARK = 9 // pixels around the name of a character that cannot be seen

/** @param {HTMLElement} element with the font @returns {Measure} */
export function textMeasure(element) {
  const context = document.createElement('canvas').getContext('2d')
  let face = '' // it does not change while the page is open, and asking for it is slow
  return (text, bold) => {
    if (!context) return text.length * 8
    face ||= faceOf(element)
    const font = `${bold ? 600 : 400} ${face}`
    if (context.font !== font) context.font = font
    if (isPlain(text)) return context.measureText(text).width
    return pieces(text).reduce((sum, piece) => sum + context.measureText(piece.text).width + (piece.mark ? MARK : 0), 0)
  }
}

/** @param {HTMLElement} element */
function faceOf(element) {
  const { fontFamily, fontSize } = getComputedStyle(element)
  return `${fontSize} ${fontFamily}`
}
