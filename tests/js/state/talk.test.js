import assert from 'node:assert/strict'
import test from 'node:test'

import { cut, heard, missed, read, silence, stepped, unread } from '../../../static/js/state/talk.js'
import { example } from '../vectors.js'

const OTTER = { who: '5b1c09ae33f0', name: 'Otter' }
const HERON = { who: '0b7716aa', name: 'Heron' }
const at = '2026-11-21T09:31:07Z'

const message = (line, by = OTTER) => ({ type: 'message', line, at, by, text: `line ${line}` })
const notice = (line, what, page_no = 1, by = OTTER) => ({
  type: 'notice',
  line,
  at,
  by,
  what,
  version: 1,
  page_no,
  row: what === 'looked' ? 7 : null,
  column: what === 'looked' ? 1 : null
})
const log = (after, ...lines) => ({ type: 'log', after, lines })
const numbers = talk => talk.lines.map(line => line.line)
const play = (talk, ...logs) => logs.reduce(heard, talk)

test('the example of PROTOCOL.md is heard', () => {
  const talk = heard(heard(silence(0), log(0, message(17))), example('json to-viewer', 'log'))
  assert.deepEqual(numbers(talk), [17, 18, 21, 22])
  assert.equal(talk.fresh.length, 3)
})

test('lines come once, in order, however often they are sent', () => {
  const all = [message(1), message(2), message(3), message(4)]
  const talk = play(silence(0), log(0, ...all.slice(0, 2)), log(0, ...all.slice(0, 3)), log(1, ...all.slice(1)), log(4))
  assert.deepEqual(numbers(talk), [1, 2, 3, 4])
  assert.equal(talk.whole, true)
})

test('where lines were missed between, none is taken until they are recalled', () => {
  const gap = play(silence(0), log(0, message(1)), log(3, message(4)))
  assert.deepEqual([numbers(gap), gap.whole, gap.last], [[1], false, 1])
  const mended = heard(gap, log(1, message(2), message(3), message(4)))
  assert.deepEqual([numbers(mended), mended.whole], [[1, 2, 3, 4], true])
})

test('who turns on and on leaves one line', () => {
  const talk = play(
    silence(0),
    log(0, notice(1, 'turned', 2)),
    log(1, notice(2, 'turned', 3)),
    log(2, notice(3, 'turned', 4, HERON))
  )
  assert.deepEqual(
    talk.lines.map(line => line.page_no),
    [3, 4]
  )
})

test('of many lines the last are kept', () => {
  const talk = heard(silence(0), log(0, ...Array.from({ length: 1000 }, (_, i) => message(i + 1))))
  assert.deepEqual([talk.lines.length, talk.lines[0].line, talk.last], [300, 701, 1000])
})

test('what others said and showed is unread until it is read; what I said is not, nor a turn', () => {
  const talk = heard(
    silence(2),
    log(0, message(1), message(2), message(3), message(4, HERON), notice(5, 'turned'), notice(6, 'looked'))
  )
  assert.equal(unread(talk, HERON.who), 2)
  assert.equal(unread(talk, OTTER.who), 1)
  assert.equal(unread(read(talk), HERON.who), 0)
})

test('only what comes while I am here is fresh', () => {
  const first = heard(silence(0), log(0, notice(1, 'looked')))
  assert.deepEqual(first.fresh, [])
  const live = heard(first, log(1, notice(2, 'looked')))
  assert.deepEqual(
    live.fresh.map(({ line }) => line),
    [2]
  )
  const back = heard(cut(live), log(2, notice(3, 'looked')))
  assert.deepEqual(back.fresh, [])
})

test('what came since an earlier visit was missed, and is gone through line by line', () => {
  let talk = heard(silence(2), log(0, message(1), message(2), message(3), message(4, HERON), notice(5, 'turned')))
  talk = heard(talk, log(5, message(6)))
  assert.deepEqual(
    missed(talk, HERON.who).map(line => line.line),
    [3, 5]
  )
  talk = stepped(talk, HERON.who)
  assert.equal(talk.step, 3)
  talk = stepped(talk, HERON.who)
  assert.equal(talk.step, 5)
  talk = stepped(talk, HERON.who)
  assert.equal(talk.step, 0)
  assert.deepEqual(missed(talk, HERON.who), [])
})

test('what came while the connection was cut was missed', () => {
  const before = play(silence(0), log(0), log(0, message(1)))
  assert.deepEqual(missed(before, HERON.who), [])
  const after = heard(cut(before), log(1, message(2)))
  assert.deepEqual(
    missed(after, HERON.who).map(line => line.line),
    [2]
  )
  assert.deepEqual(missed(heard(cut(after), log(2)), HERON.who), [])
})
