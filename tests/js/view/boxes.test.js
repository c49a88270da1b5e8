import assert from 'node:assert/strict'
import test from 'node:test'

import { readBox, writeBox } from '../../../static/js/view/boxes.js'

const condition = (operator, ...values) => ({ operator, values })

for (const [typed, ...conditions] of [
  [''],
  ['   '],
  ['>5', condition('gt', '5')],
  ['>= 1e-6', condition('gte', '1e-6')],
  ['≥2', condition('gte', '2')],
  ['<1.234,5', condition('lt', '1.234,5')],
  ['<=2026-11-28T10:00Z', condition('lte', '2026-11-28T10:00Z')],
  ['≤-3 %', condition('lte', '-3 %')],
  ['!=x', condition('not', 'x')],
  ['=x', condition('exact', 'x')],
  ['=a=b', condition('exact', 'a=b')],
  ['=""', condition('exact', '')],
  ['=', condition('isblank')],
  ['!=', condition('notblank')],
  ['1..5', condition('gte', '1'), condition('lte', '5')],
  ['-1.5 .. .5', condition('gte', '-1.5'), condition('lte', '.5')],
  ['2026-01..2026-03', condition('gte', '2026-01'), condition('lte', '2026-03')],
  ['5..', condition('gte', '5')],
  ['..5', condition('lte', '5')],
  ['5..5', condition('gte', '5'), condition('lte', '5')],
  ['/^ab+$/', condition('regex', '^ab+$')],
  ['/a\\/b/', condition('regex', 'a\\/b')],
  ['plain text', condition('contains', 'plain text')],
  ['a..b', condition('contains', 'a..b')],
  ['v1..v2', condition('contains', 'v1..v2')],
  ['">5"', condition('contains', '>5')],
  ['"/usr/"', condition('contains', '/usr/')],
  ['5', condition('contains', '5')]
]) {
  test(`the box ${typed} is read`, () => assert.deepEqual(readBox(typed), { conditions, problem: null }))
}

for (const [typed, problem] of [
  ['>', 'boxValue'],
  ['..', 'boxValue'],
  ['""', 'boxValue'],
  ['>abc', 'boxNumber'],
  ['<', 'boxValue'],
  ['5..1', 'boxRange'],
  ['2026-03..2026-01', 'boxRange'],
  ['/ab', 'boxRegex'],
  ['//', 'boxRegex'],
  ['/', 'boxRegex']
]) {
  test(`the box ${typed} says why it cannot be read`, () =>
    assert.deepEqual(readBox(typed), { conditions: [], problem }))
}

test('a box that was read can be written', () => {
  for (const box of [
    '>5',
    '!=x',
    '=x',
    '=',
    '!=',
    '=""',
    '1..5',
    '<=5',
    '/a|b/',
    'plain',
    '">5"',
    '"/usr/"',
    '<2026-01'
  ]) {
    assert.equal(writeBox(readBox(box).conditions), box)
  }
  assert.equal(writeBox(readBox('5..').conditions), '>=5')
  assert.equal(writeBox(readBox('..5').conditions), '<=5')
  assert.equal(writeBox([condition('in', 'a', 'b')]), null)
  assert.equal(writeBox([condition('contains', 'a'), condition('contains', 'b')]), null)
  assert.equal(writeBox([condition('exact', '"a"')]), '=""a""')
  assert.deepEqual(readBox('=""a""').conditions, [condition('exact', '"a"')])
})
