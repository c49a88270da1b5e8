/** The ways to bring in a table: drop a file anywhere, choose one, or paste. */

import { phrase } from '../text/language.js'
import { part, say, show } from './dom.js'
import { isTyping } from './keyboard.js'

/**
 * @typedef {object} FileInputHandlers
 * @property {(file: File) => void} onFile
 * @property {(text: string) => void} onPaste a text was pasted, and no text field had the focus
 * @property {(sentence: string) => void} onSentence why nothing was taken
 * @property {() => string} invitation what to say while a file hovers over a table; empty on the start screen
 */

/** @param {FileInputHandlers} handlers */
export function createFileInput({ onFile, onPaste, onSentence, invitation }) {
  const chooser = part('file', HTMLInputElement)

  /** @param {Iterable<File>} files */
  function take(files) {
    const [file, ...more] = files
    if (!file) onSentence(phrase('nothing'))
    else if (more.length > 0) onSentence(phrase('several'))
    else onFile(file)
  }

  listenToDrops(invitation, data => {
    if (isFolder(data)) onSentence(phrase('folder'))
    else take(data.files)
  })
  addEventListener('paste', event => {
    if (isTyping(event.target) || !event.clipboardData) return
    event.preventDefault()
    if (event.clipboardData.files.length > 0) return take(event.clipboardData.files)
    const text = event.clipboardData.getData('text/plain')
    if (text.trim()) onPaste(text)
    else onSentence(phrase('emptyPaste'))
  })
  chooser.onchange = () => {
    const files = [...(chooser.files ?? [])]
    chooser.value = '' // the same file can be chosen again
    if (files.length > 0) take(files)
  }

  return { choose: () => chooser.click() }
}

/** @param {() => string} invitation @param {(data: DataTransfer) => void} onDrop */
function listenToDrops(invitation, onDrop) {
  let depth = 0 // of the elements under the file

  /** @param {number} next */
  function hover(next) {
    depth = Math.max(0, next)
    document.body.toggleAttribute('data-dropping', depth > 0)
    say(part('overlay-words'), invitation())
    show(part('overlay'), depth > 0 && invitation() !== '')
  }

  addEventListener('dragenter', event => {
    if (hasFiles(event)) hover(depth + 1)
  })
  addEventListener('dragleave', event => {
    if (hasFiles(event)) hover(depth - 1)
  })
  addEventListener('dragover', event => {
    if (!hasFiles(event)) return
    event.preventDefault()
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy'
  })
  addEventListener('drop', event => {
    if (!hasFiles(event) || !event.dataTransfer) return
    event.preventDefault()
    hover(0)
    onDrop(event.dataTransfer)
  })
}

/** @param {DragEvent} event */
const hasFiles = event => event.dataTransfer?.types.includes('Files') ?? false

/** @param {DataTransfer} data */
const isFolder = ({ items }) => [...items].some(item => item.kind === 'file' && item.webkitGetAsEntry?.()?.isDirectory)
