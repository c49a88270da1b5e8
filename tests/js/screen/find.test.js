import assert from 'node:assert/strict'
import test from 'node:test'

import { finder, nextOf, placesOf, spansIn } from '../../../static/js/screen/find.js'

const ROWS = [
  ['Oslo', 'NO'],
  ['São Paulo', 'BR', 'oslo'],
  ['1.5 (b)', '']
]

test('cells are found by what is typed, capital or small, and by no pattern', () => {
  assert.deepEqual(placesOf(ROWS, 101, finder('oslo')), [
    { row: 101, column: 0 },
    { row: 102, column: 2 }
  ])
  assert.deepEqual(placesOf(ROWS, 1, finder('SÃO')), [{ row: 2, column: 0 }])
  assert.deepEqual(placesOf(ROWS, 1, finder('1.5 (')), [{ row: 3, column: 0 }])
  for (const character of '\\^$.*+?()[]{}|/-')
    assert.deepEqual(spansIn(`a${character}b`, finder(character)), [{ from: 1, to: 2 }])
  assert.equal(finder(''), null)
})

test('what stands in a text is found where it stands, whatever letters stand before it', () => {
  assert.deepEqual(spansIn('İİ aB ab', finder('AB')), [
    { from: 3, to: 5 },
    { from: 6, to: 8 }
  ])
  assert.deepEqual(spansIn('😀ab', finder('ab')), [{ from: 2, to: 4 }])
})

test('one goes from match to match and around', () => {
  const places = placesOf(ROWS, 1, finder('o'))
  /** One step from each match, and from the one before. */
  const steps = direction => places.map(place => places[nextOf(places, place, direction)])
  assert.deepEqual(places[nextOf(places, null, 1)], places[0])
  assert.deepEqual(steps(1), [...places.slice(1), places[0]])
  assert.deepEqual(steps(-1), [places.at(-1), ...places.slice(0, -1)])
  assert.deepEqual(nextOf(places, null, -1), places.length - 1)
})

test('from a cell without a match the next one is the one below', () => {
  const places = [
    { row: 2, column: 5 },
    { row: 9, column: 0 }
  ]
  assert.equal(nextOf(places, { row: 2, column: 6 }, 1), 1)
  assert.equal(nextOf(places, { row: 2, column: 6 }, -1), 0)
})
