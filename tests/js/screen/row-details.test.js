import assert from 'node:assert/strict'
import test from 'node:test'

import { columnsAround, indentJson } from '../../../static/js/screen/row-details.js'

test('JSON is indented as JSON.stringify does', () => {
  for (const value of [{}, [], [[]], { a: [] }, { a: 1, b: [true, null, { 'c d': '{,}: "\\' }] }, [[1, 2], {}]]) {
    assert.equal(indentJson(JSON.stringify(value)), JSON.stringify(value, null, 2))
    assert.equal(indentJson(JSON.stringify(value, null, 7)), JSON.stringify(value, null, 2))
  }
})

test('only the space between tokens changes', () => {
  const text = '{"n":12345678901234567890.0,"n":1e0,"s":"\\u0041  \\"x\\\\"}'
  assert.equal(
    indentJson(text)
      .replace(/\n\s*|(?<=": |":) /g, '')
      .replaceAll('": ', '":'),
    text
  )
})

test('a text that is no object and no list is not indented', () => {
  for (const text of ['', '7', '"text"', 'null', '{a: 1}', '[1,', '{}{}', 'x [1]'])
    assert.equal(indentJson(text), null, text)
})

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
