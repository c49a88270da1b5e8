import assert from 'node:assert/strict'
import test from 'node:test'

import { fold, start } from '../../../static/js/state/state.js'
import { example } from '../vectors.js'

const welcome = example('json to-viewer', 'welcome')
const you = example('json to-viewer', 'you')
const ME = { who: you.who, name: 'Heron' }
const OTTER = { who: '0b7716aa', name: 'Otter' }
const SEAL = { who: '0c', name: 'Seal' }
const doc = { ...example('json to-viewer', 'document'), rows: 950, complete: true }
const room = (page_no, seq, by = OTTER, version = 1) => ({
  ...example('json to-viewer', 'page'),
  version,
  page_no,
  seq,
  by,
  total_number: 950
})
const second = { ...doc, version: 2, seq: 5 }
const presenter = (by, ...asking) => ({ type: 'presenter', by, away: false, asking })
const people = (...those) => ({
  type: 'people',
  count: those.length,
  people: those.map(person => ({ colour: 0, page_no: null, follow: null, ...person }))
})
const told = toast => ({ type: 'toast-shown', toast })
const compared = { type: 'people-compared' }
const alone = { type: 'browsed', page_no: 4 }
const lost = { type: 'lost', until: 1, full: false }
const began = { type: 'upload-began', name: 'a.tsv', size: 10, fresh: false }
const error = code => ({ ...example('json to-viewer', 'error'), code })

const play = (state, ...events) => events.reduce(fold, state)
const joined = () =>
  play(
    start('Heron'),
    { type: 'opened', uuid: doc.uuid, seen: 0 },
    { type: 'connecting' },
    welcome,
    you,
    doc,
    room(1, 1)
  )

/** What shows each toast; what leaves it; and what ends it, each by itself. */
const TOASTS = {
  turned: [[room(3, 2)], [people(ME, OTTER)], [alone], [room(4, 3, ME)]],
  replaced: [
    [second, room(1, 6, OTTER, 2)],
    [room(1, 7, null, 2)],
    [{ type: 'stayed' }],
    [{ ...second, version: 3, seq: 8 }, room(1, 9, ME, 3)]
  ],
  missed: [[lost, welcome, room(3, 2)], [people(ME, OTTER)], [room(4, 3, ME)]],
  company: [[people(ME), compared, people(ME, OTTER), compared], [people(ME, OTTER, SEAL)], [people(ME)]],
  following: [
    [people(ME, OTTER), { type: 'followed', who: OTTER.who }],
    [people(ME, OTTER, SEAL)],
    [alone],
    [{ type: 'rejoined' }]
  ],
  unfollowed: [
    [people(ME, OTTER), compared, { type: 'followed', who: OTTER.who }, people(ME), compared],
    [alone],
    [{ type: 'rejoined' }]
  ],
  nameless: [[told({ kind: 'nameless', name: 'Heron' })], [people(ME)], [{ type: 'renamed', name: 'Ada' }]],
  presenter: [[presenter(ME)], [presenter(ME)], [presenter(null)]],
  asksToPresent: [[presenter(ME), presenter(ME, OTTER)], [people(ME, OTTER)], [presenter(ME)], [presenter(null)]],
  onlyPresenter: [
    [presenter(OTTER), told({ kind: 'onlyPresenter', by: OTTER, page_no: 2 })],
    [presenter(OTTER, ME)],
    [presenter(SEAL, ME), presenter(SEAL)],
    [alone]
  ],
  led: [
    [alone, told({ kind: 'led', page: 4, room: 1 })],
    [people(ME)],
    [room(2, 2)],
    [{ type: 'browsed', page_no: 5 }]
  ],
  earlier: [[told({ kind: 'earlier', version: 2, page_no: 1 })], [people(ME)], [second]],
  pasted: [[told({ kind: 'pasted', text: 'a' })], [second], [{ ...room(1, 9, null, 0), total_number: 0, data: [] }]],
  pointed: [[told({ kind: 'pointed', by: OTTER, version: 1, row: 9, column: 1 })], [room(2, 2, ME)], [second]],
  busy: [[began, told({ kind: 'busy' })], [{ type: 'upload-checking' }], [{ type: 'upload-over' }]],
  error: [[presenter(OTTER), error('not-your-turn')], [presenter(OTTER, ME)], [presenter(null)]],
  reparsed: [[{ ...doc, edition: 2, seq: 2 }], [people(ME)]],
  sentence: [[told({ kind: 'sentence', text: 'Copied' })], [second]]
}

for (const [kind, [shown, stays, ...ends]] of Object.entries(TOASTS)) {
  test(`the toast “${kind}” stands while what it says is so, and no longer`, () => {
    const state = play(joined(), ...shown)
    assert.equal(state.toast?.kind, kind)
    assert.equal(play(state, ...stays).toast?.kind, kind)
    for (const end of ends) {
      const { toast } = play(state, ...end)
      assert.ok(toast === null || (toast !== state.toast && toast.kind !== 'error'), `${kind} goes`)
    }
  })
}

test('a server that does not answer is said until a page is here or the connection is lost', () => {
  const asked = play(joined(), { type: 'page-requested', page_no: 3 }, { type: 'turning' })
  assert.equal(fold(joined(), { type: 'unanswered' }).toast, null, 'nothing was asked for')
  const state = fold(asked, { type: 'unanswered' })
  assert.deepEqual([state.toast.kind, state.unanswered], ['unanswered', true])
  assert.equal(fold(state, people(ME)).unanswered, true)
  for (const end of [room(3, 2, ME), lost, error('page-out-of-range')])
    assert.notEqual(fold(state, end).toast?.kind, 'unanswered')
  assert.equal(fold(state, room(3, 2, ME)).unanswered, false)
})

test('a toast goes with a table that is closed for good', () => {
  const refused = { type: 'refused', code: 4510, reason: 'This table has been deleted.' }
  assert.equal(play(joined(), room(4, 3), refused).toast, null)
})

test('the sentence about a version that is not kept goes with the way back to the newest', () => {
  const state = play(joined(), alone, second, room(1, 6, OTTER, 2), error('unknown-version'))
  assert.equal(state.toast.code, 'unknown-version')
  assert.equal(fold(state, { type: 'rejoined' }).toast, null)
})
