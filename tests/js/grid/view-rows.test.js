import assert from 'node:assert/strict'
import test from 'node:test'

import { joinParts, partsOf, select } from '../../../static/js/grid/selection.js'
import { toTableRows, toViewRows } from '../../../static/js/grid/view-rows.js'

const page = { page_no: 2, row_numbers: [40, 7, 8, 900] } // rows 101 to 104 of a view
const cells = (from, to) => select({ row: from, column: 1 }, { row: to, column: 2 })
const rows = selection => selection && partsOf(selection).map(({ from, to }) => [from.row, to.row])

test('the table itself has one way to count', () => {
  const selection = cells(3, 5)
  assert.equal(toTableRows(selection, { page_no: 1 }), selection)
  assert.equal(toViewRows(selection, { page_no: 1 }), selection)
})

test('a selection in a view names the rows of the table; those that stand apart there are parts', () => {
  assert.deepEqual(rows(toTableRows(cells(101, 101), page)), [[40, 40]])
  assert.deepEqual(rows(toTableRows(cells(102, 103), page)), [[7, 8]])
  assert.deepEqual(rows(toTableRows(cells(103, 102), page)), [[8, 7]])
  assert.deepEqual(rows(toTableRows(cells(101, 103), page)), [
    [7, 8],
    [40, 40]
  ])
  assert.equal(toTableRows(cells(1, 50), page), null)
})

test('rows of the table are where the view has them, and nowhere if it does not', () => {
  assert.deepEqual(rows(toViewRows(cells(7, 8), page)), [[102, 103]])
  assert.deepEqual(rows(toViewRows(cells(1, 50), page)), [[101, 103]])
  assert.equal(toViewRows(cells(9, 10), page), null)
})

test('columns have no rows to count', () => {
  const columns = select({ row: 1, column: 2 }, undefined, 'columns')
  assert.deepEqual(toViewRows(columns, page), columns)
  assert.deepEqual(rows(toTableRows(joinParts([columns, cells(101, 101)]), page)), [
    [1, 1],
    [40, 40]
  ])
})
