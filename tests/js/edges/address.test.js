import assert from 'node:assert/strict'
import test from 'node:test'

import { addressedPlace } from '../../../static/js/edges/address.js'
import { RESERVED } from '../../../static/js/view/query.js'

test('the view of an address is all of it that is not reserved', t => {
  t.after(() => {
    delete globalThis.location
  })
  const reserved = RESERVED.map(name => `${name}=1`).join('&')
  globalThis.location = { search: `?${reserved}&_rows=9&rows_=2&_sort=row`, hash: '#r2' }
  const view = 'rows_=2&_sort=row'
  assert.deepEqual(addressedPlace(), { page: 1, version: 1, view, rows: '9', fragment: '#r2' })
})
