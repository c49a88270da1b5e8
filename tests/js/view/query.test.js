import assert from 'node:assert/strict'
import test from 'node:test'

import { columnNames, normalize, parseQuery, WHOLE, writeQuery } from '../../../static/js/view/query.js'
import { examples } from '../vectors.js'

const [{ body }] = examples('json views')
const shown = JSON.parse(body)
const names = columnNames(shown.header, shown.columns)
const genes = columnNames(['gene', 'padj'], 2)

for (const { query, canonical } of shown.examples) {
  test(`the example ${query.slice(0, 60)} is read and written as PROTOCOL.md shows`, () => {
    const view = parseQuery(query, names)
    assert.equal(view && writeQuery(view, names), canonical ?? null)
    if (view) assert.deepEqual(parseQuery(canonical, names), view)
  })
}

test('a view is what its parts say', () => {
  assert.deepEqual(parseQuery('_search=x&_search_word=1&gene__in=b,a&_sort_natural_desc=padj&_col=padj', genes), {
    sorts: [{ column: 2, descending: true, natural: true }],
    filters: [{ column: 1, operator: 'in', values: ['a', 'b'] }],
    search: { text: 'x', case: false, word: true, regex: false },
    columns: [2],
    plot: null
  })
  assert.deepEqual(parseQuery('', genes), WHOLE)
})

test('every column is found by its reference and by its position', () => {
  const header = ['', 'x', 'x', '_c2', 'a__gt', 'a__b', 'page_no', '😀', '\ud83d', 'n'.repeat(201), 'é'.repeat(100)]
  const odd = columnNames(header, 12)
  const references = header.concat('').map((_, i) => odd.reference(i + 1))
  const plain = ['a__b', '😀', 'é'.repeat(100)]
  assert.deepEqual(
    references,
    header.concat('').map((title, i) => (plain.includes(title) ? title : `_c${i + 1}`))
  )
  for (const [i, reference] of references.entries()) {
    assert.equal(odd.find(reference), i + 1)
    assert.equal(odd.find(`_c${i + 1}`), i + 1)
  }
})

test('texts are ordered by code point', () => {
  const values = ['😀', '\uff5e', 'z', '', 'za', '\ue000', '🙂']
  const [filter] = normalize({ ...WHOLE, filters: [{ column: 1, operator: 'in', values }] }, 2).filters
  assert.deepEqual(filter.values, ['', 'z', 'za', '\ue000', '\uff5e', '😀', '🙂'])
})

test('a view is bounded as on the server', () => {
  const list = n => Array.from({ length: n }, (_, i) => i)
  const bounded = {
    64: n => list(n).map(i => `gene=${i}`),
    20000: n => [`gene__in=${list(n).join(',')}`],
    1000: n => [`_search=${'é'.repeat(n)}`, `gene__regex=${'é'.repeat(n)}`],
    65536: n => [`gene=${'a'.repeat(n)}`]
  }
  for (const [most, parts] of Object.entries(bounded)) {
    assert.ok(parseQuery(parts(Number(most)).join('&'), genes), most)
    assert.equal(parseQuery(parts(Number(most) + 1).join('&'), genes), null, most)
  }
  const wide = columnNames([], 20)
  assert.equal(parseQuery(list(16).map(i => `_sort=_c${i + 1}`).join('&'), wide)?.sorts.length, 16) // biome-ignore format: one line
  assert.equal(parseQuery(list(17).map(i => `_sort=_c${i + 1}`).join('&'), wide), null) // biome-ignore format: one line
})

test('a mistake of ours is not taken for a bad query', () => {
  assert.throws(() => parseQuery('gene=1', null), TypeError)
})
