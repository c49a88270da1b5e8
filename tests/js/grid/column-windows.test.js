import assert from 'node:assert/strict'
import test from 'node:test'

import { columnsOf, hasColumn, hasColumns, mergeColumns, spansOf } from '../../../static/js/grid/column-windows.js'
import { example } from '../vectors.js'

const sent = example('json to-viewer', 'page')

/** A page of a wide table, as it is sent to who looks at some columns. */
const page = (columns, rows = 2, page_no = 1) => ({
  ...sent,
  page_no,
  n_columns: 1000,
  columns,
  header: columnsOf(columns).map(column => `name ${column}`),
  kinds: columnsOf(columns).map(() => 'text'),
  lenses: columnsOf(columns).map(column => (column % 2 ? 'comma' : '')),
  cut: [],
  data: Array.from({ length: rows }, (_, row) => columnsOf(columns).map(column => `${page_no} ${row} ${column}`))
})

test('columns are spans and spans are columns', () => {
  assert.deepEqual(spansOf([4, 0, 1, 2, 9, 4]), [
    [1, 3],
    [5, 5],
    [10, 10]
  ])
  assert.deepEqual(
    columnsOf([
      [1, 3],
      [5, 5],
      [10, 10]
    ]),
    [0, 1, 2, 4, 9]
  )
  assert.deepEqual(spansOf([]), [])
})

test('a page of few columns is taken as it was sent', () => {
  assert.equal(mergeColumns(sent), sent)
})

test('each column is at its place, and the others are open', () => {
  const { header, data, kinds, lenses, ...rest } = mergeColumns(
    page([
      [1, 1],
      [501, 502]
    ])
  )
  assert.deepEqual([header[0], header[500], header[501]], ['name 0', 'name 500', 'name 501'])
  assert.deepEqual([data[1][0], data[1][501]], ['1 1 0', '1 1 501'])
  assert.equal(kinds[501], 'text')
  assert.equal(lenses[501], 'comma')
  assert.equal(data[1][300], undefined)
  assert.deepEqual(
    [0, 1, 499, 500, 501, 502].map(column => hasColumn(rest, column)),
    [true, false, false, true, true, false]
  )
})

test('what was here of the same page stays, and of another page goes', () => {
  const first = mergeColumns(page([[1, 100]]))
  const second = mergeColumns(page([[90, 200]]), first)
  assert.deepEqual(second.columns, [[1, 200]])
  assert.deepEqual(
    second.data[0],
    Array.from({ length: 200 }, (_, i) => `1 0 ${i}`)
  )
  for (const other of [page([[90, 200]], 2, 2), page([[90, 200]], 3), { ...page([[90, 200]]), version: 7 }]) {
    assert.deepEqual(mergeColumns(other, first).columns, [[90, 200]])
    assert.equal(mergeColumns(other, first).data[0][0], undefined)
  }
})

test('a row that ends early has no cells in what comes after it', () => {
  const ragged = page([
    [1, 2],
    [501, 502]
  ])
  ragged.data[0] = ['only one']
  const { data } = mergeColumns(ragged)
  assert.equal(data[0][0], 'only one')
  assert.equal(500 in data[0], false)
})

test('a cell that was sent in part is known while it is here', () => {
  const first = mergeColumns({
    ...page([[1, 100]]),
    cut: [
      [2, 7, 5000],
      [2, 90, 6000]
    ]
  })
  assert.deepEqual(mergeColumns({ ...page([[80, 200]]), cut: [[1, 81, 9000]] }, first).cut, [
    [2, 7, 5000],
    [1, 81, 9000]
  ])
})

test('however far one scrolls, what is kept stays bounded', () => {
  let here = mergeColumns(page([[1, 100]]))
  for (let first = 101; first < 3000; first += 100) here = mergeColumns(page([[first, first + 99]]), here)
  assert.ok(columnsOf(here.columns).length <= 500)
  assert.ok(hasColumn(here, 2999))
  assert.ok(!hasColumn(here, 0))
})

test('columns that the table does not have are not waited for', () => {
  assert.ok(hasColumns({ ...page([[901, 1000]]) }, [[950, 1100]]))
  assert.ok(!hasColumns({ ...page([[901, 1000]]) }, [[900, 950]]))
})
