/** Sets the language of the page to English, for tests of its texts. */

import { readFileSync } from 'node:fs'

import { words } from '../../static/js/text/en.js'
import { setLanguage } from '../../static/js/text/language.js'

setLanguage(words, 'en')

const ours = JSON.parse(readFileSync(new URL('../../templates/en.json', import.meta.url), 'utf8'))

/** The name of an action. */
export const called = id => ours[id]
