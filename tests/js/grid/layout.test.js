import assert from 'node:assert/strict'
import test from 'node:test'

import { allShown, arranged, chosen, likely } from '../../../static/js/grid/layout.js'

const NAMES = ['id', 'city', 'people', 'area', 'city', '']
const named = names => column => names[column]
const order = (choices, names = NAMES) => [...arranged(choices, names.length, named(names)).order]

test('without a choice all columns are there as they are in the table', () => {
  const { order, pins, places } = arranged([], 4, named(NAMES))
  assert.deepEqual([[...order], pins, [...places]], [[0, 1, 2, 3], 0, [0, 1, 2, 3]])
})

test('a hidden column is nowhere, a pinned one comes first, a moved one is where it was put', () => {
  const choices = [
    { name: 'people', at: 2, pinned: true },
    { name: 'city', at: 1, hidden: true },
    { name: 'area', at: 3, to: 0 }
  ]
  const { order, pins, places } = arranged(choices, 6, named(NAMES))
  assert.deepEqual([[...order], pins], [[2, 3, 0, 4, 5], 1])
  assert.deepEqual([...places], [2, -1, 0, 1, 3, 4])
})

test('choices hold by name when the columns have changed, and of the same names the nearest is meant', () => {
  const choices = [
    { name: 'people', at: 2, pinned: true },
    { name: 'city', at: 4, hidden: true }
  ]
  assert.deepEqual(order(choices, ['new', 'id', 'city', 'people', 'area', 'city']), [3, 0, 1, 2, 4])
  assert.deepEqual(order(choices, ['id', 'area']), [0, 1])
})

test('a column whose name has not been sent yet is taken to be where it was', () => {
  const unknown = arranged([{ name: 'far', at: 900, pinned: true }], 1000, column =>
    column < 100 ? `c${column}` : null
  )
  assert.equal(unknown.order[0], 900)
  assert.equal(unknown.pins, 1)
})

test('the last choice for a column is what holds, and what is taken back is forgotten', () => {
  const pinned = chosen([], { name: 'id', at: 0, pinned: true })
  const wide = chosen(pinned, { name: 'id', at: 0, width: 300 }, pinned[0])
  assert.deepEqual(wide, [{ name: 'id', at: 0, pinned: true, width: 300 }])
  const unpinned = chosen(wide, { name: 'id', at: 3, pinned: undefined }, wide[0])
  assert.deepEqual(
    unpinned.map(({ at, width }) => [at, width]),
    [[3, 300]]
  )
  const back = chosen(unpinned, { name: 'id', at: 3, width: undefined }, unpinned[0])
  assert.deepEqual(back, [])
  assert.equal(arranged(wide, 6, named(NAMES)).widths.get(0), 300)
})

test('all can be shown again, and widths and pins stay', () => {
  const choices = [
    { name: 'id', at: 0, hidden: true, width: 90 },
    { name: 'area', at: 3, to: 0 },
    { name: 'city', at: 1, pinned: true }
  ]
  assert.deepEqual(order(allShown(choices)), [1, 0, 2, 3, 4, 5])
  assert.equal(allShown(choices).find(({ name }) => name === 'id').width, 90)
})

test('200,000 columns are arranged', () => {
  const { order, places } = arranged([{ name: 'x', at: 150_000, to: 3 }], 200_000, () => null)
  assert.equal(order[3], 150_000)
  assert.equal(places[199_999], 199_999)
})

test('a column is found by some letters of its name, the likeliest first', () => {
  const names = ['population_density', 'pop', 'topopolis', 'city', 'Population', undefined, 'people on plots']
  assert.deepEqual(likely(names, 'pop', 9), [1, 0, 4, 2, 6])
  assert.deepEqual(likely(names, 'pde', 9), [0])
  assert.deepEqual(likely(names, 'xyz', 9), [])
  assert.deepEqual(likely(names, '', 3), [5, 0, 1])
})
