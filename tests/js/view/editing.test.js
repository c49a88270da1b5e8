import assert from 'node:assert/strict'
import test from 'node:test'

import { latestFilter, sortedBy, withFilter } from '../../../static/js/view/editing.js'
import { WHOLE } from '../../../static/js/view/query.js'

const key = (column, more = {}) => ({ column, descending: false, natural: false, ...more })
const steps = (view, ...steps) => steps.reduce((one, step) => sortedBy(one, ...step), view).sorts

test('sorting again turns the order round, and then returns to the order of the file', () => {
  const again = [2, 'next', false]
  assert.deepEqual(steps(WHOLE, again), [key(2)])
  assert.deepEqual(steps(WHOLE, again, again), [key(2, { descending: true })])
  assert.deepEqual(steps(WHOLE, again, again, again), [])
})

test('another column takes the place of the first; with more, it comes behind it and keeps its place', () => {
  assert.deepEqual(steps(WHOLE, [2, 'next', false], [5, 'next', false]), [key(5)])
  assert.deepEqual(steps(WHOLE, [2, 'next', false], [5, 'next', true]), [key(2), key(5)])
  const turned = steps(WHOLE, [2, 'next', false], [5, 'next', true], [2, 'next', true])
  assert.deepEqual(turned, [key(2, { descending: true }), key(5)])
  assert.deepEqual(steps({ ...WHOLE, sorts: turned }, [2, 'next', true]), [key(5)])
})

test('a column among several becomes the only one, ascending, before it turns round', () => {
  assert.deepEqual(steps(WHOLE, [2, 'next', false], [5, 'next', true], [2, 'next', false]), [key(2)])
})

test('an order can be named, and the natural one keeps being natural when it turns round', () => {
  assert.deepEqual(steps(WHOLE, [2, 'descending', false]), [key(2, { descending: true })])
  assert.deepEqual(steps(WHOLE, [2, 'natural', false], [2, 'next', false]), [
    key(2, { natural: true, descending: true })
  ])
  assert.deepEqual(steps(WHOLE, [2, 'next', false], [2, 'none', false]), [])
})

test('a condition is changed in its place, or goes', () => {
  const one = { column: 1, operator: 'gt', values: ['5'] }
  const other = { column: 2, operator: 'isblank', values: [] }
  const view = { ...WHOLE, filters: [one, other] }
  assert.deepEqual(withFilter(view, one, null).filters, [other])
  assert.deepEqual(withFilter(view, one, { ...one, values: ['6'] }).filters, [other, { ...one, values: ['6'] }])
})

test('the condition that came last is the one to take away again', () => {
  const [low, high] = [
    { column: 3, operator: 'gt', values: ['5'] },
    { column: 1, operator: 'exact', values: ['a'] }
  ]
  const both = { ...WHOLE, filters: [high, low] }
  assert.deepEqual(latestFilter(both, { ...WHOLE, filters: [low] }), high)
  assert.deepEqual(latestFilter(both, { ...WHOLE, filters: [high] }), low)
  assert.deepEqual(latestFilter(both, null), low)
  const searched = { ...both, search: { ...WHOLE.search, text: 'x' } }
  assert.equal(latestFilter(searched, both), null)
  assert.deepEqual(latestFilter(searched, { ...searched, filters: [low] }), high)
  assert.equal(latestFilter({ ...searched, filters: [] }, null), null)
})
