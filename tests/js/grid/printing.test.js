import assert from 'node:assert/strict'
import test from 'node:test'

import { bandsOf, printedBlock } from '../../../static/js/grid/printing.js'
import { AS_IN_TABLE, select } from '../../../static/js/grid/selection.js'

const EXTENT = { top: 101, left: 0, bottom: 103, right: 3 }
const at = (row, column) => ({ row, column })
const block = selection => printedBlock(selection, EXTENT, AS_IN_TABLE)
const PAGE = { rows: [101, 102, 103], columns: [0, 1, 2, 3] }

test('a page is printed where nothing of it is selected, or one cell', () => {
  assert.deepEqual(block(null), PAGE)
  assert.deepEqual(block(select(at(102, 1))), PAGE)
  assert.deepEqual(block(select(at(7, 1), at(9, 2))), PAGE)
})

test('selected rows, columns and cells are printed', () => {
  assert.deepEqual(block(select(at(102, 1), at(102, 1), 'rows')), { rows: [102], columns: [0, 1, 2, 3] })
  assert.deepEqual(block(select(at(102, 1), at(102, 1), 'columns')), { rows: PAGE.rows, columns: [1] })
  const both = { ...select(at(101, 3)), more: [select(at(103, 1), at(103, 2))] }
  assert.deepEqual(block(both), { rows: [101, 103], columns: [1, 2, 3] })
})

test('columns go on in another band where they do not fit, and those that are not here are left out', () => {
  const page = { columns: [[1, 7]] }
  const bands = (columns, width) => bandsOf(columns, page, () => width, 100)
  assert.deepEqual(bands([0, 1, 2, 3], 40), [
    [0, 1],
    [2, 3]
  ])
  assert.deepEqual(bands([0, 1], 400), [[0], [1]])
  assert.deepEqual(bands([0, 9, 2], 1), [[0, 2]])
})
