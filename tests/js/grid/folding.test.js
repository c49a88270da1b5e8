import assert from 'node:assert/strict'
import test from 'node:test'

import { foldedRows, withoutNotes } from '../../../static/js/grid/folding.js'

const table = (preamble, header = true) => ({ preamble, dialect: { header } })
const page = (page_no, rows) => ({ page_no, data: Array.from({ length: rows }, (_, i) => [String(i)]) })

test('the header stands above its page, and is not repeated', () => {
  assert.equal(foldedRows(table(0), page(1, 100), false), 1)
  assert.equal(foldedRows(table(0), page(1, 1), true), 1)
  assert.equal(foldedRows(table(0), page(2, 100), false), 0)
  assert.equal(foldedRows(table(0, false), page(1, 100), false), 0)
})

test('a preamble is left out until it is unfolded', () => {
  assert.equal(foldedRows(table(46), page(1, 100), false), 47)
  assert.equal(foldedRows(table(46, false), page(1, 100), false), 46)
  assert.equal(foldedRows(table(46), page(1, 100), true), 0)
  assert.equal(foldedRows(table(46), page(2, 100), false), 0)
  assert.equal(foldedRows(table(120), page(2, 100), false), 21)
  assert.equal(foldedRows(table(100), page(2, 100), false), 1)
})

test('a page that is nothing but preamble shows it', () => {
  assert.equal(foldedRows(table(120), page(1, 100), false), 0)
  assert.equal(foldedRows(table(99), page(1, 100), false), 0)
  assert.equal(foldedRows(table(46), page(1, 30), false), 0)
})

test('columns are fitted to a page without its preamble', () => {
  assert.deepEqual(withoutNotes(table(2), page(1, 5)).data, [['3'], ['4']])
  const other = page(2, 5)
  assert.equal(withoutNotes(table(2), other), other)
  assert.equal(withoutNotes(table(0), other), other)
})
