import assert from 'node:assert/strict'
import test from 'node:test'

import { select } from '../../../static/js/grid/selection.js'
import { canTurn, fold, start } from '../../../static/js/state/state.js'
import { example } from '../vectors.js'

const welcome = example('json to-viewer', 'welcome')
const doc = example('json to-viewer', 'document')
const page = example('json to-viewer', 'page')
const you = example('json to-viewer', 'you')
const ME = you.who
const OTTER = { who: '0b7716aa', name: 'Otter' }

const play = (state, ...events) => events.reduce(fold, state)
const joined = () =>
  play(start('Heron'), { type: 'opened', uuid: doc.uuid }, { type: 'connecting' }, welcome, you, doc, {
    ...page,
    by: null
  })

/** A page that somebody turned to. */
const turn = (page_no, seq, by = OTTER) => ({ ...page, page_no, seq, by, data: [[`page ${page_no}`]] })

test("joining shows the room's page, without a toast", () => {
  const state = joined()
  assert.equal(state.connection.status, 'live')
  assert.equal(state.doc.name, 'cities.tsv')
  assert.equal(state.page.page_no, 1)
  assert.equal(state.toast, null)
})

test("the server's name counts only where I have none", () => {
  assert.equal(fold(start(''), you).me.name, you.name)
  assert.equal(joined().me.name, 'Heron')
})

test('a turn by somebody else shows a toast with the page before', () => {
  assert.deepEqual(play(joined(), turn(3, 3)).toast, { kind: 'turned', by: OTTER, from: 1, to: 3 })
})

test('several turns in a row share one toast, with the page before the first', () => {
  assert.deepEqual(play(joined(), turn(3, 3), turn(4, 4), turn(5, 5)).toast, {
    kind: 'turned',
    by: OTTER,
    from: 1,
    to: 5
  })
})

test('my own turn shows no toast', () => {
  assert.equal(play(joined(), turn(3, 3, { who: ME, name: 'Heron' })).toast, null)
})

test('my own turn dismisses the toast of the turn before', () => {
  assert.equal(play(joined(), turn(3, 3), turn(1, 4, { who: ME, name: 'Heron' })).toast, null)
})

test('a late frame is dropped', () => {
  const state = play(joined(), turn(3, 9))
  assert.equal(fold(state, turn(2, 8)), state)
  const grown = fold(state, { ...doc, seq: 11, rows: 500 })
  assert.equal(fold(grown, { ...doc, seq: 10, rows: 99 }), grown)
})

test('a page sent before rows were appended is shown when it arrives after them', () => {
  const arrived = { ...doc, version: 2 }
  const state = play(joined(), { ...arrived, seq: 9, rows: 500 }, { ...turn(4, 8), version: 2 })
  assert.equal(state.page.page_no, 4)
  assert.equal(state.doc.rows, 500)
})

test('the same frames in any order end on the same page', () => {
  const frames = [turn(2, 3), turn(3, 4), turn(4, 5)]
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0]
  ]
  for (const order of orders) {
    assert.equal(play(joined(), ...order.map(i => frames[i])).page.page_no, 4)
  }
})

test('a page of a version that has been replaced is dropped', () => {
  const state = play(joined(), { ...doc, version: 2, seq: 5 })
  assert.equal(fold(state, { ...turn(3, 6), version: 1 }), state)
})

test('a page that comes before its document is dropped', () => {
  const state = play(start('Heron'), { type: 'opened', uuid: doc.uuid }, welcome)
  assert.equal(fold(state, page), state)
})

test('frames of another document are dropped', () => {
  const state = joined()
  const elsewhere = '00000000-0000-4000-8000-000000000000'
  for (const frame of [welcome, { ...doc, seq: 9 }, turn(2, 9)]) {
    assert.equal(fold(state, { ...frame, uuid: elsewhere }), state)
  }
})

test('a new version shows a toast and its page', () => {
  const state = play(joined(), { ...doc, version: 2, seq: 5 }, { ...turn(1, 5), version: 2 })
  assert.equal(state.page.version, 2)
  assert.deepEqual(state.toast, { kind: 'replaced', by: OTTER, version: 2, restores: null })
})

test('the toast of a new version names the columns of the view that are gone, whatever comes first', () => {
  const notice = { line: 1, type: 'notice', what: 'showed', by: null, version: 2, view: '', rows: 3, gone: ['score'] }
  const log = { type: 'log', after: 0, lines: [notice] }
  const came = [
    { ...doc, version: 2, seq: 5 },
    { ...turn(1, 5), version: 2 }
  ]
  for (const frames of [
    [...came, log],
    [log, ...came]
  ]) {
    assert.deepEqual(play(joined(), ...frames).toast.gone, ['score'])
  }
})

test('a first version that is withdrawn leaves no table', () => {
  const state = play(joined(), { ...turn(1, 3), version: 0, total_number: 0, data: [], by: null })
  assert.equal(state.doc, null)
  assert.equal(state.page, null)
  assert.equal(play(state, { ...doc, seq: 4 }, turn(1, 4)).page.page_no, 1)
})

test('a reconnect to the same server keeps the sequence numbers', () => {
  const state = play(
    joined(),
    turn(3, 9),
    { type: 'lost', until: 1 },
    { type: 'connecting' },
    { ...welcome, viewer: 'new' }
  )
  assert.equal(fold(state, turn(2, 8)), state)
  assert.equal(fold(state, turn(4, 9)).page.page_no, 4)
})

test('after a restart of the server its lower sequence numbers count', () => {
  const state = play(joined(), turn(3, 900), { ...welcome, epoch: 'another' }, { ...doc, seq: 1 }, turn(2, 1))
  assert.equal(state.page.page_no, 2)
})

test('the screen stays as it is while the connection is lost', () => {
  const state = play(joined(), { type: 'lost', until: 5, full: false })
  assert.equal(state.page.page_no, 1)
  assert.deepEqual(state.connection, { status: 'lost', until: 5, full: false })
})

test('a requested page is wanted until it arrives, even when earlier answers come first', () => {
  const ours = { who: ME, name: 'Heron' }
  let state = play(
    joined(),
    { type: 'page-requested', page_no: 2 },
    { type: 'page-requested', page_no: 3 },
    turn(2, 3, ours)
  )
  assert.equal(state.wanted, 3)
  state = fold(state, turn(3, 4, ours))
  assert.equal(state.wanted, null)
})

test('a turn by somebody else, an error or a lost connection ends the wait for a page', () => {
  const asked = play(joined(), { type: 'page-requested', page_no: 9 })
  assert.equal(fold(asked, turn(2, 3)).wanted, null)
  assert.equal(fold(asked, { type: 'lost', until: 1 }).wanted, null)
  const refused = fold(asked, example('json to-viewer', 'error'))
  assert.equal(refused.wanted, null)
  assert.equal(refused.page.page_no, 1)
  assert.equal(refused.toast.kind, 'error')
})

test('new rows end the quiet state of an upload', () => {
  const state = play(joined(), { type: 'quiet' })
  assert.equal(state.quiet, true)
  assert.equal(fold(state, { ...doc, seq: 2, rows: 500 }).quiet, false)
})

test('the selection stays while some of it is on the page', () => {
  const chosen = (kind, from, to) =>
    play(joined(), { type: 'selected', selection: select({ row: from, column: 0 }, { row: to, column: 0 }, kind) })
  const far = page_no => ({ ...turn(page_no, 3), total_number: 250 })
  const cell = chosen('cells', 2, 2)
  assert.equal(fold(cell, { ...page, seq: 3 }).selection, cell.selection)
  assert.equal(fold(cell, far(2)).selection, null)
  assert.ok(fold(chosen('rows', 90, 110), far(2)).selection)
  assert.equal(fold(chosen('rows', 90, 110), far(3)).selection, null)
  assert.ok(fold(chosen('columns', 1, 1), far(3)).selection)
  const replaced = n_columns => [
    { ...doc, version: 2, seq: 3 },
    { ...turn(1, 4), version: 2, n_columns, total_number: 3 }
  ]
  assert.ok(play(cell, ...replaced(3)).selection, 'another version has these cells, too')
  assert.equal(play(chosen('cells', 9, 9), ...replaced(3)).selection, null)
  assert.equal(play(cell, ...replaced(0)).selection, null)
  assert.equal(
    play(cell, { ...doc, complete: true, seq: 3 }, { ...doc, complete: true, edition: 2, seq: 4 }).selection,
    null
  )
})

test('a toast is dismissed only while it is the current one', () => {
  const first = play(joined(), turn(2, 3))
  const second = fold(first, turn(3, 4))
  assert.equal(fold(second, { type: 'toast-dismissed', toast: first.toast }), second)
  assert.equal(fold(second, { type: 'toast-dismissed', toast: second.toast }).toast, null)
})

test('opening another document keeps my name and the upload', () => {
  const began = { type: 'upload-began', name: 'a.tsv', size: 10, fresh: true }
  const state = play(joined(), began, { type: 'opened', uuid: '00000000-0000-4000-8000-000000000000' })
  assert.equal(state.me.name, 'Heron')
  assert.equal(state.upload.name, 'a.tsv')
  assert.equal(state.doc, null)
})

test('an upload is sent, cut, paused, sent on, checked and over', () => {
  const statuses = []
  let state = start('Heron')
  for (const event of [
    { type: 'upload-began', name: 'a.tsv', size: 10, fresh: true },
    { type: 'upload-moved', stored: 4, rate: null, secondsLeft: null },
    { type: 'upload-cut', until: 5 },
    { type: 'upload-paused', paused: true },
    { type: 'upload-paused', paused: false },
    { type: 'upload-moved', stored: 10, rate: 5, secondsLeft: 0 },
    { type: 'upload-checking' },
    { type: 'upload-over' }
  ]) {
    state = fold(state, event)
    statuses.push(state.upload?.status ?? 'none')
  }
  assert.deepEqual(statuses, ['sending', 'sending', 'cut', 'paused', 'sending', 'sending', 'checking', 'none'])
})

test('without a connection I can turn only to cached pages', () => {
  const state = play(joined(), turn(2, 3), { type: 'lost', until: 5 })
  assert.deepEqual([canTurn(state, 1), canTurn(state, 3)], [true, false])
  assert.ok(canTurn(joined(), 3))
})

test('another parse of the file clears the selection: those were other cells', () => {
  const state = play(joined(), { type: 'selected', selection: select({ row: 2, column: 1 }) })
  assert.equal(play(state, { ...doc, seq: 5 }).selection, state.selection)
  assert.equal(play(state, { ...doc, seq: 5, edition: doc.edition + 1 }).selection, null)
})

test('selecting a row of the preamble unfolds it, until the file is parsed otherwise', () => {
  const noted = play(joined(), { ...doc, seq: 5, preamble: 3 })
  const choose = (row, kind) => ({ type: 'selected', selection: select({ row, column: 0 }, undefined, kind) })
  assert.equal(play(noted, choose(4)).unfolded, false)
  assert.equal(play(noted, choose(1, 'columns')).unfolded, false)
  const unfolded = play(noted, choose(3, 'rows'))
  assert.equal(unfolded.unfolded, true)
  assert.equal(play(unfolded, choose(4)).unfolded, true)
  assert.equal(play(unfolded, { type: 'unfolded', unfolded: false }).unfolded, false)
  assert.equal(play(unfolded, { ...doc, seq: 6, preamble: 3, edition: doc.edition + 1 }).unfolded, false)
})

test('a state is never changed', () => {
  const freeze = value => {
    if (value && typeof value === 'object') Object.values(Object.freeze(value)).forEach(freeze)
    return value
  }
  const state = freeze(joined())
  play(
    state,
    { type: 'page-requested', page_no: 2 },
    turn(2, 3),
    { ...doc, version: 2, seq: 5 },
    { type: 'lost', until: 1 }
  )
})

test('presses that are faster than answers become one turn, to the last page', () => {
  const ours = { who: ME, name: 'Heron' }
  const asked = page_no => ({ type: 'page-requested', page_no })
  let state = play(joined(), asked(2), { type: 'turning' }, asked(3), asked(4))
  assert.deepEqual([state.wanted, state.turning], [4, true], 'the others wait')
  state = fold(state, turn(2, 3, ours))
  assert.deepEqual([state.wanted, state.turning], [4, false], 'and go as one')
  state = play(state, { type: 'turning' }, turn(4, 4, ours))
  assert.deepEqual([state.wanted, state.turning], [null, false])
})

const someone = (...people) => ({
  type: 'people',
  count: people.length,
  people: people.map(person => ({ ...person, colour: 0, page_no: null }))
})
const NEWT = { who: '0000000000aa', name: 'Newt' }
const meet = { type: 'people-compared' }

test('people who come and go show a toast, those who were here first do not', () => {
  let state = play(joined(), someone(OTTER), meet)
  assert.equal(state.toast, null)
  state = play(state, someone(OTTER, NEWT), meet)
  assert.deepEqual(
    [state.toast.kind, state.toast.came.map(one => one.name), state.toast.gone],
    ['company', ['Newt'], []]
  )
  state = play(state, someone(NEWT), meet)
  assert.deepEqual([state.toast.came, state.toast.gone.map(one => one.name)], [[], ['Otter']])
})

test('a person who returns before the comparison was never away, and I am no newcomer', () => {
  const state = play(joined(), someone(OTTER), meet, someone(), someone(OTTER, { who: ME, name: 'Heron' }), meet)
  assert.equal(state.toast, null)
})

test('people who come and go do not replace another toast, and a crowd shows none', () => {
  const state = play(joined(), someone(), meet, turn(3, 3), someone(OTTER), meet)
  assert.equal(state.toast.kind, 'turned')
  assert.equal(play(joined(), someone(), meet, { ...someone(OTTER), count: 51 }, meet).toast, null)
})

test('after a reconnect, people who stayed show no toast', () => {
  const state = play(joined(), someone(OTTER), meet, { type: 'lost', until: 1 }, welcome, someone(OTTER, NEWT), meet)
  assert.equal(state.toast, null)
})

test('one toast says what moved while the connection was lost', () => {
  const lost = { type: 'lost', until: 1 }
  let state = play(joined(), lost, lost, welcome, doc, turn(12, 9))
  assert.deepEqual(state.toast, { kind: 'missed', from: 1, to: 12, version: null, restores: null })
  state = play(state, { type: 'toast-dismissed', toast: state.toast }, turn(13, 10))
  assert.equal(state.toast.kind, 'turned')
  state = play(joined(), lost, { ...welcome, epoch: 'new' }, { ...doc, version: 2 }, { ...turn(3, 1), version: 2 })
  assert.deepEqual(state.toast, { kind: 'missed', from: 1, to: 3, version: 2, restores: null })
  assert.equal(play(joined(), lost, welcome, doc, turn(1, 9)).toast, null, 'nothing moved')
  const mine = turn(12, 9, { who: ME, name: 'Heron' })
  assert.equal(play(joined(), lost, welcome, doc, mine).toast, null, 'I turned to it')
})

test('in another language everything is the same and new, so that all of it is drawn again', () => {
  const before = play(joined(), turn(3, 3))
  const after = fold(before, { type: 'translated' })
  assert.deepEqual(after, before)
  for (const member of ['doc', 'page', 'people', 'talk', 'toast']) assert.notEqual(after[member], before[member])
  assert.equal(after.page, after.room, 'one page stays one')
})
