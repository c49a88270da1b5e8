import assert from 'node:assert/strict'
import test from 'node:test'

import {
  reconnectTalk,
  addLines,
  missed,
  markSeen,
  emptyTalk,
  stepTalk,
  unread
} from '../../../static/js/state/talk.js'
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
const play = (talk, ...logs) => logs.reduce(addLines, talk)

test('the example of PROTOCOL.md adds its lines', () => {
  const talk = addLines(addLines(emptyTalk(0), log(0, message(17))), example('json to-viewer', 'log'))
  assert.deepEqual(numbers(talk), [17, 18, 21, 22, 23])
  assert.equal(talk.added.length, 4)
})

test('each line is added once, in order, however often it is sent', () => {
  const all = [message(1), message(2), message(3), message(4)]
  const talk = play(
    emptyTalk(0),
    log(0, ...all.slice(0, 2)),
    log(0, ...all.slice(0, 3)),
    log(1, ...all.slice(1)),
    log(4)
  )
  assert.deepEqual(numbers(talk), [1, 2, 3, 4])
  assert.equal(talk.complete, true)
})

test('after a gap, no line is added until the missing ones are recalled', () => {
  const gap = play(emptyTalk(0), log(0, message(1)), log(3, message(4)))
  assert.deepEqual([numbers(gap), gap.complete, gap.last], [[1], false, 1])
  const mended = addLines(gap, log(1, message(2), message(3), message(4)))
  assert.deepEqual([numbers(mended), mended.complete], [[1, 2, 3, 4], true])
})

test('several turns of one person leave one line', () => {
  const talk = play(
    emptyTalk(0),
    log(0, notice(1, 'turned', 2)),
    log(1, notice(2, 'turned', 3)),
    log(2, notice(3, 'turned', 4, HERON))
  )
  assert.deepEqual(
    talk.lines.map(line => line.page_no),
    [3, 4]
  )
})

test('only the last lines are kept', () => {
  const talk = addLines(emptyTalk(0), log(0, ...Array.from({ length: 1000 }, (_, i) => message(i + 1))))
  assert.deepEqual([talk.lines.length, talk.lines[0].line, talk.last], [300, 701, 1000])
})

test('messages and pointing of others are unread until seen; mine and turns are not', () => {
  const talk = addLines(
    emptyTalk(2),
    log(0, message(1), message(2), message(3), message(4, HERON), notice(5, 'turned'), notice(6, 'looked'))
  )
  assert.equal(unread(talk, HERON.who), 2)
  assert.equal(unread(talk, OTTER.who), 1)
  assert.equal(unread(markSeen(talk), HERON.who), 0)
})

test('only lines that arrive while I am here count as added', () => {
  const first = addLines(emptyTalk(0), log(0, notice(1, 'looked')))
  assert.deepEqual(first.added, [])
  const live = addLines(first, log(1, notice(2, 'looked')))
  assert.deepEqual(
    live.added.map(({ line }) => line),
    [2]
  )
  const back = addLines(reconnectTalk(live), log(2, notice(3, 'looked')))
  assert.deepEqual(back.added, [])
})

test('lines since an earlier visit are missed, and stepped through one by one', () => {
  let talk = addLines(emptyTalk(2), log(0, message(1), message(2), message(3), message(4, HERON), notice(5, 'turned')))
  talk = addLines(talk, log(5, message(6)))
  assert.deepEqual(
    missed(talk, HERON.who).map(line => line.line),
    [3, 5]
  )
  talk = stepTalk(talk, HERON.who)
  assert.equal(talk.step, 3)
  talk = stepTalk(talk, HERON.who)
  assert.equal(talk.step, 5)
  talk = stepTalk(talk, HERON.who)
  assert.equal(talk.step, 0)
  assert.deepEqual(missed(talk, HERON.who), [])
})

test('lines of a lost connection are missed', () => {
  const before = play(emptyTalk(0), log(0), log(0, message(1)))
  assert.deepEqual(missed(before, HERON.who), [])
  const after = addLines(reconnectTalk(before), log(1, message(2)))
  assert.deepEqual(
    missed(after, HERON.who).map(line => line.line),
    [2]
  )
  assert.deepEqual(missed(addLines(reconnectTalk(after), log(2)), HERON.who), [])
})
