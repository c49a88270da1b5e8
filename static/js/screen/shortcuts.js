/**
 * Keyboard shortcuts: the name of a key press, and the actions that match typed words. The page has the list of actions.
 *
 * @typedef {{key: string, ctrlKey: boolean, altKey: boolean, metaKey: boolean, shiftKey: boolean}} KeyPress
 */

/** Whether a key is a single character, which dictation or a slip may press. @param {string} key */
const isSingle = key => key.length === 1

/**
 * Name the shortcut of a key press as the list of actions does, for example `Ctrl+Shift+c`.
 *
 * @param {KeyPress} press
 * @param {boolean} singles whether single characters are shortcuts
 * @returns {string} empty where it can be no shortcut
 */
export function shortcutOf({ key, ctrlKey, altKey, metaKey, shiftKey }, singles) {
  const held = ctrlKey || metaKey
  if (altKey || (!singles && isSingle(key) && key !== ' ' && !held)) return ''
  const name = key === ' ' ? 'Space' : held && isSingle(key) ? key.toLowerCase() : key
  const shifted = shiftKey && (held || !isSingle(name))
  return `${held ? 'Ctrl+' : ''}${shifted ? 'Shift+' : ''}${name}`
}

/**
 * List the actions whose names have every typed word, and first those that begin with it.
 *
 * @template {{name: string}} A
 * @param {readonly A[]} actions
 * @param {string} typed
 */
export function matchActions(actions, typed) {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  const found = actions.filter(({ name }) => words.every(word => name.toLowerCase().includes(word)))
  const begins = found.filter(({ name }) => name.toLowerCase().startsWith(words[0] ?? ''))
  return [...new Set([...begins, ...found])]
}
