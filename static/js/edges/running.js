/** What is shown of a question that takes time: a bar, how far it is, and a button that cancels it. */

import { percent } from '../text/format.js'
import { phrase } from '../text/language.js'
import { attribute, make, makeButton, say, show } from './dom.js'
import { loadSheet } from './lazy.js'
import { loadWords } from './question-words.js'

/** @param {() => void} onCancel */
export function createRunning(onCancel) {
  const bar = make('progress')
  bar.max = 100
  const words = make('span', 'far')
  const button = makeButton('link-button', '', () => {
    hide()
    onCancel()
  })
  let isRunning = false
  const element = make('span', 'running', bar, words, button)
  element.hidden = true

  /** @param {number | null} far */
  function draw(far) {
    bar.ariaLabel = phrase('stillLooking')
    attribute(bar, 'value', far === null ? null : String(far))
    say(words, far === null ? '' : percent(far, 100))
    say(button, phrase('cancelLooking'))
  }

  /** Show how far it is: without a number the bar sweeps. @param {number | null} far in percent */
  async function showFar(far) {
    if (!button.textContent) await Promise.all([loadSheet('running'), loadWords()])
    draw(far)
    show(element, isRunning)
  }

  /** @param {number | null} far */
  function begin(far) {
    isRunning = true
    showFar(far)
  }

  function hide() {
    isRunning = false
    show(element, false)
  }

  return {
    element,
    show: begin,
    hide,
    /** @param {{percent: number | null} | null} progress null while nothing is waited for */
    follow: progress => (progress ? begin(progress.percent) : hide())
  }
}

/** @typedef {ReturnType<typeof createRunning>} Running */
