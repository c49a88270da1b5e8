/** Sets the language of the page to English, for tests of its texts. */

import { readFileSync } from 'node:fs'

import { words } from '../../static/js/text/en.js'
import { words as later } from '../../static/js/text/en-questions.js'
import { setLanguage } from '../../static/js/text/language.js'

const read = name => readFileSync(new URL(`../../templates/${name}`, import.meta.url), 'utf8')
const ours = JSON.parse(read('en.json'))

setLanguage({ ...ours, ...words, ...later }, 'en')

/** The name of an action. */
export const called = id => ours[id]

const groups = JSON.parse(/groups = (\{.*?\})\s*%\}/s.exec(read('shortcuts.html'))[1])

/** The groups of the actions. */
export const GROUPS = Object.keys(groups)

/** The actions with their names, and with their shortcuts as browsers name the keys and as people read them. */
export const ACTIONS = Object.values(groups)
  .flatMap(Object.entries)
  .map(([id, labels]) => ({ id, name: called(id), labels, keys: Object.keys(labels) }))
