import assert from 'node:assert/strict'
import test from 'node:test'

import {
  arrived,
  begin,
  FIRST_CHUNK,
  left,
  next,
  rate,
  rewound,
  secondsLeft
} from '../../../static/js/protocol/transfer.js'

const MB = 1024 * 1024

/** Send everything over a line that acknowledges each chunk after `latency` ms, one at a time. */
function run(size, longest, latency) {
  let now = 0
  let transfer = begin(size, 0, longest, now)
  const spans = []
  while (transfer.stored < size) {
    for (let span = next(transfer); span; span = next(transfer)) {
      spans.push(span)
      transfer = left(transfer, span.to, now)
    }
    now += latency
    transfer = arrived(transfer, transfer.flights[0].end, now)
  }
  return spans
}

test('every byte is sent once, in order', () => {
  const spans = run(10 * MB + 17, 4 * MB, 20)
  let expected = 0
  for (const { from, to } of spans) {
    assert.equal(from, expected)
    expected = to
  }
  assert.equal(expected, 10 * MB + 17)
})

test('the first chunk is small, and on a quick line they grow to what the server takes', () => {
  const sizes = run(100 * MB, 4 * MB, 20).map(({ from, to }) => to - from)
  assert.equal(sizes[0], FIRST_CHUNK)
  assert.equal(Math.max(...sizes), 4 * MB)
})

test('on a slow line chunks stay small', () => {
  const sizes = run(MB, 4 * MB, 1500).map(({ from, to }) => to - from)
  assert.equal(Math.max(...sizes), FIRST_CHUNK)
})

test('no chunk is larger than the server takes, however little that is', () => {
  const sizes = run(MB, 1000, 1).map(({ from, to }) => to - from)
  assert.equal(Math.max(...sizes), 1000)
})

test('only a few chunks are under way at once', () => {
  let transfer = begin(100 * MB, 0, MB, 0)
  for (let span = next(transfer); span; span = next(transfer)) transfer = left(transfer, span.to, 0)
  assert.equal(transfer.flights.length, 3)
})

test('chunks that the server had already are under way no longer', () => {
  let transfer = begin(10 * MB, MB, MB, 0)
  transfer = arrived(left(transfer, MB + FIRST_CHUNK, 0), 4 * MB, 5) // it was still storing what came before the cut
  assert.deepEqual([transfer.flights, transfer.stored], [[], 4 * MB])
  for (let count = 0; count < 3; count++) transfer = left(transfer, 4 * MB - count, 6)
  transfer = arrived(transfer, 4 * MB, 7)
  assert.ok(next(transfer), 'it goes on')
})

test('an acknowledgement that came before changes nothing', () => {
  const transfer = arrived(left(begin(MB, 0, MB, 0), FIRST_CHUNK, 0), FIRST_CHUNK, 5)
  assert.deepEqual(arrived(transfer, FIRST_CHUNK, 9), transfer)
})

test('after a cut it goes on from what the server has', () => {
  const transfer = begin(MB, 300_000, MB, 0)
  assert.equal(next(transfer).from, 300_000)
  assert.equal(next(rewound(left(transfer, 400_000, 0), 100_000, 1)).from, 100_000)
})

test('an upload that is all there asks for nothing more', () => {
  assert.equal(next(begin(MB, MB, MB, 0)), null)
})

test('the rate is that of the last seconds, not of all time', () => {
  let transfer = begin(1000 * MB, 0, MB, 0)
  let now = 0
  for (let second = 0; second < 60; second++) {
    now += 1000
    transfer = arrived(transfer, transfer.stored + (second < 50 ? MB : 3 * MB), now)
  }
  assert.equal(rate(transfer, now), 3 * MB)
  assert.equal(Math.round(secondsLeft(transfer, now)), Math.round((1000 - 80) / 3))
})

test('nothing is said of rate and time before it means something', () => {
  assert.equal(rate(begin(MB, 0, MB, 0), 100), null)
  assert.equal(secondsLeft(begin(MB, 0, MB, 0), 100), null)
})
