import assert from 'node:assert/strict'
import test from 'node:test'

import {
  addressedPlace,
  documentPath,
  home,
  openDocument,
  uploadPath,
  viewerPath
} from '../../../static/js/edges/address.js'
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

test('all paths begin where a proxy serves the page', t => {
  t.after(() => {
    delete globalThis.location
  })
  const uuid = '3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11'
  for (const base of ['', '/tables', '/user/parser/otter']) {
    for (const end of ['', uuid, `${uuid}/`]) {
      globalThis.location = { pathname: `${base}/parser/${end}` }
      assert.equal(home(), `${base}/parser/`)
      assert.equal(openDocument(), end ? uuid : null)
      assert.equal(documentPath(uuid, '/rows'), `${base}/parser/${uuid}/rows`)
      assert.equal(viewerPath(uuid), `${base}/parser/ws/${uuid}`)
      assert.equal(uploadPath(null), `${base}/parser/ws/upload`)
    }
  }
})
