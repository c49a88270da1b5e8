import assert from 'node:assert/strict'
import test from 'node:test'

import { fragmentOf, inTable, parseFragment } from '../../../static/js/screen/fragment.js'
import { rangeOf } from '../../../static/js/grid/selection.js'

test('a written fragment parses to the same selection', () => {
  for (const text of ['#row=5203', '#row=10-20', '#col=3', '#col=2-9', '#cell=4,1', '#cell=4,1-6,2']) {
    assert.equal(fragmentOf(parseFragment(text)), text)
  }
})

test('rows and columns count from 1 in a link', () => {
  assert.deepEqual(rangeOf(parseFragment('#cell=4,1-6,2')), { top: 4, left: 0, bottom: 6, right: 1 })
  assert.deepEqual(rangeOf(parseFragment('#col=3')), { top: 1, left: 2, bottom: Infinity, right: 2 })
})

test('several places are written with the newest first, which is the one to go to', () => {
  for (const text of ['#row=7-9;3', '#col=3;1', '#cell=4,1;6,2-7,3'])
    assert.equal(fragmentOf(parseFragment(text)), text)
  assert.equal(fragmentOf(inTable(parseFragment('#row=999;5'), 250, 3)), '#row=5')
  const seen = [3, 0, 1] // column 2 is hidden
  const order = { at: column => Math.max(0, seen.indexOf(column)), of: position => seen[position] }
  const cells = { kind: 'cells', from: { row: 4, column: 3 }, to: { row: 5, column: 1 } }
  assert.equal(fragmentOf(cells, order), '#cell=4,1-5,2;4,4-5,4')
})

test('a star is the last row or column, and of several selections the first counts', () => {
  const rows = text => rangeOf(inTable(parseFragment(text), 250, 3))
  assert.equal(rows('#row=*').top, 250)
  assert.deepEqual([rows('#row=200-*').top, rows('#row=200-*').bottom], [200, 250])
  assert.equal(rows('#row=5;7-9').bottom, 5)
  assert.deepEqual(rows('#cell=*,*'), { top: 250, left: 2, bottom: 250, right: 2 })
  assert.deepEqual(parseFragment('#cell=4%2C1-6%2c2'), parseFragment('#cell=4,1-6,2'))
})

test('a fragment that names no place is ignored', () => {
  for (const text of [
    '',
    '#',
    '#row=',
    '#row=0',
    '#row=-3',
    '#row=1e3',
    '#row=٣',
    '#row=3-',
    '#cell=4',
    '#top',
    '#rows=3',
    '#row=1234567890123456',
    '#%'
  ]) {
    assert.equal(parseFragment(text), null, text)
  }
})

test('a selection is limited to the table, or empty', () => {
  assert.equal(fragmentOf(inTable(parseFragment('#row=240-999'), 250, 3)), '#row=240-250')
  assert.equal(fragmentOf(inTable(parseFragment('#cell=4,2-6,99'), 250, 3)), '#cell=4,2-6,3')
  for (const text of ['#row=251', '#col=4', '#cell=1,4', '#cell=251,1', '#row=20-10']) {
    assert.equal(inTable(parseFragment(text), 250, 3), null, text)
  }
})
