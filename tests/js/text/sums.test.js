import assert from 'node:assert/strict'
import test from 'node:test'

import { number } from '../../../static/js/text/language.js'
import { decimal, mean, tally, written } from '../../../static/js/text/sums.js'
import '../english.js'

const sum = (...cells) => written(tally(cells).sum, number)
const average = (...cells) => {
  const { numbers, sum } = tally(cells)
  return written(mean(sum, numbers).mean, number)
}

test('sums are what a person gets on paper', () => {
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

test('any split of the cells comes to the same', () => {
  const cells = Array.from({ length: 200 }, (_, i) => `${(i * 7919) % 1000}.${(i * 104729) % 997}`)
  const halves = [cells.slice(0, 71), cells.slice(71)].map(half => tally(half).sum)
  const back = halves.map(({ digits, places }) => `${digits}e-${places}`)
  assert.equal(sum(...cells), sum(...back))
})

test('only cells that the server calls numbers are counted', () => {
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
  for (const cell of others) assert.equal(decimal(cell), null, cell)
  assert.equal(tally(['007', 'x', '+5', '']).numbers, 2)
  assert.equal(tally([]).numbers, 0)
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

test('a sum longer than a line shows its first digits and says that there are more', () => {
  assert.equal(sum('1e-300', '1.23456789e-10'), '1.23456789000…e-10')
  assert.equal(sum('-5e60'), '-5.00000000000…e60')
})
