import assert from 'node:assert/strict'
import test from 'node:test'

import {
  covers,
  focusOf,
  focusWithin,
  intersect,
  move,
  press,
  rangeOf,
  rangeOn,
  select,
  partsOf,
  rangesOn,
  selectAll,
  wholeColumns
} from '../../../static/js/grid/selection.js'

const at = (row, column) => ({ row, column })

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

test('columns that are selected whole are found in the order in which they are seen', () => {
  const order = { at: column => 9 - column, of: position => 9 - position }
  const columns = (from, to) => select(at(5, from), at(5, to), 'columns')
  const selection = { ...columns(2, 4), more: [columns(7, 7), select(at(1, 0)), columns(3, 3)] }
  assert.deepEqual(wholeColumns(selection, order), [7, 4, 3, 2])
  assert.deepEqual(wholeColumns(null, order), [])
})

test('what two ranges share is what both cover', () => {
  const one = { top: 3, left: 1, bottom: 7, right: 4 }
  for (const other of [
    { top: 1, left: 0, bottom: 3, right: 1 },
    { top: 5, left: 2, bottom: 9, right: 9 },
    { top: 8, left: 0, bottom: 9, right: 9 }
  ]) {
    const both = intersect(one, other)
    for (let row = 0; row < 12; row++) {
      for (let column = 0; column < 12; column++) {
        assert.equal(both !== null && covers(both, row, column), covers(one, row, column) && covers(other, row, column))
      }
    }
  }
})

const PAGE = { top: 101, left: 0, bottom: 200, right: 2 }
const KEYS = ['doLeft', 'doRight', 'doUp', 'doDown', 'doRowStart', 'doRowEnd', 'doTop', 'doBottom']

test('keys stay on the page, and an arrow past its end leads to the page beside it', () => {
  for (const focus of [at(101, 0), at(101, 2), at(150, 1), at(200, 0), at(200, 2)]) {
    for (const key of KEYS) {
      const moved = move(select(focus), key, focus, false, PAGE)
      const { row, column } = moved.selection?.to ?? moved.cell
      assert.ok(column >= 0 && column <= 2)
      if (moved.selection) assert.ok(row >= 101 && row <= 200)
      else assert.deepEqual([moved.past, row], focus.row === 101 ? ['previous', 100] : ['next', 201])
    }
  }
  assert.deepEqual(
    move(null, 'doDown', at(200, 1), false, PAGE),
    { selection: select(at(200, 1)) },
    'nothing is selected yet'
  )
  assert.equal(move(null, 'doFind', at(150, 1), false, PAGE), null)
})

test('the first key selects the cell where it enters', () => {
  for (const key of KEYS) assert.deepEqual(move(null, key, at(120, 1), true, PAGE).selection, select(at(120, 1)))
})

test('a key with Shift moves one end and leaves the anchor, and goes past no page', () => {
  const before = select(at(199, 1), at(200, 1))
  assert.deepEqual(move(before, 'doExtendDown', at(200, 1), false, PAGE).selection, before)
  const moved = move(before, 'doExtendLeft', at(200, 1), false, PAGE).selection
  assert.deepEqual(moved, select(at(199, 1), at(200, 0)))
})

test('a press selects what it is on, and with Shift all from the anchor to there', () => {
  const before = select(at(110, 1))
  for (const kind of ['cells', 'rows', 'columns']) {
    assert.deepEqual(press(before, { kind, ...at(120, 2) }, {}, PAGE), select(at(120, 2), at(120, 2), kind))
    assert.deepEqual(
      press(before, { kind, ...at(120, 2) }, { extend: true }, PAGE),
      select(at(110, 1), at(120, 2), kind)
    )
  }
  assert.equal(
    press(select(at(1, 1), at(1, 1), 'rows'), { kind: 'cells', ...at(120, 2) }, { extend: true }, PAGE).kind,
    'rows'
  )
  assert.deepEqual(
    rangeOn(press(null, { kind: 'page', ...at(101, 0) }, {}, PAGE), PAGE),
    rangeOn(selectAll(PAGE), PAGE)
  )
})

test('all that is selected of a page covers the page', () => {
  assert.deepEqual(intersect(rangeOf(selectAll(PAGE)), PAGE), PAGE)
  assert.equal(rangeOn(select(at(5, 0)), PAGE), null)
  assert.equal(rangeOn(null, PAGE), null)
})

test('whole rows leave the column of the focus cell, and whole columns its row', () => {
  assert.deepEqual(focusOf(select(at(1, 1), at(9, 2)), at(5, 5)), at(9, 2))
  assert.deepEqual(focusOf(select(at(1, 1), at(9, 2), 'rows'), at(5, 5)), at(9, 5))
  assert.deepEqual(focusOf(select(at(1, 1), at(9, 2), 'columns'), at(5, 5)), at(5, 2))
})

test('on another page the focus cell is as far down, if the page is as long', () => {
  assert.deepEqual(focusWithin(at(37, 1), PAGE), at(137, 1))
  assert.deepEqual(focusWithin(at(150, 9), PAGE), at(150, 2))
  assert.deepEqual(focusWithin(at(37, 1), { ...PAGE, bottom: 120 }), at(120, 1))
})

test('a press with Ctrl adds to the selection, and a second one takes away again', () => {
  const one = press(null, { kind: 'rows', ...at(103, 0) }, { add: true }, PAGE)
  const two = press(one, { kind: 'rows', ...at(105, 0) }, { add: true }, PAGE)
  assert.deepEqual(partsOf(two), [one, select(at(105, 0), at(105, 0), 'rows')])
  const dragged = press(two, { kind: 'rows', ...at(107, 0) }, { extend: true }, PAGE)
  const rows = rangesOn(dragged, PAGE).map(({ top, bottom }) => [top, bottom])
  assert.deepEqual(rows, [
    [103, 103],
    [105, 107]
  ])
  assert.deepEqual(press(two, { kind: 'rows', ...at(103, 0) }, { add: true }, PAGE), partsOf(two)[1])
  assert.equal(press(one, { kind: 'rows', ...at(103, 0) }, { add: true }, PAGE), null)
})

test('ranges and arrows follow the order in which columns are seen', () => {
  const seen = [3, 0, 1] // column 2 is hidden
  const order = { at: column => Math.max(0, seen.indexOf(column)), of: position => seen[position] }
  const extent = { ...PAGE, right: 2 }
  assert.deepEqual(rangeOn(select(at(101, 3), at(102, 0)), extent, order), { top: 101, left: 0, bottom: 102, right: 1 })
  const step = action => move(select(at(101, 0)), action, at(101, 0), false, extent, order).selection.to.column
  assert.deepEqual(['doLeft', 'doRight', 'doRowEnd', 'doRowStart'].map(step), [3, 1, 1, 3])
  assert.equal(move(select(at(101, 0)), 'doDown', at(101, 0), false, extent, order).selection.to.column, 0)
})
