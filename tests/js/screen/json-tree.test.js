import assert from 'node:assert/strict'
import test from 'node:test'

import { copyOf, parseJson } from '../../../static/js/screen/json-tree.js'

/** The value that a tree stands for. */
function readTree(text, { opens, from, to, children }) {
  if (opens === '[') return children.map(child => readTree(text, child))
  if (opens === '{') return Object.fromEntries(children.map(child => [JSON.parse(child.name), readTree(text, child)]))
  return JSON.parse(text.slice(from, to))
}

test('a tree is what JSON.parse reads', () => {
  const values = [{}, [], [[]], { a: [] }, { a: 1, b: [true, null, { 'c d': '{,}: "\\' }] }, [[1, 2], {}], { '': ':' }]
  for (const value of values) {
    for (const text of [JSON.stringify(value), ` ${JSON.stringify(value, null, 3)}\n`])
      assert.deepEqual(readTree(text, parseJson(text)), value)
  }
})

test('values are as they are written, and names may stand twice', () => {
  const text = '{"n":1.10,"n":12345678901234567890.0,"s":"\\u0041","list":[1e0, 2]}'
  const written = parseJson(text).children.map(({ name, from, to }) => [name, text.slice(from, to)])
  assert.deepEqual(written, [
    ['"n"', '1.10'],
    ['"n"', '12345678901234567890.0'],
    ['"s"', '"\\u0041"'],
    ['"list"', '[1e0, 2]']
  ])
  assert.deepEqual(
    written.map(([, value]) => copyOf(value)),
    ['1.10', '12345678901234567890.0', 'A', '[1e0, 2]']
  )
})

test('a long string and deep lists are read', () => {
  const long = JSON.stringify([`${'x'.repeat(300_000)}"\\`])
  assert.equal(parseJson(long).children[0].to, long.length - 1)
  const deep = '['.repeat(5000) + ']'.repeat(5000)
  assert.equal(parseJson(deep).to, deep.length)
})

test('a text that is no object and no list is no tree', () => {
  for (const text of ['', '7', '"text"', 'null', '{a: 1}', '[1,', '{}{}', 'x [1]']) assert.equal(parseJson(text), null)
})
