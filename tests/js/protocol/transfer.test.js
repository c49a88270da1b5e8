import assert from 'node:assert/strict'
import test from 'node:test'

import {
  chunkSent,
  chunkStored,
  FIRST_CHUNK,
  nextChunk,
  rate,
  rewind,
  secondsLeft,
  startTransfer
} from '../../../static/js/protocol/transfer.js'

const MB = 1024 * 1024

/** Send a whole file over a connection that acknowledges each chunk after `latency` ms, one at a time. */
function run(size, maxChunk, latency) {
  let now = 0
  let transfer = startTransfer(size, 0, maxChunk, now)
  const spans = []
  while (transfer.stored < size) {
    for (let span = nextChunk(transfer); span; span = nextChunk(transfer)) {
      spans.push(span)
      transfer = chunkSent(transfer, span.to, now)
    }
    now += latency
    transfer = chunkStored(transfer, transfer.inFlight[0].end, now)
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

test("the first chunk is small, and on a fast connection they grow to the server's limit", () => {
  const sizes = run(100 * MB, 4 * MB, 20).map(({ from, to }) => to - from)
  assert.equal(sizes[0], FIRST_CHUNK)
  assert.equal(Math.max(...sizes), 4 * MB)
})

test('on a slow connection chunks stay small', () => {
  const sizes = run(MB, 4 * MB, 1500).map(({ from, to }) => to - from)
  assert.equal(Math.max(...sizes), FIRST_CHUNK)
})

test("no chunk is larger than the server's limit", () => {
  const sizes = run(MB, 1000, 1).map(({ from, to }) => to - from)
  assert.equal(Math.max(...sizes), 1000)
})

test('only a few chunks are in flight at once', () => {
  let transfer = startTransfer(100 * MB, 0, MB, 0)
  for (let span = nextChunk(transfer); span; span = nextChunk(transfer)) transfer = chunkSent(transfer, span.to, 0)
  assert.equal(transfer.inFlight.length, 3)
})

test('chunks that the server has are not in flight any more', () => {
  let transfer = startTransfer(10 * MB, MB, MB, 0)
  transfer = chunkStored(chunkSent(transfer, MB + FIRST_CHUNK, 0), 4 * MB, 5) // it was still storing what came before the cut
  assert.deepEqual([transfer.inFlight, transfer.stored], [[], 4 * MB])
  for (let count = 0; count < 3; count++) transfer = chunkSent(transfer, 4 * MB - count, 6)
  transfer = chunkStored(transfer, 4 * MB, 7)
  assert.ok(nextChunk(transfer), 'it goes on')
})

test('an earlier acknowledgement changes nothing', () => {
  const transfer = chunkStored(chunkSent(startTransfer(MB, 0, MB, 0), FIRST_CHUNK, 0), FIRST_CHUNK, 5)
  assert.deepEqual(chunkStored(transfer, FIRST_CHUNK, 9), transfer)
})

test("after a cut the upload resumes at the server's offset", () => {
  const transfer = startTransfer(MB, 300_000, MB, 0)
  assert.equal(nextChunk(transfer).from, 300_000)
  assert.equal(nextChunk(rewind(chunkSent(transfer, 400_000, 0), 100_000, 1)).from, 100_000)
})

test('a stored upload sends nothing more', () => {
  assert.equal(nextChunk(startTransfer(MB, MB, MB, 0)), null)
})

test('the rate is that of the last seconds', () => {
  let transfer = startTransfer(1000 * MB, 0, MB, 0)
  let now = 0
  for (let second = 0; second < 60; second++) {
    now += 1000
    transfer = chunkStored(transfer, transfer.stored + (second < 50 ? MB : 3 * MB), now)
  }
  assert.equal(rate(transfer, now), 3 * MB)
  assert.equal(Math.round(secondsLeft(transfer, now)), Math.round((1000 - 80) / 3))
})

test('the rate and the time left are unknown at first', () => {
  assert.equal(rate(startTransfer(MB, 0, MB, 0), 100), null)
  assert.equal(secondsLeft(startTransfer(MB, 0, MB, 0), 100), null)
})
