import assert from 'node:assert/strict'
import test from 'node:test'

import { start } from '../../../static/js/state/state.js'
import {
  browsingWords,
  emptyWords,
  tableFacts,
  lostWords,
  noticeWords,
  uploadWords,
  parseFacts,
  toastWords,
  pageTitle,
  whereabouts
} from '../../../static/js/screen/sentences.js'
import { example } from '../vectors.js'
import '../english.js'

const doc = example('json to-viewer', 'document')
const NOW = Date.parse(doc.created) + 4 * 60_000

test('a table that is still uploading shows its progress', () => {
  assert.match(tableFacts(doc, false, NOW), /2 rows so far · 3 columns · uploading… 65%/)
  assert.match(tableFacts({ ...doc, size: null }, false, NOW), /2 rows so far · 3 columns · live, 40 bytes/)
  assert.match(tableFacts(doc, true, NOW), /stalled at 65%/)
})

test('a complete table shows its size, and its version from the second on', () => {
  const whole = { ...doc, complete: true }
  assert.equal(tableFacts(whole, false, NOW), '2 rows · 3 columns · 61 bytes · 4 minutes ago')
  assert.match(tableFacts({ ...whole, version: 3 }, false, NOW), /version 3, 4 minutes ago$/)
})

/** The label of an option, which the page takes from its form. */
const label = (name, value) => `<${name} ${value}>`
const notesOf = facts => parseFacts({ ...doc, ...facts }, label).notes

test('a table is called unaltered where its encoding is certain and every cell is valid', () => {
  assert.deepEqual(parseFacts(doc, label), {
    unaltered: true,
    mark: '✓ nothing altered',
    parsed: '<delimiter tab> · <encoding utf-8> · <quoting literal> · header in row 1',
    notes: []
  })
  const mended = { ...doc, choices: { ...doc.choices, quoting: 'mended' } }
  const held = { ...mended, dialect: { ...doc.dialect, quoting: 'quoted' } }
  assert.match(parseFacts(held, String).mark, /^✓ read as you chose/)
  const lost = parseFacts({ ...mended, dialect: { ...doc.dialect, quoting: 'literal' } }, String)
  assert.match(lost.mark, /^!/)
  assert.match(lost.notes[0].text, /not read as chosen/)
  const chosen = { ...doc, choices: { ...doc.choices, header: false } }
  assert.equal(parseFacts(chosen, label).mark, '✓ read as you chose')
  assert.equal(parseFacts({ ...chosen, invalid_cells: 1 }, label).mark, '! read as')
  const odd = parseFacts({ ...doc, empty_lines: 3, invalid_cells: 1 }, label)
  assert.equal(odd.unaltered, false)
  assert.equal(odd.notes.length, 2)
})

test('an encoding that is not certain is called a guess', () => {
  const { unaltered, parsed } = parseFacts({ ...doc, certain: false }, label)
  assert.equal(unaltered, false)
  assert.match(parsed, / · <encoding utf-8> \(guess\) · /)
})

test('the facts name what differs from a plain file', () => {
  const facts = dialect => parseFacts({ ...doc, dialect: { ...doc.dialect, ...dialect } }, label).parsed
  assert.match(
    facts({ compression: 'gzip', bom: true }),
    /^gzip · <delimiter tab> · <encoding utf-8> with byte order mark/
  )
  assert.match(facts({ compression: 'zip', member: 'payments.csv' }), /^zip · .* · payments\.csv in the archive$/)
  assert.match(facts({ line_end: 'crcrlf', header: false }), / · <line_end crcrlf> · .* · <header false>$/)
})

test('odd rows are counted, and the sentence leads to them', () => {
  assert.deepEqual(notesOf({ mended: 1, mended_rows: [11] }), [
    { text: '1 stray quote read as text, row 11', rows: [[11, 11]] }
  ])
  const [mended] = notesOf({ mended: 12, mended_rows: [11, 1040, 1200] })
  assert.equal(mended.text, '12 stray quotes read as text, rows 11, 1,040, …')
  assert.equal(mended.rows.length, 3)
  assert.deepEqual(
    notesOf({
      irregular: 3,
      irregular_rows: [
        [11, 11],
        [40, 41]
      ],
      usual_cells: 4
    }),
    [
      {
        text: '3 rows do not have 4 cells',
        rows: [
          [11, 11],
          [40, 41]
        ],
        count: 3
      }
    ]
  )
  assert.deepEqual(notesOf({ other_headers: [120, 240] }), [
    {
      text: 'also a header: rows 120, 240',
      rows: [
        [120, 120],
        [240, 240]
      ]
    }
  ])
})

test('a name cannot break out of a sentence', () => {
  const toast = { kind: 'turned', by: { who: 'x', name: `\u202e${'long '.repeat(40)}` }, from: 1, to: 3 }
  assert.ok(toastWords(toast).length < 100)
  assert.ok(!toastWords(toast).includes('\u202e'))
  assert.equal(toastWords({ ...toast, by: { who: 'x', name: '' } }), 'Someone turned to page 3')
})

test('the title names the table and the page', () => {
  const state = { ...start('Heron'), uuid: doc.uuid, doc, page: example('json to-viewer', 'page') }
  assert.equal(pageTitle(state), 'cities.tsv · page 1 · Pagecast')
})

test('a lost connection counts down to the next attempt', () => {
  assert.equal(lostWords({ status: 'lost', until: 4000, full: false }, 0), 'Connection lost, retrying in 4 s')
  assert.equal(lostWords({ status: 'lost', until: 4000, full: false }, 5000), 'Connection lost, retrying…')
})

test('a full server is named as the reason', () => {
  const connection = { status: 'lost', until: 4000, full: true }
  assert.equal(lostWords(connection, 0), 'The server is full, retrying in 4 s')
  assert.match(emptyWords({ ...start('Heron'), uuid: doc.uuid, connection }), /^The server is full/)
})

test('an empty screen says why it is empty', () => {
  const state = { ...start('Heron'), uuid: doc.uuid }
  assert.match(emptyWords({ ...state, connection: { status: 'live' } }), /no table here yet/)
  assert.match(emptyWords({ ...state, connection: { status: 'refused', code: 4504, reason: '' } }), /does not exist/)
})

test('an error of the server is shown as it is', () => {
  const toast = { kind: 'error', code: 'page-out-of-range', message: 'There is no page 9: this table has 1 page.' }
  assert.equal(toastWords(toast), toast.message)
})

test('the progress of an upload is bytes, rate and time left', () => {
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
  assert.equal(uploadWords(upload, 0), '1.0 GB of 2.0 GB · 50 MB/s · 20 seconds left')
  assert.match(uploadWords({ ...upload, status: 'cut', until: 3000 }, 0), /resuming in 3 s/)
  assert.equal(
    uploadWords({ ...upload, status: 'paused', rate: null, secondsLeft: null }, 0),
    '1.0 GB of 2.0 GB · paused'
  )
})

const one = { who: '0b7716aa', name: 'Otter' }
const two = { who: '0000000000aa', name: 'Newt' }

test('people who come and go take a few words, however many they are', () => {
  assert.equal(toastWords({ kind: 'company', came: [one], gone: [] }), 'Otter joined')
  assert.equal(toastWords({ kind: 'company', came: [one, two], gone: [] }), 'Otter and Newt joined')
  assert.equal(toastWords({ kind: 'company', came: [], gone: [one, two, two, two] }), 'Otter and 3 others left')
  assert.equal(toastWords({ kind: 'company', came: [one], gone: [two] }), 'Otter joined, Newt left')
})

test('a toast after an absence says only what moved', () => {
  assert.equal(toastWords({ kind: 'missed', from: 3, to: 12, version: null }), 'While you were away: page 3 → 12')
  assert.equal(
    toastWords({ kind: 'missed', from: 3, to: 1, version: 2 }),
    'While you were away: page 3 → 1, version 2 was added'
  )
  assert.equal(toastWords({ kind: 'missed', from: 1, to: 1, version: 2 }), 'While you were away: version 2 was added')
})

test('of a version that was brought back, every sentence names the version that it repeats', () => {
  const version = { version: 4, restores: 2 }
  assert.equal(toastWords({ kind: 'replaced', by: null, ...version, mine: true }), 'Version 2 is back')
  assert.equal(toastWords({ kind: 'replaced', by: one, ...version }), 'Otter brought back version 2')
  assert.equal(
    toastWords({ kind: 'replaced', by: null, version: 2, gone: ['score', 'gene'] }),
    'Version 2 was added, without score, gene: not in this version'
  )
  assert.equal(noticeWords({ what: 'brought', by: one, ...version }), 'Otter brought back version 2')
  assert.equal(toastWords({ kind: 'missed', from: 1, to: 1, ...version }), 'While you were away: version 2 is back')
  assert.equal(browsingWords({ ...start('Heron'), newest: version, doc: { version: 3 } }).newest, 'Version 2 is back')
})

test("a person who browses alone sees the room's page and the person they follow", () => {
  const state = { ...start('Heron'), room: example('json to-viewer', 'page'), alone: { page_no: 9, follow: one.who } }
  assert.deepEqual(browsingWords(state), { follow: '', room: 'Room: page 1', newest: '' })
  state.people = { count: 1, people: [{ ...one, colour: 0, page_no: 12, follow: null }] }
  assert.equal(browsingWords(state).follow, 'Following Otter')
  const [there] = state.people.people
  state.me.who = 'me'
  state.newest = { version: 2 }
  assert.deepEqual(
    [there, { ...there, version: 1 }, { ...there, page_no: null }, { ...there, follow: 'me' }].map(person =>
      whereabouts(person, state)
    ),
    ['page 12', 'page 12 · version 1', '', 'follows you']
  )
  assert.equal(browsingWords({ ...state, doc: { version: 1 } }).newest, 'Version 2 is here')
})
