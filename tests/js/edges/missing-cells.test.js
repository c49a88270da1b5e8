import assert from 'node:assert/strict'
import test from 'node:test'

import { loadText } from '../../../static/js/edges/missing-cells.js'

const DOC = { uuid: '3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11', version: 2, edition: 1 }
const PAGE = { page_no: 1, header: [], data: [['a'], ['b']] }
globalThis.location = { pathname: `/parser/${DOC.uuid}` }
const BLOCK = { rows: [1, 2], columns: [0] }

/** Stand in for the server. Returns the addresses that were asked for. */
function serve(t, answerTo, edition = 1) {
  const asked = []
  t.mock.method(globalThis, 'fetch', async (address, { signal }) => {
    signal.throwIfAborted()
    asked.push(address)
    return new Response(answerTo(address, asked.length), { headers: { 'Pagecast-Edition': edition } })
  })
  return asked
}

const load = (signal, missing = [0]) => loadText(DOC, PAGE, BLOCK, 0, missing, () => {}, signal)
const rows = facts => JSON.stringify({ edition: 1, data: [['one'], ['two']], ...facts })
const isCell = address => address.includes('/cell?')

test('cells that are cut are loaded whole, one by one', async t => {
  const cut = [
    [1, 1, 9],
    [2, 1, 9]
  ]
  const asked = serve(t, address => (isCell(address) ? 'whole' : rows({ cut })))
  assert.equal(await load(new AbortController().signal), 'whole\nwhole')
  assert.equal(asked.filter(isCell).length, 2)
})

test('a copy that is not wanted any more asks for nothing more', async t => {
  const copy = new AbortController()
  const cut = Array.from({ length: 50 }, () => [1, 1, 9])
  const asked = serve(t, (address, n) => {
    if (n === 3) copy.abort()
    return isCell(address) ? 'whole' : rows({ cut })
  })
  await assert.rejects(load(copy.signal), { name: 'AbortError' })
  assert.equal(asked.length, 3)
})

test('too many cut cells are too much to copy', async t => {
  const cut = Array.from({ length: 2001 }, () => [1, 1, 9])
  const asked = serve(t, address => (isCell(address) ? 'whole' : rows({ cut })))
  await assert.rejects(load(new AbortController().signal), RangeError)
  assert.equal(asked.length, 1)
})

test('cut cells are counted over all requests of a copy', async t => {
  const cut = Array.from({ length: 1001 }, () => [1, 1, 9])
  const asked = serve(t, address => (isCell(address) ? 'whole' : JSON.stringify({ edition: 1, data: [[], []], cut })))
  await assert.rejects(load(new AbortController().signal, [0, 2]), RangeError)
  assert.equal(asked.filter(isCell).length, 1001)
})

test('a cell of another edition is not copied', async t => {
  serve(t, address => (isCell(address) ? 'whole' : rows({ cut: [[1, 1, 9]] })), 2)
  await assert.rejects(load(new AbortController().signal), { message: 'another edition' })
})

test('rows of another edition are not copied', async t => {
  serve(t, () => rows({ edition: 2 }))
  await assert.rejects(load(new AbortController().signal), { message: 'another edition' })
})
