/** How wide texts are, without laying them out. */

import { isPlain, pieces } from '../../text/format.js'

const MARK = 9 // pixels around the name of a character that cannot be seen

/** @param {HTMLElement} element whose letters are measured */
export function textMeasure(element) {
  const context = document.createElement('canvas').getContext('2d')
  /** @param {string} text @param {boolean} bold */
  return (text, bold) => {
    if (!context) return text.length * 8
    const { fontFamily, fontSize } = style(element)
    const font = `${bold ? 600 : 400} ${fontSize} ${fontFamily}`
    if (context.font !== font) context.font = font
    if (isPlain(text)) return context.measureText(text).width
    return pieces(text).reduce((sum, piece) => sum + context.measureText(piece.text).width + (piece.mark ? MARK : 0), 0)
  }
}

/** @type {{fontFamily: string, fontSize: string} | null} */
let known = null

/** The face does not change while the page is open, and asking for it is slow. @param {HTMLElement} element */
function style(element) {
  return (known ??= (({ fontFamily, fontSize }) => ({ fontFamily, fontSize }))(getComputedStyle(element)))
}
