/** Imported by tests that look at what is said: the page speaks English to them. */

import { words } from '../../static/js/en.js'
import { speak } from '../../static/js/language.js'

speak(words, 'en')
