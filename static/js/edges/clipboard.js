/** Copy a text, also over plain http, where a browser gives no clipboard. */

/** @param {string} text @returns {Promise<boolean>} whether it was copied */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyBySelection(text)
  }
}

/**
 * Copy a text that is on its way, within the press that asked for it.
 *
 * @param {Promise<string>} text
 * @returns {Promise<boolean>} whether it was copied; if not, the browser wants another press
 */
export async function copyLater(text) {
  try {
    const blob = text.then(words => new Blob([words], { type: 'text/plain' }))
    blob.catch(() => {}) // where there is no clipboard to wait for it
    await navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })])
    return true
  } catch {
    return copy(await text)
  }
}

/** @param {string} text */
function copyBySelection(text) {
  const field = document.createElement('textarea')
  const focused = document.activeElement
  field.value = text
  field.className = 'unseen'
  field.readOnly = true
  field.style.whiteSpace = 'pre' // else tabs become blanks
  document.body.append(field)
  field.select()
  const done = document.execCommand('copy')
  field.remove()
  if (focused instanceof HTMLElement) focused.focus()
  return done
}
