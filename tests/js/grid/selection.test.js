import assert from 'node:assert/strict'
import test from 'node:test'

import { cellsIn, covers, moved, rangeOf, select, shared, toTsv } from '../../../static/js/grid/selection.js'

const at = (row, column) => ({ row, column })
const ROWS = [['a', 'b', 'c'], ['d'], ['g', 'h', 'i']]

test('a range is the same whichever corner one began at', () => {
  const corners = [
    [at(3, 1), at(7, 4)],
    [at(7, 4), at(3, 1)],
    [at(3, 4), at(7, 1)],
    [at(7, 1), at(3, 4)]
  ]
  for (const [from, to] of corners) {
    assert.deepEqual(rangeOf(select(from, to)), { top: 3, left: 1, bottom: 7, right: 4 })
  }
})

test('whole rows and columns go on past every page', () => {
  assert.ok(covers(rangeOf(select(at(5, 0), at(6, 0), 'rows')), 6, 99_999))
  assert.ok(covers(rangeOf(select(at(5, 2), at(6, 3), 'columns')), 99_999_999, 3))
  assert.ok(!covers(rangeOf(select(at(5, 2), at(6, 3), 'columns')), 6, 4))
})

test('what two ranges share is what both cover', () => {
  const one = { top: 3, left: 1, bottom: 7, right: 4 }
  for (const other of [
    { top: 1, left: 0, bottom: 3, right: 1 },
    { top: 5, left: 2, bottom: 9, right: 9 },
    { top: 8, left: 0, bottom: 9, right: 9 }
  ]) {
    const both = shared(one, other)
    for (let row = 0; row < 12; row++) {
      for (let column = 0; column < 12; column++) {
        assert.equal(both !== null && covers(both, row, column), covers(one, row, column) && covers(other, row, column))
      }
    }
  }
})

test('arrows stop at the edges', () => {
  const page = { top: 101, left: 0, bottom: 200, right: 2 }
  assert.deepEqual(moved(at(101, 0), -1, -1, page), at(101, 0))
  assert.deepEqual(moved(at(200, 1), 5, Infinity, page), at(200, 2))
})

test('a short row is filled up, so that the columns stay where they are', () => {
  assert.deepEqual(cellsIn(ROWS, 101, { top: 101, left: 1, bottom: 103, right: 2 }), [
    ['b', 'c'],
    ['', ''],
    ['h', 'i']
  ])
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
  assert.deepEqual(paste(toTsv(cells)), cells)
  assert.equal(toTsv([['say "hi"', '1,5']]), 'say "hi"\t1,5', 'what needs no quotes gets none')
})
