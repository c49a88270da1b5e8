import assert from 'node:assert/strict'
import test from 'node:test'

import { sortColumns } from '../../../static/js/grid/column-order.js'

/** @param {string} kind @param {number} blank @param {number} distinct */
const figures = (kind, blank, distinct) => ({ kind, rows: 10, blank, distinct, exact: true })
const FIGURES = new Map([
  [0, figures('text', 0, 10)],
  [1, figures('number', 4, 6)],
  [2, figures('text', 9, 1)],
  [4, figures('date', 0, 3)]
])

/** @param {import('../../../static/js/grid/column-order.js').ListOrder} order */
const sorted = order => sortColumns([0, 1, 2, 3, 4], order, FIGURES)

test('columns are sorted by what they are like; those that are not known come last', () => {
  assert.deepEqual(sorted('file'), [0, 1, 2, 3, 4])
  assert.deepEqual(sorted('type'), [4, 1, 0, 2, 3])
  assert.deepEqual(sorted('blank'), [2, 1, 0, 4, 3])
  assert.deepEqual(sorted('distinct'), [0, 1, 4, 2, 3])
  assert.deepEqual(sorted('constant'), [2, 4, 1, 0, 3])
  assert.deepEqual(sorted('unique'), [0, 1, 2, 4, 3])
})
