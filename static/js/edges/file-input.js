/** Taking a table in: dropped anywhere, chosen, or pasted. */

import { phrase } from '../text/language.js'
import { part, say, show } from './dom.js'
import { isTyping } from './keyboard.js'

/**
 * @typedef {object} Handlers
 * @property {(file: File) => void} onFile
 * @property {(text: string) => void} onText pasted while no text field had focus
 * @property {(sentence: string) => void} onSentence why nothing was taken
 * @property {() => string} invitation what is said while a file hovers over a table; empty on the first screen
 */

/** @param {Handlers} handlers */
export function takeTables({ onFile, onText, onSentence, invitation }) {
  const overlay = part('overlay')
  const chooser = part('file', HTMLInputElement)
  let depth = 0 // of the elements that a file hovers over

  /** @param {boolean} dropping */
  function hover(dropping) {
    document.body.toggleAttribute('data-dropping', dropping)
    say(part('overlay-words'), invitation())
    show(overlay, dropping && invitation() !== '')
  }

  /** @param {Iterable<File>} files */
  function take(files) {
    const [file, ...more] = files
    if (!file) onSentence(phrase('nothing'))
    else if (more.length > 0) onSentence(phrase('several'))
    else onFile(file)
  }

  addEventListener('dragenter', event => {
    if (hasFiles(event)) hover(++depth > 0)
  })
  addEventListener('dragleave', event => {
    if (!hasFiles(event)) return
    depth = Math.max(0, depth - 1)
    hover(depth > 0)
  })
  addEventListener('dragover', event => {
    if (!hasFiles(event)) return
    event.preventDefault()
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy'
  })
  addEventListener('drop', event => {
    if (!hasFiles(event) || !event.dataTransfer) return
    event.preventDefault()
    depth = 0
    hover(false)
    if (isFolder(event.dataTransfer)) onSentence(phrase('folder'))
    else take(event.dataTransfer.files)
  })

  addEventListener('paste', event => {
    if (isTyping(event.target) || !event.clipboardData) return
    event.preventDefault()
    if (event.clipboardData.files.length > 0) return take(event.clipboardData.files)
    const text = event.clipboardData.getData('text/plain')
    if (text.trim()) onText(text)
    else onSentence(phrase('emptyPaste'))
  })

  chooser.addEventListener('change', () => {
    const files = [...(chooser.files ?? [])]
    chooser.value = '' // so that the same file can be chosen again
    if (files.length > 0) take(files)
  })

  return { choose: () => chooser.click() }
}

/** @param {DragEvent} event */
function hasFiles(event) {
  return event.dataTransfer?.types.includes('Files') ?? false
}

/** @param {DataTransfer} transfer */
function isFolder({ items }) {
  return [...items].some(item => item.kind === 'file' && item.webkitGetAsEntry?.()?.isDirectory)
}
