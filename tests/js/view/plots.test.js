import assert from 'node:assert/strict'
import test from 'node:test'
import {
  binConditions,
  dateText,
  dateTicks,
  pointConditions,
  rangeOfValues,
  ticks
} from '../../../static/js/view/plots.js'

const second = text => Date.parse(`${text}Z`) / 1000

test('ticks are round numbers within the range', () => {
  assert.deepEqual(ticks(0.3, 10.2, 5), [2, 4, 6, 8, 10])
  assert.deepEqual(ticks(-0.25, 0.25, 5), [-0.2, -0.1, 0, 0.1, 0.2])
  assert.deepEqual(ticks(7, 7, 5), [7])
})

test('ticks of dates are the beginnings of years, months, days and hours', () => {
  const texts = (low, high) => dateTicks(second(low), second(high), 5).map(({ text }) => text)
  assert.deepEqual(texts('1952-03-01T00:00', '2007-01-02T00:00'), ['1960', '1980', '2000'])
  assert.deepEqual(texts('2025-12-15T00:00', '2026-04-20T00:00'), ['2026-01', '2026-02', '2026-03', '2026-04'])
  assert.deepEqual(texts('2026-01-01T00:00', '2026-01-04T00:00'), [
    '2026-01-01',
    '2026-01-02',
    '2026-01-03',
    '2026-01-04'
  ])
  assert.deepEqual(texts('2026-01-01T00:30', '2026-01-01T04:10'), ['01:00', '02:00', '03:00', '04:00'])
  assert.deepEqual(texts('0800-01-01T00:00', '2000-01-01T00:00').at(-1), '2000')
})

test('a bin is a range, and the last one has both of its edges', () => {
  const number = { column: 1, reading: 'number', edges: [0, 0.1, 0.30000000000000004] }
  assert.deepEqual(binConditions(number, 0), [
    { operator: 'gte', values: ['0'] },
    { operator: 'lt', values: ['0.1'] }
  ])
  assert.deepEqual(binConditions(number, 1).at(1), { operator: 'lte', values: ['0.3'] })
  const date = { column: 1, reading: 'date', edges: [0, 43_200, 86_400] }
  assert.deepEqual(
    binConditions(date, 1).map(({ values }) => values[0]),
    ['1970-01-01T12:00:00', '1970-01-02']
  )
})

test('a point is its number, and a date within its second', () => {
  assert.deepEqual(pointConditions({ column: 1, reading: 'number', edges: null }, -2.5), [
    { operator: 'gte', values: ['-2.5'] },
    { operator: 'lte', values: ['-2.5'] }
  ])
  const date = { column: 1, reading: 'date', edges: null }
  assert.deepEqual(
    pointConditions(date, 0.5).map(({ operator, values }) => [operator, ...values]),
    [
      ['gte', '1970-01-01'],
      ['lt', '1970-01-01T00:00:01']
    ]
  )
  assert.equal(dateText(86_399), '1970-01-01T23:59:59')
})

test('a range of one number is widened, and bars stand on 0', () => {
  assert.deepEqual(rangeOfValues([5, 2]), [2, 5])
  assert.deepEqual(rangeOfValues([5, 2], true), [0, 5])
  assert.deepEqual(rangeOfValues([10]), [9, 11])
  assert.deepEqual(rangeOfValues([]), [0, 1])
})
