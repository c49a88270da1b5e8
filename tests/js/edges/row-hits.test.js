import assert from 'node:assert/strict'
import test from 'node:test'

import { createHits } from '../../../static/js/edges/row-hits.js'

const SEARCH = { text: 'oslo', case: false, word: false, regex: false }
const ANSWER = { rows: 3, hits: 3, before: 0, here: true, previous: null, next: 2, map: [] }
const listening = { onProgress: () => {}, onPartial: () => {} }
const at = row => ({
  doc: null,
  page: { page_no: 1, view: '_search=oslo', total_number: 3 },
  selection: { kind: 'rows', from: { row, column: 0 }, to: { row, column: 0 } }
})

/** Hits of rows that are all hits, whose answers come when they are let go. */
function asked(row) {
  const waiting = []
  const summaries = { hits: () => new Promise(done => waiting.push(() => done(ANSWER))) }
  const hits = createHits(
    () => at(row),
    summaries,
    () => ({ search: SEARCH }),
    listening
  )
  return { hits, answer: () => waiting.shift()() }
}

test('a step that is taken while the same rows are searched again is not taken back', async () => {
  const { hits, answer } = asked(1)
  const first = hits.find(SEARCH)
  answer()
  await first
  hits.leave() // other rows are on screen
  const again = hits.find(SEARCH)
  assert.equal(await hits.step(SEARCH, 1), 2)
  answer()
  await again
  assert.deepEqual([hits.at(), hits.found().before], [2, 1])
})

test('another search forgets the row that was gone to', async () => {
  const { hits, answer } = asked(1)
  const first = hits.find(SEARCH)
  answer()
  await first
  await hits.step(SEARCH, 1)
  hits.leave()
  assert.equal(hits.at(), null)
})
