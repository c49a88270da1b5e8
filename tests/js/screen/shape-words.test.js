import assert from 'node:assert/strict'
import test from 'node:test'

import { shapeWords } from '../../../static/js/screen/shape-words.js'
import '../english.js'

test('a column without a cell is said to be blank where it has rows', () => {
  const none = { reading: 'text', rows: 0, blank: 0, top: [], distinct: 0, bins: [], edges: null, bound: 0 }
  assert.equal(shapeWords(none), '')
  assert.equal(shapeWords({ ...none, rows: 2, blank: 2 }), 'all blank')
  assert.equal(shapeWords({ ...none, reading: 'number' }), '')
  assert.equal(shapeWords({ ...none, reading: 'number', rows: 2, blank: 2 }), 'all blank')
})
