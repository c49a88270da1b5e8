import assert from 'node:assert/strict'
import test from 'node:test'

import { delay, patience } from '../../../static/js/protocol/backoff.js'

test('the ceiling doubles with each attempt, up to fifteen seconds', () => {
  const ceilings = [0, 1, 2, 3, 4, 5, 6, 100, 5000].map(attempt => delay(attempt, () => 1))
  assert.deepEqual(ceilings, [500, 1000, 2000, 4000, 8000, 15000, 15000, 15000, 15000])
})

test('the wait is anything up to the ceiling, so that viewers do not come back all at once', () => {
  assert.equal(
    delay(3, () => 0),
    0
  )
  assert.equal(
    delay(3, () => 0.25),
    1000
  )
})

test('where there are too many already, the wait is long, and not the same for all', () => {
  assert.deepEqual(
    [0, 0.5, 1].map(chance => patience(() => chance)),
    [20000, 30000, 40000]
  )
})
