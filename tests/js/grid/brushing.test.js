import assert from 'node:assert/strict'
import test from 'node:test'

import { numberOfEnd, shareOf, valueAt } from '../../../static/js/grid/brushing.js'

const number = { edges: [0, 0.05, 0.1, 0.15, 0.2], log: false, reading: 'number' }
const whole = { edges: [2, 12, 22, 32], log: false, reading: 'number' }
const log = { edges: [1, 10, 100, 1000], log: true, reading: 'number' }
const day = 86_400
const dates = { edges: [0, 10 * day, 20 * day], log: false, reading: 'date' }

test('a place on a histogram stands for a value as people write it', () => {
  assert.equal(valueAt(number, 0.5), '0.1')
  assert.equal(valueAt(number, 0.333), '0.07')
  assert.equal(valueAt(whole, 0.51), '17')
  assert.equal(valueAt(whole, -1), '2')
  assert.equal(valueAt(whole, 2), '32')
  assert.equal(valueAt(log, 2 / 3), '100')
  assert.equal(valueAt(log, 0.5), '31.6')
  assert.equal(valueAt(dates, 0.5), '1970-01-11')
  assert.equal(valueAt({ ...dates, edges: [0, 3600] }, 0.5), '1970-01-01T00:30:00')
})

test('a value has its place on a histogram', () => {
  assert.equal(shareOf(number, 0.1), 0.5)
  assert.equal(shareOf(log, 100), 2 / 3)
  assert.equal(shareOf(whole, 1000), 1)
  assert.equal(shareOf({ ...whole, edges: [5, 5] }, 5), 0)
  assert.equal(shareOf(dates, numberOfEnd('1970-01-11', 'date')), 0.5)
  assert.equal(numberOfEnd('1970-01-01T01:00', 'date'), 3600)
  assert.equal(numberOfEnd('1e3', 'number'), 1000)
  assert.ok(Number.isNaN(numberOfEnd('', 'number')))
})
