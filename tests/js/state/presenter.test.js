import assert from 'node:assert/strict'
import test from 'node:test'

import { fold, start } from '../../../static/js/state/state.js'
import { gatherAction, presenterAction, mayTurn, scrollsAlone } from '../../../static/js/state/presenter.js'
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
const presenter = (by, ...asking) => ({ type: 'presenter', by, away: false, asking })

test('my action depends on the presenter', () => {
  const seen = [presenter(null), presenter(ME), presenter(OTTER), presenter(OTTER, ME), presenter(OTTER, OTTER)].map(
    frame => {
      const state = fold(joined(), frame)
      return [presenterAction(state), mayTurn(state)]
    }
  )
  assert.deepEqual(seen, [
    ['take', true],
    ['give', true],
    ['ask', false],
    ['pending', false],
    ['ask', false]
  ])
})

test('scrolling on moves nobody who did not ask, and everyone where I present or nobody else is here', () => {
  const others = { type: 'people', count: 2, people: [] }
  assert.equal(scrollsAlone(joined()), false, 'nobody else is here')
  assert.equal(scrollsAlone(play(joined(), others)), true)
  assert.equal(scrollsAlone(play(joined(), others, presenter(ME))), false)
  assert.equal(scrollsAlone(play(joined(), others, presenter(OTTER))), true)
})

test('I bring everyone to my page, or ask to present while somebody else presents', () => {
  const doc = { ...example('json to-viewer', 'document'), rows: 950 }
  const page = { ...example('json to-viewer', 'page'), total_number: 950, by: null }
  const others = { type: 'people', count: 2, people: [] }
  const state = play(joined(), doc, page, others, { type: 'browsed', page_no: 2 })
  const there = fold(state, { ...example('json to-viewer', 'fetched'), page_no: 2, total_number: 950 })
  assert.equal(gatherAction(there), 'gather')
  assert.equal(gatherAction(fold(there, { ...others, count: 1 })), null)
  assert.equal(gatherAction(play(there, { type: 'browsed', page_no: 1 })), null, 'they are here')
  assert.equal(gatherAction(fold(there, presenter(OTTER))), 'ask')
  assert.equal(gatherAction(fold(there, presenter(OTTER, ME))), 'pending')
  assert.equal(gatherAction(fold(there, presenter(ME))), 'gather')
  assert.equal(gatherAction({ ...there, reader: welcome.uuid }), null)

  const gathered = fold(there, { type: 'gathered' })
  assert.deepEqual([gathered.alone, gathered.page.page_no, gathered.wanted], [null, 2, 2])
  for (const event of [example('json to-viewer', 'error'), { type: 'lost', until: 1, full: false }])
    assert.equal(fold(gathered, event).page.page_no, 1, 'nobody came')
  assert.deepEqual(fold(play(there, { ...page, page_no: 2, seq: 3 }), { type: 'gathered' }).wanted, null)
})

test('a reader has no action', () => {
  assert.equal(presenterAction({ ...joined(), reader: welcome.uuid }), null)
})

test('a change of presenter shows a toast, except to the one who stopped', () => {
  const toast = (...frames) => play(joined(), ...frames).toast
  assert.equal(toastWords(toast(presenter(OTTER))), 'Only Otter turns the pages')
  assert.match(toastWords(toast(presenter(ME))), /^Only you turn/)
  assert.match(toastWords(toast(presenter(OTTER), presenter(null))), /^Anyone can turn/)
  const mine = play(joined(), presenter(ME))
  assert.equal(fold({ ...mine, toast: null }, presenter(null)).toast, null)
})

test('the presenter sees one toast for each request, the others none', () => {
  const mine = play(joined(), presenter(ME), presenter(ME, OTTER))
  assert.equal(toastWords(mine.toast), 'Otter asks to present')
  assert.equal(fold({ ...mine, toast: null }, presenter({ ...ME, name: 'Grey heron' }, OTTER)).toast, null)
  assert.equal(play(joined(), presenter(OTTER), presenter(OTTER, { who: 'aa', name: 'Newt' })).toast.kind, 'presenter')
})

test('the chip names the presenter as long as there is one', () => {
  const words = [presenter(null), presenter(ME), presenter(OTTER)].map(frame => presenterWords(fold(joined(), frame)))
  assert.deepEqual(words, ['', 'Only you turn the pages while you present', 'Only Otter turns the pages'])
})

test('the chip says that the presenter is away, without a toast', () => {
  const before = { ...play(joined(), presenter(OTTER)), toast: null }
  const state = fold(before, { ...presenter(OTTER), away: true })
  assert.deepEqual([presenterWords(state), state.toast], ['Otter is away: the next person who asks presents', null])
  assert.deepEqual([presenterAction(state), mayTurn(state)], ['ask', false])
})

test('after a reconnect the presenter is the one that the server names', () => {
  const state = play(joined(), presenter(OTTER), { type: 'lost', until: 1 }, welcome)
  assert.equal(mayTurn(state), true)
})

test('browsing alone dismisses the toast about the presenter', () => {
  const toast = { kind: 'onlyPresenter', by: OTTER, page_no: 2 }
  assert.equal(
    play(joined(), presenter(OTTER), { type: 'toast-shown', toast }, { type: 'browsed', page_no: 2 }).toast,
    null
  )
})
