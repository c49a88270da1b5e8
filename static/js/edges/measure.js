/** How wide texts are, without laying them out. */

/** @param {HTMLElement} element whose letters are measured */
export function textMeasure(element) {
  const context = document.createElement('canvas').getContext('2d')
  /** @param {string} text @param {boolean} bold */
  return (text, bold) => {
    if (!context) return text.length * 8
    const { fontFamily, fontSize } = style(element)
    const font = `${bold ? 600 : 400} ${fontSize} ${fontFamily}`
    if (context.font !== font) context.font = font
    return context.measureText(text).width
  }
}

/** @type {{fontFamily: string, fontSize: string} | null} */
let known = null

/** The face does not change while the page is open, and asking for it is slow. @param {HTMLElement} element */
function style(element) {
  return (known ??= (({ fontFamily, fontSize }) => ({ fontFamily, fontSize }))(getComputedStyle(element)))
}
