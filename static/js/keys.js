/**
 * What a person can do by hand: one list for the keys, for the help and for the palette.
 *
 * @typedef {{key: string, ctrl: boolean, alt: boolean, meta: boolean, shift: boolean}} Press
 * @typedef {{id: import('./language.js').Plain, keys: readonly string[]}} Action the id is what the catalogue calls it, too
 */

/** @type {readonly Action[]} */
export const ACTIONS = [
  { id: 'doLeft', keys: ['ArrowLeft', 'h'] },
  { id: 'doDown', keys: ['ArrowDown', 'j'] },
  { id: 'doUp', keys: ['ArrowUp', 'k'] },
  { id: 'doRight', keys: ['ArrowRight', 'l'] },
  { id: 'doExtendLeft', keys: ['Shift+ArrowLeft'] },
  { id: 'doExtendDown', keys: ['Shift+ArrowDown'] },
  { id: 'doExtendUp', keys: ['Shift+ArrowUp'] },
  { id: 'doExtendRight', keys: ['Shift+ArrowRight'] },
  { id: 'doScreenDown', keys: ['PageDown', 'Space'] },
  { id: 'doScreenUp', keys: ['PageUp', 'Shift+Space'] },
  { id: 'doNext', keys: [']'] },
  { id: 'doPrevious', keys: ['['] },
  { id: 'doFirst', keys: ['g', 'Ctrl+Home'] },
  { id: 'doLast', keys: ['G', 'Ctrl+End'] },
  { id: 'doRowStart', keys: ['Home'] },
  { id: 'doRowEnd', keys: ['End'] },
  { id: 'doTop', keys: ['Ctrl+ArrowUp'] },
  { id: 'doBottom', keys: ['Ctrl+ArrowDown'] },
  { id: 'doGoToRow', keys: ['Ctrl+g'] },
  { id: 'doTypePage', keys: ['p'] },
  { id: 'doGoToColumn', keys: ['c'] },
  { id: 'doPinColumn', keys: [] },
  { id: 'doHideColumn', keys: [] },
  { id: 'doFitColumn', keys: [] },
  { id: 'doColumnLeft', keys: [] },
  { id: 'doColumnRight', keys: [] },
  { id: 'doShowColumns', keys: [] },
  { id: 'doFind', keys: ['/'] },
  { id: 'doFindNext', keys: ['n'] },
  { id: 'doFindPrevious', keys: ['N'] },
  { id: 'doRecord', keys: ['Enter'] },
  { id: 'doSelectRow', keys: [] },
  { id: 'doSelectColumn', keys: [] },
  { id: 'doSelectAll', keys: ['Ctrl+a'] },
  { id: 'doCopy', keys: ['Ctrl+c'] },
  { id: 'doCopyNamed', keys: ['Ctrl+Shift+c'] },
  { id: 'doCopyPlace', keys: ['y'] },
  { id: 'doLook', keys: ['.'] },
  { id: 'doTalk', keys: ['t'] },
  { id: 'doPalette', keys: ['Ctrl+k'] },
  { id: 'doKeys', keys: ['?'] },
  { id: 'doEscape', keys: ['Escape'] },
]

/** Keys with which the browser does it, told by an event of its own. */
const BROWSERS = ['doCopy']

const BY_KEY = new Map(
  ACTIONS.filter(({ id }) => !BROWSERS.includes(id)).flatMap(({ id, keys }) => keys.map(key => [key, id])),
)

/** Whether a key is one that dictation or a slip may press. @param {string} key */
const isSingle = key => key.length === 1

/** @param {Press} press @param {{singles: boolean}} with whether single characters do something @returns {string | null} */
export function actionFor({ key, ctrl, alt, meta, shift }, { singles }) {
  if (alt || (!singles && isSingle(key) && key !== ' ' && !ctrl && !meta)) return null
  const held = ctrl || meta
  const name = key === ' ' ? 'Space' : held && isSingle(key) ? key.toLowerCase() : key
  const shifted = shift && (held || !isSingle(name))
  return BY_KEY.get(`${held ? 'Ctrl+' : ''}${shifted ? 'Shift+' : ''}${name}`) ?? null
}

const SIGNS = new Map([['ArrowLeft', '←'], ['ArrowRight', '→'], ['ArrowUp', '↑'], ['ArrowDown', '↓'], ['Escape', 'Esc']])

/** A key as a person reads it. @param {string} key */
export function spelled(key) {
  return key.split('+').map((part, i) => SIGNS.get(part) ?? (i > 0 && part.length === 1 ? part.toUpperCase() : part)).join('+')
}

/** The actions whose words hold all that is typed, those that begin with it first. @param {string} typed @param {(id: Action['id']) => string} does what it is called */
export function matching(typed, does) {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  const found = ACTIONS.filter(({ id }) => words.every(word => does(id).toLowerCase().includes(word)))
  const begins = found.filter(({ id }) => does(id).toLowerCase().startsWith(words[0] ?? ''))
  return [...begins, ...found.filter(action => !begins.includes(action))]
}
