import assert from 'node:assert/strict'
import test from 'node:test'

import { blockOf, boundsOf, hiddenAmong, linesOf, missingColumns, textOf } from '../../../static/js/grid/copying.js'
import { columnOrder } from '../../../static/js/grid/layout.js'

const range = (top, left, bottom = top, right = left) => ({ top, left, bottom, right })
const AS_IN_TABLE = { at: column => column, of: position => position }

test('ranges of the same rows, or of the same columns, are copied as one block', () => {
  const block = (...ranges) => blockOf(linesOf(ranges), AS_IN_TABLE)
  assert.deepEqual(block(range(3, 1, 4, 2)), { rows: [3, 4], columns: [1, 2] })
  assert.deepEqual(block(range(7, 1), range(3, 1)), { rows: [3, 7], columns: [1] })
  assert.deepEqual(block(range(3, 4, 4, 4), range(3, 1, 4, 2)), { rows: [3, 4], columns: [1, 2, 4] })
  assert.deepEqual(
    block(range(3, 1, 5, 2), range(4, 2, 4, 2)),
    { rows: [3, 4, 5], columns: [1, 2] },
    'one in the other'
  )
  assert.deepEqual(block(range(3, 1), range(3, 2), range(5, 1, 5, 2)), { rows: [3, 5], columns: [1, 2] })
  assert.equal(block(range(3, 1), range(4, 2)), null)
  assert.equal(block(range(3, 1, 5, 2), range(5, 2, 6, 3)), null)
})

test('a block has its columns as they are seen, without the hidden ones', () => {
  const layout = { order: Int32Array.of(3, 0, 4), positions: Int32Array.of(1, -1, -1, 0, 2) }
  const order = columnOrder(layout)
  const { columns } = blockOf(linesOf([range(1, 0, 1, 1)]), order)
  assert.deepEqual(columns, [3, 0])
  assert.equal(hiddenAmong(layout, columns, false), 2)
  assert.equal(hiddenAmong(layout, [3, 4], false), 0)
  assert.equal(hiddenAmong(layout, [4], true), 2, 'of a whole row all are left out')
  assert.deepEqual(boundsOf(columns), [0, 3])
  assert.deepEqual(
    [0, 1, 2, 3, 4, 9].map(order.at),
    [1, 0, 0, 0, 2, 2],
    'a hidden column stands where the next one does'
  )
})

test('a column is missing that was not sent, or of which a selected cell is cut', () => {
  const page = { columns: [[1, 3]], n_columns: 6, cut: [[2, 2, 9000]] }
  const columns = [0, 1, 4, 9]
  assert.deepEqual(missingColumns(page, { rows: [1, 3], columns }), [4], 'the table has no column 9')
  assert.deepEqual(missingColumns(page, { rows: [2], columns }), [1, 4])
})

const ROWS = [['a', 'b', 'c'], ['d'], ['g', 'h', 'i']]

test('a short row is filled up, and names come first', () => {
  const block = { rows: [101, 102, 103], columns: [2, 1] }
  assert.equal(textOf(block, ROWS, 101, null), 'c\tb\n\t\ni\th')
  assert.equal(textOf(block, ROWS, 101, ['x', 'y']), '\ty\nc\tb\n\t\ni\th')
})

/** A spreadsheet's reading of what is pasted, written down independently. */
function paste(text) {
  const rows = [[]]
  let i = 0
  for (;;) {
    let cell = ''
    if (text[i] === '"') {
      for (i++; text[i] !== '"' || text[i + 1] === '"'; i++) {
        if (text[i] === '"') i++
        cell += text[i]
      }
      i++
    } else while (i < text.length && !'\t\n'.includes(text[i])) cell += text[i++]
    rows.at(-1).push(cell)
    if (i >= text.length) return rows
    if (text[i++] === '\n') rows.push([])
  }
}

test('cells come out of a paste as they went into the copy', () => {
  const cells = [
    ['007', '1e5', 'say "hi"'],
    ['two\nlines', 'a\ttab', '"quoted"'],
    ['', ' blanks ', 'c\r']
  ]
  const text = textOf({ rows: [1, 2, 3], columns: [0, 1, 2] }, cells, 1, null)
  assert.deepEqual(paste(text), cells)
  assert.ok(text.startsWith('007\t1e5\tsay "hi"\n'), 'what needs no quotes gets none')
})
