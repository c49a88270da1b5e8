import assert from 'node:assert/strict'
import test from 'node:test'

import { fold, start } from '../../../static/js/state/state.js'
import { choice, mayTurn } from '../../../static/js/state/presenter.js'
import { telling, wheelIsWith } from '../../../static/js/screen/sentences.js'
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

test('what I can do follows from who has the wheel', () => {
  const seen = [wheel(null), wheel(ME), wheel(OTTER), wheel(OTTER, ME), wheel(OTTER, OTTER)].map(frame => {
    const state = fold(joined(), frame)
    return [choice(state), mayTurn(state)]
  })
  assert.deepEqual(seen, [
    ['take', true],
    ['give', true],
    ['ask', false],
    ['asked', false],
    ['ask', false]
  ])
})

test('who may only read is offered nothing', () => {
  assert.equal(choice({ ...joined(), reader: welcome.uuid }), null)
})

test('a wheel that changes hands is told to all but to who let go of it', () => {
  const told = (...frames) => play(joined(), ...frames).told
  assert.equal(telling(told(wheel(OTTER))), 'Only Otter turns the pages')
  assert.match(telling(told(wheel(ME))), /^You have control/)
  assert.match(telling(told(wheel(OTTER), wheel(null))), /^Anyone can turn/)
  const mine = play(joined(), wheel(ME))
  assert.equal(fold({ ...mine, told: null }, wheel(null)).told, null)
})

test('who drives is told who asks, each once; the others are not', () => {
  const mine = play(joined(), wheel(ME), wheel(ME, OTTER))
  assert.equal(telling(mine.told), 'Otter requests control')
  assert.equal(fold({ ...mine, told: null }, wheel({ ...ME, name: 'Grey heron' }, OTTER)).told, null)
  assert.equal(play(joined(), wheel(OTTER), wheel(OTTER, { who: 'aa', name: 'Newt' })).told.kind, 'wheel')
})

test('whose wheel it is stands there as long as it is so', () => {
  const words = [wheel(null), wheel(ME), wheel(OTTER)].map(frame => wheelIsWith(fold(joined(), frame)))
  assert.deepEqual(words, ['', 'Only you turn the pages', 'Only Otter turns the pages'])
})

test('while who has the wheel is away, that stands there, and is not told beside it', () => {
  const before = { ...play(joined(), wheel(OTTER)), told: null }
  const state = fold(before, { ...wheel(OTTER), away: true })
  assert.deepEqual(
    [wheelIsWith(state), state.told],
    ['Otter is away: control passes to the next person who asks', null]
  )
  assert.deepEqual([choice(state), mayTurn(state)], ['ask', false])
})

test('after a cut the wheel is what the server says by then', () => {
  const state = play(joined(), wheel(OTTER), { type: 'lost', until: 1 }, welcome)
  assert.equal(mayTurn(state), true)
})

test('who goes on alone has had the answer to why the page did not turn', () => {
  const told = { kind: 'mayNot', by: OTTER, page_no: 2 }
  assert.equal(play(joined(), wheel(OTTER), { type: 'said', told }, { type: 'looked', page_no: 2 }).told, null)
})
