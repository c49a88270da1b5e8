import assert from 'node:assert/strict'
import test from 'node:test'

import { fold, start } from '../../../static/js/state/state.js'
import { presenterAction, mayTurn } from '../../../static/js/state/presenter.js'
import { toastWords, presenterWords } from '../../../static/js/screen/sentences.js'
import { example } from '../vectors.js'
import '../english.js'

const welcome = example('json to-viewer', 'welcome')
const you = example('json to-viewer', 'you')
const ME = { who: you.who, name: 'Heron' }
const OTTER = { who: '0b7716aa', name: 'Otter' }

const play = (state, ...events) => events.reduce(fold, state)
const joined = () =>
  play(start('Heron'), { type: 'opened', uuid: welcome.uuid, seen: 0 }, { type: 'connecting' }, welcome, you)
const wheel = (by, ...asking) => ({ type: 'wheel', by, away: false, asking })

test('my action depends on the presenter', () => {
  const seen = [wheel(null), wheel(ME), wheel(OTTER), wheel(OTTER, ME), wheel(OTTER, OTTER)].map(frame => {
    const state = fold(joined(), frame)
    return [presenterAction(state), mayTurn(state)]
  })
  assert.deepEqual(seen, [
    ['take', true],
    ['give', true],
    ['ask', false],
    ['pending', false],
    ['ask', false]
  ])
})

test('a reader has no action', () => {
  assert.equal(presenterAction({ ...joined(), reader: welcome.uuid }), null)
})

test('a change of presenter shows a toast, except to the one who stopped', () => {
  const toast = (...frames) => play(joined(), ...frames).toast
  assert.equal(toastWords(toast(wheel(OTTER))), 'Only Otter turns the pages')
  assert.match(toastWords(toast(wheel(ME))), /^Only you turn/)
  assert.match(toastWords(toast(wheel(OTTER), wheel(null))), /^Anyone can turn/)
  const mine = play(joined(), wheel(ME))
  assert.equal(fold({ ...mine, toast: null }, wheel(null)).toast, null)
})

test('the presenter sees one toast for each request, the others none', () => {
  const mine = play(joined(), wheel(ME), wheel(ME, OTTER))
  assert.equal(toastWords(mine.toast), 'Otter asks to present')
  assert.equal(fold({ ...mine, toast: null }, wheel({ ...ME, name: 'Grey heron' }, OTTER)).toast, null)
  assert.equal(play(joined(), wheel(OTTER), wheel(OTTER, { who: 'aa', name: 'Newt' })).toast.kind, 'presenter')
})

test('the chip names the presenter as long as there is one', () => {
  const words = [wheel(null), wheel(ME), wheel(OTTER)].map(frame => presenterWords(fold(joined(), frame)))
  assert.deepEqual(words, ['', 'Only you turn the pages while you present', 'Only Otter turns the pages'])
})

test('the chip says that the presenter is away, without a toast', () => {
  const before = { ...play(joined(), wheel(OTTER)), toast: null }
  const state = fold(before, { ...wheel(OTTER), away: true })
  assert.deepEqual([presenterWords(state), state.toast], ['Otter is away: the next person who asks presents', null])
  assert.deepEqual([presenterAction(state), mayTurn(state)], ['ask', false])
})

test('after a reconnect the presenter is the one that the server names', () => {
  const state = play(joined(), wheel(OTTER), { type: 'lost', until: 1 }, welcome)
  assert.equal(mayTurn(state), true)
})

test('browsing alone dismisses the toast about the presenter', () => {
  const toast = { kind: 'onlyPresenter', by: OTTER, page_no: 2 }
  assert.equal(
    play(joined(), wheel(OTTER), { type: 'toast-shown', toast }, { type: 'browsed', page_no: 2 }).toast,
    null
  )
})
