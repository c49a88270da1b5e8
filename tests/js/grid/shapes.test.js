import assert from 'node:assert/strict'
import test from 'node:test'

import {
  barsPath,
  binAt,
  blankHeight,
  conditionsOf,
  countIn,
  edgeText,
  filled,
  moveEdge,
  rangeOfConditions,
  rangesOf,
  spanned
} from '../../../static/js/grid/shapes.js'
import { examples } from '../vectors.js'

const [names, people] = examples('json shapes')
  .map(({ body }) => JSON.parse(body).shapes)
  .find(shapes => shapes.length > 1)

const SCORES = { ...people, log: false, edges: [0, 0.1, 0.2, 0.1 + 0.2, 0.4], bins: [3, 0, 1, 90], blank: 0 }
const DAYS = { ...SCORES, reading: 'date', edges: [0, 86_400, 90_000, 172_800, 259_200] }

test('each bin with rows has a bar, and the smallest one can be seen', () => {
  assert.equal(barsPath([0, 2, 1]), 'M1 100V0h0.88V100zM2 100V50h0.88V100z')
  assert.match(barsPath([1, 1_000_000]), /^M0 100V95h/)
  assert.equal(barsPath([0, 0]), '')
})

test('blank cells are as high as a bin of as many rows', () => {
  assert.equal(blankHeight(people), 50)
  assert.equal(blankHeight(SCORES), 0)
  assert.equal(blankHeight({ ...SCORES, blank: 1 }), 5)
})

test('a pointer is over a bin, within the histogram', () => {
  assert.deepEqual(
    [-0.1, 0, 0.49, 0.5, 1, 2].map(share => binAt(share, 4)),
    [0, 0, 1, 2, 3, 3]
  )
})

test('a drag in either direction takes whole bins', () => {
  assert.deepEqual(spanned(1, 3), { from: 1, to: 4 })
  assert.deepEqual(spanned(3, 1), { from: 1, to: 4 })
})

test('an edge moves within the histogram, and never over the other one', () => {
  assert.deepEqual(moveEdge({ from: 1, to: 2 }, 'to', -1, 4), { from: 1, to: 2 })
  assert.deepEqual(moveEdge({ from: 1, to: 4 }, 'to', 1, 4), { from: 1, to: 4 })
  assert.deepEqual(moveEdge({ from: 0, to: 2 }, 'from', -1, 4), { from: 0, to: 2 })
  assert.deepEqual(moveEdge({ from: 0, to: 2 }, 'from', 1, 4), { from: 1, to: 2 })
})

test('a range is written as people write it, and is read again', () => {
  assert.deepEqual(conditionsOf(SCORES, { from: 1, to: 3 }), [
    { operator: 'gte', values: ['0.1'] },
    { operator: 'lt', values: ['0.3'] }
  ])
  for (const shape of [SCORES, DAYS]) {
    for (const range of [
      { from: 0, to: 2 },
      { from: 1, to: 3 },
      { from: 2, to: 4 }
    ]) {
      assert.deepEqual(rangeOfConditions(shape, conditionsOf(shape, range)), range)
    }
  }
  assert.equal(edgeText(DAYS, 2), '1970-01-02T01:00:00')
})

test('the first and the last bin have no end outside, and all bins are no condition', () => {
  assert.deepEqual(conditionsOf(SCORES, { from: 0, to: 4 }), [])
  assert.deepEqual(conditionsOf(SCORES, { from: 3, to: 4 }), [{ operator: 'gte', values: ['0.3'] }])
})

test('conditions that are no range leave none', () => {
  assert.equal(rangeOfConditions(SCORES, [{ operator: 'not', values: ['3'] }]), null)
  assert.equal(rangeOfConditions(names, []), null)
  assert.deepEqual(rangeOfConditions(SCORES, [{ operator: 'gt', values: ['0.25'] }]), { from: 2, to: 4 })
})

test('the bins that hold rows are found, and those in a range are counted', () => {
  assert.deepEqual(filled(people), { from: 1, to: 2 })
  assert.equal(filled({ ...people, bins: [0, 0] }), null)
  assert.equal(countIn(SCORES, { from: 0, to: 3 }), 4)
})

test('neighbours are asked for together, and never too many', () => {
  assert.deepEqual(rangesOf([3, 1, 2, 9, 11], 60), [
    [1, 3],
    [9, 11]
  ])
  assert.deepEqual(rangesOf([1, 2, 3, 4, 5], 2), [
    [1, 2],
    [3, 4],
    [5, 5]
  ])
})
