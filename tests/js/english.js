/** Imported by tests that look at what is said: the page speaks English to them. */

import { readFileSync } from 'node:fs'

import { words } from '../../static/js/text/en.js'
import { speak } from '../../static/js/text/language.js'

speak(words, 'en')

const ours = JSON.parse(readFileSync(new URL('../../templates/en.json', import.meta.url), 'utf8'))

/** What the page calls an action. */
export const called = id => ours[id]
