import assert from 'node:assert/strict'
import test from 'node:test'

import { numberOf, pagesOf, parsePage, rowOn, rowsOf, stepTo } from '../../../static/js/protocol/paging.js'

test('pages meet exactly: every row is on one of them', () => {
  for (const rows of [1, 99, 100, 101, 2980]) {
    let next = 1
    for (let page = 1; page <= pagesOf(rows); page++) {
      const { first, last } = rowsOf(page, rows)
      assert.equal(first, next)
      next = last + 1
    }
    assert.equal(next, rows + 1)
  }
})

test('page 3 begins with row 201', () => {
  assert.deepEqual(rowsOf(3, 2980), { first: 201, last: 300 })
})

test('a table without rows has no page', () => {
  assert.equal(pagesOf(0), 0)
})

test('a page number is digits, from 1', () => {
  assert.equal(parsePage(' 12 '), 12)
  assert.equal(parsePage('007'), 7)
  for (const typed of ['', '0', '-3', '1.5', '1e3', 'abc', '٣', '３', '1_000', '9'.repeat(16)]) {
    assert.equal(parsePage(typed), null, typed)
  }
})

test('steps stay inside the table', () => {
  assert.equal(stepTo('next', 1, 3), 2)
  assert.equal(stepTo('last', 1, 3), 3)
  assert.equal(stepTo('first', 3, 3), 1)
  for (const step of ['next', 'last']) assert.equal(stepTo(step, 3, 3), null)
  for (const step of ['first', 'previous']) assert.equal(stepTo(step, 1, 3), null)
  assert.equal(stepTo('last', 1, 0), null)
})

test('a row of a view has a number in the table, and a row of the table may be on a page of a view', () => {
  const page = { page_no: 2, row_numbers: [40, 7] }
  assert.deepEqual(
    [101, 102, 103].map(row => numberOf(page, row)),
    [40, 7, 0]
  )
  assert.deepEqual(
    [40, 7, 101].map(number => rowOn(page, number)),
    [101, 102, null]
  )
  assert.deepEqual(
    [numberOf({ page_no: 2 }, 150), rowOn({ page_no: 2 }, 150), rowOn({ page_no: 2 }, 50)],
    [150, 150, null]
  )
})
