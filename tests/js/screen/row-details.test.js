import assert from 'node:assert/strict'
import test from 'node:test'

import { columnsAround } from '../../../static/js/screen/row-details.js'

test('the current column is in the list, and the list has a limit', () => {
  for (const [column, columns] of [
    [0, 3],
    [299, 20_000],
    [300, 20_000],
    [15_000, 20_000],
    [19_999, 20_000]
  ]) {
    const { from, to } = columnsAround(column, columns)
    assert.ok(from <= column && column < to && to <= columns && to - from <= 300)
  }
  assert.deepEqual(columnsAround(2, 20), { from: 0, to: 20 })
})
