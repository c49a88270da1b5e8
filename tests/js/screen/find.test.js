import assert from 'node:assert/strict'
import test from 'node:test'

import { findPattern, findPlaces, findSpans, nextPlace, partHidden } from '../../../static/js/screen/find.js'

/** The columns in the order of the table. */
const POSITIONS = Int32Array.from({ length: 10 }, (_, column) => column)

const ROWS = [
  ['Oslo', 'NO'],
  ['São Paulo', 'BR', 'oslo'],
  ['1.5 (b)', '']
]

test('find ignores case, and takes the typed text literally', () => {
  assert.deepEqual(findPlaces(ROWS, 101, findPattern('oslo')), [
    { row: 101, column: 0 },
    { row: 102, column: 2 }
  ])
  assert.deepEqual(findPlaces(ROWS, 1, findPattern('SÃO')), [{ row: 2, column: 0 }])
  assert.deepEqual(findPlaces(ROWS, 1, findPattern('1.5 (')), [{ row: 3, column: 0 }])
  for (const character of '\\^$.*+?()[]{}|/-')
    assert.deepEqual(findSpans(`a${character}b`, findPattern(character)), [{ from: 1, to: 2 }])
  assert.equal(findPattern(''), null)
})

test('find returns the span of each match, whatever letters stand before it', () => {
  assert.deepEqual(findSpans('İİ aB ab', findPattern('AB')), [
    { from: 3, to: 5 },
    { from: 6, to: 8 }
  ])
  assert.deepEqual(findSpans('😀ab', findPattern('ab')), [{ from: 2, to: 4 }])
})

test('find steps from match to match, and starts over at the end', () => {
  const places = findPlaces(ROWS, 1, findPattern('o'))
  /** One step from each match, and from the one before. */
  const steps = direction => places.map(place => places[nextPlace(places, place, direction, POSITIONS)])
  assert.deepEqual(places[nextPlace(places, null, 1, POSITIONS)], places[0])
  assert.deepEqual(steps(1), [...places.slice(1), places[0]])
  assert.deepEqual(steps(-1), [places.at(-1), ...places.slice(0, -1)])
  assert.deepEqual(nextPlace(places, null, -1, POSITIONS), places.length - 1)
})

test('from a cell without a match, the next match is below it', () => {
  const places = [
    { row: 2, column: 5 },
    { row: 9, column: 0 }
  ]
  assert.equal(nextPlace(places, { row: 2, column: 6 }, 1, POSITIONS), 1)
  assert.equal(nextPlace(places, { row: 2, column: 6 }, -1, POSITIONS), 0)
})

test('a match where one is can be the next match', () => {
  const places = [
    { row: 2, column: 0 },
    { row: 2, column: 5 }
  ]
  assert.equal(nextPlace(places, { row: 2, column: 0 }, 1, POSITIONS, true), 0)
  assert.equal(nextPlace(places, { row: 2, column: 1 }, 1, POSITIONS, true), 1)
})

test('find leaves out columns that are not loaded', () => {
  const row = []
  row[2] = 'Oslo'
  assert.deepEqual(findPlaces([row], 7, findPattern('oslo')), [{ row: 7, column: 2 }])
})

test('matches are stepped through as the columns stand, and those in hidden columns are apart', () => {
  const places = findPlaces([['a', 'a', 'a', 'a']], 1, findPattern('a'))
  const positions = [2, -1, 0, 1]
  const { shown, hidden } = partHidden(places, positions)
  assert.deepEqual(
    shown.map(({ column }) => column),
    [2, 3, 0]
  )
  assert.deepEqual(hidden, [{ row: 1, column: 1 }])
  assert.equal(nextPlace(shown, { row: 1, column: 3 }, 1, positions), 2)
  assert.equal(nextPlace(shown, { row: 1, column: 3 }, -1, positions), 0)
})
