import assert from 'node:assert/strict'
import test from 'node:test'

import {
  extentOf,
  formatDecimal,
  mean,
  parseDecimal,
  selectionWords,
  sumCells
} from '../../../static/js/screen/sums.js'
import '../english.js'

const sum = (...cells) => formatDecimal(sumCells(cells).sum)
const average = (...cells) => {
  const { numbers, sum } = sumCells(cells)
  return formatDecimal(mean(sum, numbers).mean)
}

test('sums are those that a person gets on paper', () => {
  assert.equal(sum('0.1', '0.2'), '0.3')
  assert.equal(sum('1e3', '-1', '.5', '2.'), '1,001.5')
  assert.equal(sum('9007199254740993', '1'), '9,007,199,254,740,994')
  assert.equal(sum(...Array(1000).fill('0.001')), '1')
  assert.equal(sum('1e20', '1', '-1e20'), '1')
  assert.equal(sum('-0.25', '0.05'), '-0.2')
})

test('an integer of forty digits keeps them all', () => {
  assert.equal(
    sum('1234567890123456789012345678901234567890', '1').replaceAll(',', ''),
    '1234567890123456789012345678901234567891'
  )
})

test('any order and split of the cells has the same sum', () => {
  const cells = Array.from({ length: 200 }, (_, i) => `${(i * 7919) % 1000}.${(i * 104729) % 997}`)
  const halves = [cells.slice(0, 71), cells.slice(71)].map(half => sumCells(half).sum)
  const back = halves.map(({ digits, places }) => `${digits}e-${places}`)
  assert.equal(sum(...cells), sum(...back))
})

test("only the server's numbers are counted", () => {
  const others = [
    '',
    ' 1',
    '1,000',
    '1_000',
    '٣',
    '0x10',
    'NaN',
    'Infinity',
    '--1',
    '1e',
    'e5',
    '.',
    '1.2.3',
    '12 %',
    '1e401',
    `1${'0'.repeat(400)}`
  ]
  for (const cell of others) assert.equal(parseDecimal(cell), null, cell)
  assert.equal(sumCells(['007', 'x', '+5', '']).numbers, 2)
  assert.equal(sumCells([]).numbers, 0)
})

const column = (cells, more = {}) => ({ name: 'price', isNumeric: true, lens: '', cells, ...more })

test('a sum names the lens that it was read with', () => {
  const words = more => selectionWords('2 × 1 cells', [column(['1234,5', '0,5'], more)])
  assert.equal(
    words({ lens: 'comma', lensLabel: 'decimal comma' }),
    '2 × 1 cells · 2 numbers, sum 1,235, mean 617.5 (decimal comma)'
  )
  assert.equal(words({}), '2 × 1 cells · no numbers')
  assert.equal(selectionWords('2 × 1 cells', null), '2 × 1 cells')
})

test('numbers of different columns are never added up', () => {
  const people = column(['7', '8'], { name: 'people' })
  const name = column(['a', '5'], { isNumeric: false })
  assert.equal(
    selectionWords('2 × 3 cells', [column(['1', '2']), name, people]),
    '2 × 3 cells · price: sum 3 · people: sum 15'
  )
  assert.equal(selectionWords('2 × 4 cells', [people, people, people, people]), '2 × 4 cells')
})

test('the values of a text are counted, and blank cells apart', () => {
  const words = (cells, more) => selectionWords('5 × 1 cells', [column(cells, more)])
  assert.equal(words(['007', '7', '007', '', 'NA'], { isNumeric: false }), '5 × 1 cells · 2 distinct values · 2 blank')
  assert.equal(words(['7', '8', 'x', '', '9'], {}), '5 × 1 cells · 3 numbers, sum 24, mean 8 · 1 blank')
})

test('a selection is called by its place, and by its size where it has several parts', () => {
  const [rows, columns] = [
    [4, 5],
    [1, 2, 3]
  ]
  const part = kind => ({ kind, from: { row: 4, column: 1 }, to: { row: 5, column: 3 } })
  assert.equal(extentOf(part('cells'), { rows, columns }, 6), '2 × 3 cells')
  assert.equal(extentOf(part('rows'), { rows, columns: [2, 0, 1] }, 6), 'rows 4–5')
  const inView = numbers => extentOf(part('rows'), { rows, columns }, 6, row => numbers[row - 4])
  assert.deepEqual([inView([8, 9]), inView([9, 8]), inView([9, 30])], ['rows 8–9', '2 rows', '2 rows'])
  assert.equal(extentOf(part('columns'), { rows, columns: [3, 1, 2] }, 6), 'columns 2–4')
  assert.equal(extentOf(part('columns'), { rows, columns: [3, 0] }, 4), '2 columns', 'they stand apart in the table')
  assert.equal(extentOf({ ...part('rows'), more: [part('rows')] }, { rows, columns }, 6), '2 × 3 cells')
  assert.equal(extentOf(part('cells'), null, 7), '7 cells')
})

test('a mean has two places more than its sum, and says whether it was rounded', () => {
  assert.equal(average('1', '2'), '1.5')
  assert.equal(average('1', '1', '2'), '1.33')
  assert.equal(average('-1', '-1', '-2'), '-1.33')
  assert.equal(average('0.1', '0.2', '0.2'), '0.167')
  assert.equal(average('2', '2', '1'), '1.67')
  assert.equal(mean({ digits: 3n, places: 0 }, 2).exact, true)
  assert.equal(mean({ digits: 4n, places: 0 }, 3).exact, false)
})

test('a long sum shows its first digits and that there are more', () => {
  assert.equal(sum('1e-300', '1.23456789e-10'), '1.23456789000…e-10')
  assert.equal(sum('-5e60'), '-5.00000000000…e60')
})
