/**
 * Keyboard shortcuts: the name of a key press, and the actions that match typed words or are likely next. The page has
 * the list of actions.
 *
 * @typedef {{key: string, ctrlKey: boolean, altKey: boolean, metaKey: boolean, shiftKey: boolean}} KeyPress
 */

import { unread } from '../state/talk.js'

/** @import { State } from '../state/state.js' */

const MAX_LIKELY = 6 // more are no suggestion

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
 * List the actions that have every typed word in their name, or among the other words for them. First come those whose
 * name begins with the words, then those whose name has them.
 *
 * @template {{name: string, also?: string}} A
 * @param {readonly A[]} actions
 * @param {string} typed
 */
export function matchActions(actions, typed) {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  const texts = actions.map(action => {
    const name = action.name.toLowerCase()
    return { action, name, all: `${name} ${action.also ?? ''}`.toLowerCase() }
  })
  const found = texts.filter(({ all }) => words.every(word => all.includes(word)))
  const named = found.filter(({ name }) => words.every(word => name.includes(word)))
  const begins = named.filter(({ name }) => name.startsWith(words[0] ?? ''))
  return [...new Set([...begins, ...named, ...found])].map(({ action }) => action)
}

/**
 * The actions that are likely next, the likeliest first. Some may not be possible.
 *
 * @param {State} state
 */
export function likelyActions({ selection, alone, doc, people, talk, me }) {
  const others = people.count > 1
  /** @type {[string, unknown][]} */
  const actions = [
    ['doRejoin', alone],
    ['doTalk', unread(talk, me.who)],
    ['doCopy', selection],
    ['doLook', selection && others],
    ['doCopyPlace', selection],
    ['doRecord', selection && selection.kind !== 'columns'],
    ['doHideColumn', selection?.kind === 'columns'],
    ['doPinColumn', selection?.kind === 'columns'],
    ['doReading', doc && !doc.certain],
    ['doFind', true],
    ['doGoToRow', true],
    ['doCopyLink', !others],
    ['doPresent', others],
    ['doAlone', others],
    ['doUpload', true],
    ['doNext', true]
  ]
  return actions.flatMap(([action, isLikely]) => (isLikely ? action : [])).slice(0, MAX_LIKELY)
}
