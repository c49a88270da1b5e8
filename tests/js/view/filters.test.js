import assert from 'node:assert/strict'
import test from 'node:test'

import {
  addFilter,
  conditionsOn,
  hitPattern,
  operatorsFor,
  partConditions,
  partList,
  problemOf,
  valuesCondition,
  withConditions
} from '../../../static/js/view/filters.js'
import { columnNames, parseQuery, WHOLE, writeQuery } from '../../../static/js/view/query.js'

const names = columnNames(['gene', 'padj'], 2)
const read = query => parseQuery(query, names)
const condition = (operator, ...values) => ({ operator, values })

test('the conditions of a column are replaced, and those of others stay', () => {
  const view = read('gene=TP53&padj__lt=0.05&padj__gt=0.01&_sort=gene')
  assert.deepEqual(conditionsOn(view, 2), [condition('gt', '0.01'), condition('lt', '0.05')])
  const next = withConditions(view, 2, [condition('isblank')])
  assert.equal(writeQuery(next, names), 'gene=TP53&padj__isblank=1&_sort=gene')
})

test('a filter made from a cell replaces what it contradicts', () => {
  const add = (query, column, operator, ...values) =>
    writeQuery(addFilter(read(query), { column, operator, values }), names)
  assert.equal(add('gene=a&padj=1', 1, 'in', 'b', 'c'), 'gene__in=b,c&padj=1')
  assert.equal(add('padj__gte=5&padj__lt=9', 2, 'gt', '7'), 'padj__gt=7&padj__lt=9')
  assert.equal(add('gene__not=a', 1, 'not', 'b'), 'gene__notin=a,b')
  assert.equal(add('gene__not=a', 1, 'not', 'a'), 'gene__not=a')
  assert.equal(add('gene__isblank=1', 1, 'notblank'), 'gene__notblank=1')
  assert.equal(add('gene__contains=a', 1, 'contains', 'b'), 'gene__contains=a&gene__contains=b')
})

test('conditions are parted as the panel shows them', () => {
  const parts = partConditions([
    condition('gte', '1'),
    condition('lte', '5'),
    condition('notin', 'a', 'b'),
    condition('regex', 'x')
  ])
  assert.deepEqual(parts, { values: ['a', 'b'], isOut: true, from: '1', to: '5', rest: [condition('regex', 'x')] })
  assert.deepEqual(partConditions([]), { values: [], isOut: false, from: '', to: '', rest: [] })
  assert.deepEqual(valuesCondition(['a'], true), condition('not', 'a'))
  assert.deepEqual(valuesCondition(['a', 'b'], false), condition('in', 'a', 'b'))
  assert.equal(valuesCondition([], false), null)
})

test('conditions that no row can meet are found', () => {
  const problem = (one, ...others) => problemOf(one, others)
  assert.equal(problem(condition('gt', '5'), condition('lt', '5')), 'rangeEmpty')
  assert.equal(problem(condition('lte', '1'), condition('gte', '2')), 'rangeEmpty')
  assert.equal(problem(condition('gte', '5'), condition('lte', '5')), null)
  assert.equal(problem(condition('isblank'), condition('notblank')), 'blankBoth')
  assert.equal(problem(condition('gt', '5'), condition('isblank')), 'blankCompared')
  assert.equal(problem(condition('exact', 'a'), condition('exact', 'b')), 'cannotBe')
  assert.equal(problem(condition('in', 'a', 'b'), condition('notin', 'b', 'a')), 'cannotBe')
  assert.equal(problem(condition('in', 'a', 'b'), condition('not', 'b')), null)
  assert.equal(problem(condition('contains', '')), 'boxValue')
  assert.equal(problem(condition('exact', '')), null)
})

test('the operators of numbers come first for numbers', () => {
  assert.equal(operatorsFor('number')[0], 'gt')
  assert.equal(operatorsFor('text')[0], 'contains')
  assert.deepEqual([...operatorsFor('date')].sort(), [...operatorsFor('number')].sort())
})

test('a pasted list is parted by lines, tabs or commas', () => {
  assert.deepEqual(partList('TP53\r\nBRCA1\n\nTP53\n'), ['TP53', 'BRCA1'])
  assert.deepEqual(partList('a\tb'), ['a', 'b'])
  assert.deepEqual(partList('a, b,c'), ['a', 'b', 'c'])
  assert.deepEqual(partList('Paris, France\nOslo, Norway'), ['Paris, France', 'Oslo, Norway'])
  assert.deepEqual(partList('  '), [])
})

test('hits are marked as they are searched', () => {
  const marks = (text, search) =>
    [...text.matchAll(hitPattern({ ...WHOLE.search, ...search }) ?? /$^/g)].map(([found]) => found)
  assert.deepEqual(marks('P53 p53 ap53', { text: 'p53' }), ['P53', 'p53', 'p53'])
  assert.deepEqual(marks('P53 p53', { text: 'p53', case: true }), ['p53'])
  assert.deepEqual(marks('p53 ap53', { text: 'p53', word: true }), ['p53'])
  assert.deepEqual(marks('a.b axb', { text: 'a.b' }), ['a.b'])
  assert.deepEqual(marks('a.b axb', { text: 'a.b', regex: true }), ['a.b', 'axb'])
  assert.equal(hitPattern({ ...WHOLE.search, text: '(?P<x>a)', regex: true }), null)
  assert.equal(hitPattern({ ...WHOLE.search, text: 'x*', regex: true }), null)
  assert.equal(hitPattern(WHOLE.search), null)
})
