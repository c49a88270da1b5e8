/**
 * The actions and their keyboard shortcuts: one list for the keys, the help and the command palette.
 *
 * @typedef {{key: string, ctrl: boolean, alt: boolean, meta: boolean, shift: boolean}} KeyPress
 * @typedef {{id: string, keys: readonly string[]}} Action the id is also the id of its name in the page
 */

/** The shortcuts of each action. An action without one is in the command palette only. */
const KEYS = {
  doLeft: 'ArrowLeft h',
  doDown: 'ArrowDown j',
  doUp: 'ArrowUp k',
  doRight: 'ArrowRight l',
  doExtendLeft: 'Shift+ArrowLeft',
  doExtendDown: 'Shift+ArrowDown',
  doExtendUp: 'Shift+ArrowUp',
  doExtendRight: 'Shift+ArrowRight',
  doScreenDown: 'PageDown Space',
  doScreenUp: 'PageUp Shift+Space',
  doNext: ']',
  doPrevious: '[',
  doFirst: 'g Ctrl+Home',
  doLast: 'G Ctrl+End',
  doRowStart: 'Home',
  doRowEnd: 'End',
  doTop: 'Ctrl+ArrowUp',
  doBottom: 'Ctrl+ArrowDown',
  doGoToRow: 'Ctrl+g',
  doTypePage: 'p',
  doGoToColumn: 'c',
  doPinColumn: '',
  doHideColumn: '',
  doFitColumn: '',
  doColumnLeft: '',
  doColumnRight: '',
  doShowColumns: '',
  doFind: '/',
  doFindNext: 'n',
  doFindPrevious: 'N',
  doRecord: 'Enter',
  doSelectRow: '',
  doSelectColumn: '',
  doSelectAll: 'Ctrl+a',
  doCopy: 'Ctrl+c',
  doCopyNamed: 'Ctrl+Shift+c',
  doCopyPlace: 'y',
  doLook: '.',
  doTalk: 't',
  doPalette: 'Ctrl+k',
  doKeys: '?',
  doEscape: 'Escape'
}

/** @type {readonly Action[]} */
export const ACTIONS = Object.entries(KEYS).map(([id, keys]) => ({ id, keys: keys.split(' ').filter(Boolean) }))

/** The actions whose shortcut the browser handles, with an event of its own. */
const NATIVE = ['doCopy']

const BY_KEY = new Map(
  ACTIONS.filter(({ id }) => !NATIVE.includes(id)).flatMap(({ id, keys }) => keys.map(key => [key, id]))
)

/** Whether a key is a single character, which dictation or a slip may press. @param {string} key */
const isSingle = key => key.length === 1

/**
 * Find the action of a key press.
 *
 * @param {KeyPress} press
 * @param {{singles: boolean}} options whether single characters are shortcuts
 * @returns {string | null} its id
 */
export function actionFor({ key, ctrl, alt, meta, shift }, { singles }) {
  if (alt || (!singles && isSingle(key) && key !== ' ' && !ctrl && !meta)) return null
  const held = ctrl || meta
  const name = key === ' ' ? 'Space' : held && isSingle(key) ? key.toLowerCase() : key
  const shifted = shift && (held || !isSingle(name))
  return BY_KEY.get(`${held ? 'Ctrl+' : ''}${shifted ? 'Shift+' : ''}${name}`) ?? null
}

const SIGNS = new Map([
  ['ArrowLeft', '←'],
  ['ArrowRight', '→'],
  ['ArrowUp', '↑'],
  ['ArrowDown', '↓'],
  ['Escape', 'Esc']
])

/** Write a shortcut for people. @param {string} key */
export function keyLabel(key) {
  return key
    .split('+')
    .map((part, i) => SIGNS.get(part) ?? (i > 0 && part.length === 1 ? part.toUpperCase() : part))
    .join('+')
}

/**
 * List the actions whose names have every typed word, and first those that begin with it.
 *
 * @param {string} typed
 * @param {(id: string) => string} nameOf an action
 */
export function matchActions(typed, nameOf) {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  const found = ACTIONS.filter(({ id }) => words.every(word => nameOf(id).toLowerCase().includes(word)))
  const [first = ''] = words
  const begins = found.filter(({ id }) => nameOf(id).toLowerCase().startsWith(first))
  return [...begins, ...found.filter(action => !begins.includes(action))]
}
