import assert from 'node:assert/strict'
import test from 'node:test'

import { start } from '../../../static/js/state/state.js'
import {
  elsewhere,
  emptiness,
  facts,
  lostWords,
  progress,
  reading,
  telling,
  title,
  whereabouts
} from '../../../static/js/screen/sentences.js'
import { example } from '../vectors.js'
import '../english.js'

const doc = example('json to-viewer', 'document')
const NOW = Date.parse(doc.created) + 4 * 60_000

test('a table that is still arriving says how far it is', () => {
  assert.match(facts(doc, false, NOW), /2 rows so far · 3 columns · uploading… 65%/)
  assert.match(facts({ ...doc, size: null }, false, NOW), /2 rows so far · 3 columns · live, 40 bytes/)
  assert.match(facts(doc, true, NOW), /stalled at 65%/)
})

test('a whole table says its size, and from the second on its version', () => {
  const whole = { ...doc, complete: true }
  assert.equal(facts(whole, false, NOW), '2 rows · 3 columns · 61 bytes · 4 minutes ago')
  assert.match(facts({ ...whole, version: 3 }, false, NOW), /version 3, 4 minutes ago$/)
})

test('nothing is called whole that is not shown as it stood', () => {
  assert.deepEqual(reading(doc, 'UTF-8'), {
    whole: true,
    read: ['tab', 'UTF-8', 'quotes are text', 'header in row 1'],
    notes: []
  })
  const packed = { ...doc.dialect, compression: 'gzip', bom: true }
  assert.deepEqual(reading({ ...doc, dialect: packed }, 'UTF-16').read.slice(0, 3), [
    'gzip',
    'tab',
    'UTF-16 with byte order mark'
  ])
  const odd = reading({ ...doc, empty_lines: 3, invalid_cells: 1 }, 'UTF-8')
  assert.equal(odd.whole, false)
  assert.equal(odd.notes.length, 2)
})

test('names cannot break out of a sentence', () => {
  const told = { kind: 'turned', by: { who: 'x', name: `\u202e${'long '.repeat(40)}` }, from: 1, to: 3 }
  assert.ok(telling(told).length < 100)
  assert.ok(!telling(told).includes('\u202e'))
  assert.equal(telling({ ...told, by: { who: 'x', name: '' } }), 'Someone turned to page 3')
})

test('the title says which table and which page', () => {
  const state = { ...start('Heron'), uuid: doc.uuid, doc, page: example('json to-viewer', 'page') }
  assert.equal(title(state), 'cities.tsv · page 1 · Pagecast')
})

test('a lost connection counts down to the next attempt', () => {
  assert.equal(lostWords({ status: 'lost', until: 4000, full: false }, 0), 'Connection lost, retrying in 4 s')
  assert.equal(lostWords({ status: 'lost', until: 4000, full: false }, 5000), 'Connection lost, retrying…')
})

test('who is kept out by the many who are here is told so', () => {
  const link = { status: 'lost', until: 4000, full: true }
  assert.equal(lostWords(link, 0), 'The server is full, retrying in 4 s')
  assert.match(emptiness({ ...start('Heron'), uuid: doc.uuid, link }), /^The server is full/)
})

test('an empty screen says why', () => {
  const state = { ...start('Heron'), uuid: doc.uuid }
  assert.match(emptiness({ ...state, link: { status: 'live' } }), /no table here yet/)
  assert.match(emptiness({ ...state, link: { status: 'refused', code: 4504, reason: '' } }), /does not exist/)
})

test('what the server says is wrong is told', () => {
  const told = { kind: 'error', code: 'page-out-of-range', message: 'There is no page 9: this table has 1 page.' }
  assert.equal(telling(told), told.message)
})

test('progress is bytes, rate and time left', () => {
  const upload = {
    name: 'a.tsv',
    size: 2e9,
    fresh: true,
    stored: 1e9,
    rate: 5e7,
    secondsLeft: 20,
    status: 'sending',
    until: null,
    message: ''
  }
  assert.equal(progress(upload, 0), '1.0 GB of 2.0 GB · 50 MB/s · 20 seconds left')
  assert.match(progress({ ...upload, status: 'cut', until: 3000 }, 0), /resuming in 3 s/)
  assert.equal(progress({ ...upload, status: 'paused', rate: null, secondsLeft: null }, 0), '1.0 GB of 2.0 GB · paused')
})

const one = { who: '0b7716aa', name: 'Otter' }
const two = { who: '0000000000aa', name: 'Newt' }

test('who comes and goes is said in a few words, however many they are', () => {
  assert.equal(telling({ kind: 'company', came: [one], gone: [] }), 'Otter joined')
  assert.equal(telling({ kind: 'company', came: [one, two], gone: [] }), 'Otter and Newt joined')
  assert.equal(telling({ kind: 'company', came: [], gone: [one, two, two, two] }), 'Otter and 3 others left')
  assert.equal(telling({ kind: 'company', came: [one], gone: [two] }), 'Otter joined, Newt left')
})

test('what moved while one was away is said, and nothing else', () => {
  assert.equal(telling({ kind: 'missed', from: 3, to: 12, version: null }), 'While you were away: page 3 → 12')
  assert.equal(
    telling({ kind: 'missed', from: 3, to: 1, version: 2 }),
    'While you were away: page 3 → 1, version 2 was added'
  )
  assert.equal(telling({ kind: 'missed', from: 1, to: 1, version: 2 }), 'While you were away: version 2 was added')
})

test('who browses alone is told where the room is, and whom they follow', () => {
  const state = { ...start('Heron'), room: example('json to-viewer', 'page'), alone: { page_no: 9, follow: one.who } }
  assert.deepEqual(elsewhere(state), { follow: '', room: 'Room: page 1' })
  state.people = { count: 1, people: [{ ...one, colour: 0, page_no: 12, follow: null }] }
  assert.equal(elsewhere(state).follow, 'Following Otter')
  const [there] = state.people.people
  assert.deepEqual(
    [there, { ...there, page_no: null }, { ...there, follow: 'me' }].map(person => whereabouts(person, 'me')),
    ['page 12', '', 'follows you']
  )
})
