import assert from 'node:assert/strict'
import test from 'node:test'

import { nextRow, rowsIn } from '../../../static/js/screen/stepping.js'

const SPANS = [
  [11, 11],
  [40, 42]
]

/** The rows that one comes by, from a row on. */
function walk(from, direction, steps) {
  const rows = [from]
  while (rows.length <= steps) rows.push(nextRow(SPANS, rows.at(-1), direction))
  return rows.slice(1)
}

test('steps visit every row of the spans in order, and start over', () => {
  assert.deepEqual(walk(0, 1, 6), [11, 40, 41, 42, 11, 40])
  assert.deepEqual(walk(0, -1, 6), [42, 41, 40, 11, 42, 41])
})

test('a step goes from the row where one is', () => {
  assert.equal(nextRow(SPANS, 20, 1), 40)
  assert.equal(nextRow(SPANS, 20, -1), 11)
  assert.equal(nextRow(SPANS, 41, 1), 42)
  assert.equal(nextRow(SPANS, 500, -1), 42)
})

test('a single row is the next one from everywhere', () => {
  for (const row of [1, 7, 9]) for (const direction of [1, -1]) assert.equal(nextRow([[7, 7]], row, direction), 7)
})

test('without rows there is no step', () => {
  assert.equal(nextRow([], 5, 1), undefined)
  assert.equal(nextRow([], 5, -1), undefined)
})

test('the rows of spans are counted', () => {
  assert.equal(rowsIn(SPANS), 4)
  assert.equal(rowsIn([]), 0)
})
