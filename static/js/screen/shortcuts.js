/**
 * What a person can do by hand: one list for the keys, for the help and for the palette.
 *
 * @typedef {{key: string, ctrl: boolean, alt: boolean, meta: boolean, shift: boolean}} Press
 * @typedef {{id: string, keys: readonly string[]}} Action the id is that of its words in the page, too
 */

/** What does what; those without a key are in the palette only. */
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

/** Keys with which the browser does it, told by an event of its own. */
const BROWSERS = ['doCopy']

const BY_KEY = new Map(
  ACTIONS.filter(({ id }) => !BROWSERS.includes(id)).flatMap(({ id, keys }) => keys.map(key => [key, id]))
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

const SIGNS = new Map([
  ['ArrowLeft', '←'],
  ['ArrowRight', '→'],
  ['ArrowUp', '↑'],
  ['ArrowDown', '↓'],
  ['Escape', 'Esc']
])

/** A key as a person reads it. @param {string} key */
export function spelled(key) {
  return key
    .split('+')
    .map((part, i) => SIGNS.get(part) ?? (i > 0 && part.length === 1 ? part.toUpperCase() : part))
    .join('+')
}

/** The actions whose words hold all that is typed, those that begin with it first. @param {string} typed @param {(id: string) => string} does what it is called */
export function matching(typed, does) {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  const found = ACTIONS.filter(({ id }) => words.every(word => does(id).toLowerCase().includes(word)))
  const begins = found.filter(({ id }) =>
    does(id)
      .toLowerCase()
      .startsWith(words[0] ?? '')
  )
  return [...begins, ...found.filter(action => !begins.includes(action))]
}
