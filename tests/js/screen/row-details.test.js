import assert from 'node:assert/strict'
import test from 'node:test'

import { columnsAround, indented } from '../../../static/js/screen/row-details.js'

test('JSON is indented as anyone would', () => {
  for (const value of [{}, [], [[]], { a: [] }, { a: 1, b: [true, null, { 'c d': '{,}: "\\' }] }, [[1, 2], {}]]) {
    assert.equal(indented(JSON.stringify(value)), JSON.stringify(value, null, 2))
    assert.equal(indented(JSON.stringify(value, null, 7)), JSON.stringify(value, null, 2))
  }
})

test('nothing but the space between is altered', () => {
  const text = '{"n":12345678901234567890.0,"n":1e0,"s":"\\u0041  \\"x\\\\"}'
  assert.equal(
    indented(text)
      .replace(/\n\s*|(?<=": |":) /g, '')
      .replaceAll('": ', '":'),
    text
  )
})

test('what is no object and no list is left alone', () => {
  for (const text of ['', '7', '"text"', 'null', '{a: 1}', '[1,', '{}{}', 'x [1]'])
    assert.equal(indented(text), null, text)
})

test('the column one looks at is among those shown, and there are never too many', () => {
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
