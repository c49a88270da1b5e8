import assert from 'node:assert/strict'
import test from 'node:test'

import { retryDelay, fullDelay } from '../../../static/js/protocol/backoff.js'

test('the ceiling doubles with each attempt, up to fifteen seconds', () => {
  const ceilings = [0, 1, 2, 3, 4, 5, 6, 100, 5000].map(attempt => retryDelay(attempt, () => 1))
  assert.deepEqual(ceilings, [500, 1000, 2000, 4000, 8000, 15000, 15000, 15000, 15000])
})

test('the delay is anything up to the ceiling, so that viewers do not return at once', () => {
  assert.equal(
    retryDelay(3, () => 0),
    0
  )
  assert.equal(
    retryDelay(3, () => 0.25),
    1000
  )
})

test('the delay for a full server is long, and different for each viewer', () => {
  assert.deepEqual(
    [0, 0.5, 1].map(chance => fullDelay(() => chance)),
    [20000, 30000, 40000]
  )
})
