import assert from 'node:assert/strict'
import test from 'node:test'

import { findPattern, nextPlace, findPlaces, findSpans } from '../../../static/js/screen/find.js'

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
  const steps = direction => places.map(place => places[nextPlace(places, place, direction)])
  assert.deepEqual(places[nextPlace(places, null, 1)], places[0])
  assert.deepEqual(steps(1), [...places.slice(1), places[0]])
  assert.deepEqual(steps(-1), [places.at(-1), ...places.slice(0, -1)])
  assert.deepEqual(nextPlace(places, null, -1), places.length - 1)
})

test('from a cell without a match, the next match is below it', () => {
  const places = [
    { row: 2, column: 5 },
    { row: 9, column: 0 }
  ]
  assert.equal(nextPlace(places, { row: 2, column: 6 }, 1), 1)
  assert.equal(nextPlace(places, { row: 2, column: 6 }, -1), 0)
})
