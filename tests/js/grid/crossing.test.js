import assert from 'node:assert/strict'
import test from 'node:test'

import { narrowed } from '../../../static/js/grid/crossing.js'
import { examples } from '../vectors.js'

const [{ body }] = examples('json crossed')
const crossing = JSON.parse(body)

test('the shapes of a range are the sums of its bins', () => {
  const { rows, shapes } = narrowed(crossing, { from: 1, to: 2 })
  assert.deepEqual([rows, shapes.get(3)?.bins, shapes.get(3)?.blank], [1, [0, 1], 0])
  assert.deepEqual(
    [shapes.get(2)?.rows, shapes.get(2)?.top],
    [
      1,
      [
        ['Norway', 0],
        ['Peru', 1]
      ]
    ]
  )
})

test('without a range they are those of all rows', () => {
  const { rows, shapes } = narrowed(crossing, null)
  assert.equal(rows, crossing.by.rows)
  assert.deepEqual(shapes.get(2)?.top, crossing.shapes[0].top)
  assert.deepEqual([shapes.get(2)?.blank, shapes.get(3)?.bins], [1, [3, 1]])
})

test('numbers are summed bin by bin, beside those that are blank or elsewhere', () => {
  const { by } = crossing
  const shapes = [{ ...by, column: 7, edges: [0, 1, 2], bins: [4, 5] }]
  const cells = [
    [
      [1, 2, 10, 100],
      [3, 3, 20, 200],
      [0, 0, 0, 5]
    ]
  ]
  const seven = narrowed({ by, shapes, cells }, { from: 0, to: 2 }).shapes.get(7)
  assert.deepEqual([seven?.bins, seven?.blank, seven?.bound], [[4, 5], 30, 0])
})
