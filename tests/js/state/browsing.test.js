import assert from 'node:assert/strict'
import test from 'node:test'

import { select } from '../../../static/js/grid/selection.js'
import {
  cachePage,
  followCycle,
  grewAtEnd,
  isEarlier,
  pagesToFetch,
  placeOf
} from '../../../static/js/state/browsing.js'
import { canReparse, fold, start } from '../../../static/js/state/state.js'
import { example } from '../vectors.js'

const welcome = example('json to-viewer', 'welcome')
const you = example('json to-viewer', 'you')
const OTTER = { who: '0b7716aa', name: 'Otter' }
const doc = { ...example('json to-viewer', 'document'), rows: 950, complete: true }
const rows = page_no =>
  Array.from({ length: page_no === 10 ? 50 : 100 }, (_, i) => [`row ${100 * (page_no - 1) + i + 1}`])
const turn = (page_no, seq, by = OTTER) => ({
  ...example('json to-viewer', 'page'),
  page_no,
  seq,
  by,
  total_number: 950,
  data: rows(page_no)
})
const fetched = (page_no, more = {}) => ({
  ...example('json to-viewer', 'fetched'),
  version: 1,
  page_no,
  total_number: 950,
  data: rows(page_no),
  ...more
})
const present = (page_no, person = OTTER, version = undefined) => ({
  type: 'people',
  count: 1,
  people: [{ ...person, colour: 0, page_no, follow: null, version }]
})
const second = (seq, rows) => ({ ...doc, version: 2, seq, rows })

const play = (state, ...events) => events.reduce(fold, state)
const joined = (alone = null, version = null, ...table) =>
  play(
    start('Heron'),
    { type: 'opened', uuid: doc.uuid, alone, version },
    { type: 'connecting' },
    welcome,
    you,
    ...(table.length > 0 ? table : [doc, turn(1, 1, null)])
  )
const look = page_no => ({ type: 'browsed', page_no })
const shows = state => [state.page?.page_no, state.page?.data[0][0]]

test('a person who browses alone stays on their page while the room goes on, without a toast', () => {
  const state = play(joined(), look(4), fetched(4), turn(2, 2), turn(3, 3))
  assert.deepEqual(shows(state), [4, 'row 301'])
  assert.equal(state.room.page_no, 3)
  assert.equal(state.toast, null)
})

test('a page is shown when it is here; until then the page before stays', () => {
  const asked = play(joined(), look(4))
  assert.deepEqual([shows(asked)[0], asked.wanted], [1, 4])
  const there = fold(asked, fetched(4))
  assert.deepEqual([shows(there)[0], there.wanted], [4, null])
})

test('people who follow each other in a cycle stay put, and one of them stops following', () => {
  const whos = ['0a', '0b', '0c']
  const people = follows => ({
    type: 'people',
    count: 3,
    people: follows.map((follow, i) => ({ who: whos[i], name: `${i}`, colour: i, page_no: i + 1, follow }))
  })
  const nobody = people([null, null, null])
  const states = whos.map((who, i) =>
    play(joined(), { ...you, who }, look(i + 1), fetched(i + 1), nobody, { type: 'followed', who: whos[(i + 1) % 3] })
  )
  const round = people(['0b', '0c', '0a'])
  const [first, ...others] = states.map(state =>
    play({ ...state, alone: { ...state.alone, page_no: whos.indexOf(state.me.who) + 1 } }, round)
  )
  assert.deepEqual(first.alone, { page_no: 1, follow: null, view: '' })
  assert.deepEqual(
    others.map(({ alone }) => alone),
    [
      { page_no: 2, follow: '0c', view: '' },
      { page_no: 3, follow: '0a', view: '' }
    ]
  )
  assert.deepEqual(
    others.map(state => fold(state, people([null, '0c', '0a'])).alone.page_no),
    [3, 1],
    'and the others go after it'
  )
  assert.deepEqual([followCycle(first, '0b'), followCycle(first, '0c')], [['0b', '0c'], ['0c']])
  assert.deepEqual(followCycle({ ...first, people: people([null, '0c', '0b']) }, '0b'), [], 'a cycle of others')
})

test('a page that the server left out is fetched again, and nothing waits for it', () => {
  const state = play(
    joined(),
    look(6),
    { type: 'fetching', pages: [6, 7, 5] },
    look(2),
    { type: 'fetching', pages: [2, 3] },
    fetched(2)
  )
  assert.deepEqual(state.fetching, [3])
  assert.deepEqual(pagesToFetch(play(state, look(6))), [6, 7])
})

test('an error about a page of the version before does not hold back the new version', () => {
  const error = example('json to-viewer', 'error')
  const state = play(
    joined(),
    look(9),
    { type: 'fetching', pages: [9, 10, 8] },
    second(2, 250),
    { type: 'newest-shown' },
    { type: 'fetching', pages: [3, 2] },
    error
  )
  assert.deepEqual([state.alone.page_no, state.toast], [3, null])
  const there = fold(state, fetched(3, { version: 2, total_number: 250 }))
  assert.deepEqual([there.page.version, there.page.page_no, there.wanted], [2, 3, null])
})

test('another error shows a toast, and changes nothing else', () => {
  const error = { ...example('json to-viewer', 'error'), code: 'too-fast' }
  const state = play(
    joined(),
    look(4),
    { type: 'fetching', pages: [4, 5, 3] },
    fetched(4),
    fetched(5),
    fetched(3),
    error,
    look(6)
  )
  assert.deepEqual(pagesToFetch(state), [6, 7])
  assert.equal(state.toast.kind, 'error')
})

test('pages arrive in any order, and the last requested page is shown', () => {
  for (const order of [
    [2, 3, 4],
    [4, 3, 2],
    [3, 4, 2]
  ]) {
    const state = play(joined(), look(2), look(3), look(4), ...order.map(page_no => fetched(page_no)))
    assert.deepEqual(shows(state), [4, 'row 301'])
    assert.equal(state.wanted, null)
  }
})

test('the pages beside mine are fetched ahead, and then shown at once', () => {
  const state = play(joined(), look(4))
  assert.deepEqual(pagesToFetch(state), [4, 5, 3])
  const there = play(state, { type: 'fetching', pages: [4, 5, 3] }, fetched(5), fetched(3), fetched(4))
  assert.deepEqual(pagesToFetch(there), [])
  const next = fold(there, look(5))
  assert.deepEqual([...shows(next), next.wanted], [5, 'row 401', null])
  assert.deepEqual(pagesToFetch(next), [6])
})

test('no page is fetched twice, beyond the end, without a connection, or with the room', () => {
  assert.deepEqual(pagesToFetch(joined()), [])
  assert.deepEqual(pagesToFetch(play(joined(), look(10))), [10, 9])
  assert.deepEqual(pagesToFetch(play(joined(), look(1))), [2], 'the page on screen is at hand')
  const asking = play(joined(), look(4), { type: 'fetching', pages: [4, 5, 3] })
  assert.deepEqual(pagesToFetch(asking), [])
  assert.deepEqual(pagesToFetch(fold(asking, look(7))), [], 'who leafs fast waits for what is under way')
  const cut = fold(asking, { type: 'lost', until: 1 })
  assert.deepEqual(pagesToFetch(cut), [])
  assert.deepEqual(pagesToFetch(fold(cut, welcome)), [4, 5, 3], 'what was under way is asked for again')
})

test('the cache keeps the last few pages, and none of another version', () => {
  const cache = Array.from({ length: 40 }, (_, i) => fetched(i + 1)).reduce(cachePage, [])
  assert.deepEqual(
    cache.map(({ page_no }) => page_no),
    [40, 39, 38, 37, 36, 35]
  )
  assert.deepEqual(cachePage(cache, fetched(1, { version: 2 })).length, 1)
})

test('after somebody turns the page, I can return to mine at once', () => {
  const state = play(joined(), turn(7, 2), look(1))
  assert.deepEqual([...shows(state), state.wanted, state.toast], [1, 'row 1', null, null])
})

test("rejoining shows the room's page", () => {
  const state = play(joined(), look(4), fetched(4), turn(9, 2), { type: 'rejoined' })
  assert.deepEqual([shows(state)[0], state.alone, state.wanted], [9, null, null])
  assert.equal(fold(state, { type: 'rejoined' }), state)
})

test('a page that cannot be fetched is fetched again only when I go to a page', () => {
  const state = play(joined(), look(4), { type: 'fetching', pages: [4, 5, 3] }, example('json to-viewer', 'error'))
  assert.deepEqual([shows(state)[0], state.alone.page_no, state.wanted], [1, 1, null])
  assert.deepEqual(pagesToFetch(state), [])
  assert.deepEqual(pagesToFetch(fold(state, look(4))), [4, 5, 3])
})

test('a person who browses alone stays on the version they read, and goes to the new one when they choose to', () => {
  const chosen = { type: 'selected', selection: select({ row: 801, column: 0 }) }
  const state = play(joined(), look(9), fetched(9), chosen, second(5, 150), { ...turn(1, 6), version: 2 })
  assert.deepEqual([...shows(state), state.page.version, state.toast], [9, 'row 801', 1, null])
  assert.ok(state.selection)
  assert.deepEqual([isEarlier(state), state.newest.version, state.room.version], [true, 2, 2])
  assert.deepEqual(placeOf(state), { type: 'place', page_no: 9, follow: null, version: 1 })
  assert.equal(canReparse(state), false)
  const on = play(state, look(10), fetched(10))
  assert.deepEqual([...shows(on), on.doc.rows], [10, 'row 901', 950])
  assert.equal(fold(on, second(7, 160)).page, on.page, 'rows appended to the new one change nothing here')

  const newest = fold(on, { type: 'newest-shown' })
  assert.deepEqual([newest.alone.page_no, newest.wanted, pagesToFetch(newest)], [2, 2, [2]])
  assert.equal(fold(newest, fetched(10)).page.version, 1, 'what is of the old one is late')
  assert.equal(fold(newest, fetched(2, { version: 2 })).page.version, 2)
  const again = fold(on, { type: 'rejoined' })
  assert.deepEqual([again.page.version, again.page.page_no, again.doc.version, isEarlier(again)], [2, 1, 2, false])
})

test('what I upload while I browse alone takes me to it', () => {
  const mine = { ...turn(1, 6, { who: you.who, name: 'Heron' }), version: 2 }
  const state = play(joined(), look(9), fetched(9), second(5, 150), mine)
  assert.deepEqual([state.alone, state.page.version, isEarlier(state)], [null, 2, false])
})

test('a person with the room can stay on the version that was replaced, as it was on their screen', () => {
  const chosen = { type: 'selected', selection: select({ row: 301, column: 0 }) }
  const state = play(joined(), turn(4, 2), chosen, second(5, 150), { ...turn(1, 6), version: 2 })
  assert.deepEqual([state.toast, state.page.version], [{ kind: 'replaced', by: OTTER, version: 2, restores: null }, 2])
  const stayed = fold(state, { type: 'stayed' })
  assert.deepEqual([...shows(stayed), stayed.doc.version, stayed.toast], [4, 'row 301', 1, null])
  assert.equal(stayed.selection, chosen.selection)
  assert.deepEqual(stayed.alone, { page_no: 4, follow: null, view: '' })
  assert.deepEqual(pagesToFetch(stayed), [5, 3])
  assert.equal(fold(joined(), { type: 'stayed' }).alone, null, 'nothing was replaced')
})

test('an earlier version is opened with its facts: after a reload, or after a person who reads it', () => {
  const reloaded = joined({ page_no: 7, follow: null, view: '' }, 1, second(1, 150), {
    ...turn(1, 1, null),
    version: 2
  })
  assert.deepEqual([reloaded.opening, pagesToFetch(reloaded)], [1, []])
  assert.deepEqual(placeOf(reloaded), { type: 'place', page_no: 7, follow: null, version: 1 })
  const opened = fold(reloaded, { type: 'version-opened', doc })
  assert.deepEqual([opened.doc.version, opened.opening, pagesToFetch(opened)], [1, null, [7, 8, 6]])
  assert.deepEqual(shows(fold(opened, fetched(7))), [7, 'row 601'])

  const gone = fold(reloaded, { type: 'version-gone' })
  assert.deepEqual([gone.opening, gone.alone.page_no, gone.doc.version], [null, 2, 2])

  const other = play(joined(), second(5, 150), { ...turn(1, 6), version: 2 })
  const after = play(other, present(3, OTTER, 1), { type: 'followed', who: OTTER.who })
  assert.deepEqual([after.opening, after.alone, after.wanted], [1, { page_no: 3, follow: OTTER.who, view: '' }, 3])
  const there = play(after, { type: 'version-opened', doc }, fetched(3))
  assert.deepEqual([...shows(there), there.page.version], [3, 'row 201', 1])
  const moved = play(there, present(2, OTTER, 2), fetched(2, { version: 2 }))
  assert.deepEqual([shows(moved)[0], moved.page.version, moved.alone.follow], [2, 2, OTTER.who])
  const back = play(there, present(null))
  assert.deepEqual([shows(back)[0], back.page.version], [1, 2], 'with the room')
})

test('I follow a person who is with the room to the new version, and stay with one who stays', () => {
  const arrival = [second(5, 150), { ...turn(1, 6), version: 2 }]
  const following = at => play(joined(), present(at, OTTER, 1), { type: 'followed', who: OTTER.who }, ...arrival)
  assert.equal(following(null).page.version, 2)
  assert.equal(following(null).toast.kind, 'replaced')
  assert.equal(following(1).page.version, 1)
})

test('the last rows of an earlier version, and its last parse, are heard of with its pages', () => {
  const state = play(joined(), look(10), fetched(10), second(5, 150))
  const grown = fold(state, fetched(10, { total_number: 980 }))
  assert.deepEqual([grown.doc.rows, pagesToFetch(grown)], [980, [9]])
  assert.equal(fold(state, fetched(10, { edition: 2 })).opening, 1)
  assert.equal(play(joined(), { ...doc, seq: 2, complete: false }, look(2), second(5, 150)).opening, 1)
})

test('a version that is no longer kept is said, and what is here of it stays', () => {
  const error = { ...example('json to-viewer', 'error'), code: 'unknown-version' }
  const state = play(joined(), look(9), fetched(9), second(5, 150), look(3), { type: 'fetching', pages: [3] }, error)
  assert.deepEqual([...shows(state), state.toast.code, state.wanted], [9, 'row 801', 'unknown-version', null])
  assert.deepEqual(pagesToFetch(state), [])
})

test('another parse of the same version empties the cache', () => {
  const state = play(joined(), look(4), fetched(4), { ...doc, seq: 2, edition: 2 })
  assert.deepEqual(pagesToFetch(state), [4, 5, 3])
  assert.equal(fold(state, fetched(4)), state, 'what was under way of the one before is late')
  const again = fold(state, fetched(4, { edition: 2, data: [['read anew']] }))
  assert.deepEqual(again.page.data, [['read anew']])
})

test('a page of an earlier parse is not shown from the cache', () => {
  const reread = play(joined(), turn(4, 2), { ...doc, seq: 3, edition: 2 })
  assert.equal(fold(reread, turn(4, 3)), reread, 'the room’s page too is late')
  const state = play(reread, look(5), { ...turn(2, 3, null), edition: 2 }, look(4))
  assert.deepEqual([state.wanted, pagesToFetch(state)], [4, [4, 5, 3]])
})

test('a short page is fetched again when rows are appended, a full page is not', () => {
  const state = play(joined(), look(10), fetched(10), fetched(9))
  assert.deepEqual(pagesToFetch(state), [])
  const grown = fold(state, { ...doc, seq: 2, rows: 980 })
  assert.deepEqual(pagesToFetch(grown), [10])
  assert.deepEqual(pagesToFetch(fold(grown, fetched(10, { total_number: 980 }))), [])
})

test('a reload returns to the page that I browsed alone', () => {
  const state = joined({ page_no: 7, follow: null, view: '' })
  assert.deepEqual([state.page, state.wanted, pagesToFetch(state)], [null, 7, [7, 8, 6]])
  assert.deepEqual(shows(fold(state, fetched(7))), [7, 'row 601'])
  assert.deepEqual(shows(joined({ page_no: 1, follow: null, view: '' })), [1, 'row 1'], 'the page came with the room')
  assert.equal(joined({ page_no: 99, follow: null, view: '' }).alone.page_no, 10)
})

test('I go where the person I follow goes, alone or with the room', () => {
  let state = play(joined(), present(null), { type: 'followed', who: OTTER.who })
  assert.deepEqual([shows(state)[0], state.alone], [1, { page_no: 1, follow: OTTER.who, view: '' }])
  state = play(state, present(5), fetched(5))
  assert.deepEqual(shows(state), [5, 'row 401'])
  state = play(state, turn(8, 2, null))
  assert.deepEqual(shows(state), [5, 'row 401'], 'they are not with the room')
  state = play(state, present(null))
  assert.deepEqual([shows(state)[0], state.alone.page_no], [8, 8], 'the room’s page is at hand')
  state = play(state, turn(9, 3))
  assert.equal(shows(state)[0], 9)
})

test('going to a page ends following', () => {
  const state = play(joined(), present(5), { type: 'followed', who: OTTER.who }, fetched(5), look(6), present(2))
  assert.deepEqual(state.alone, { page_no: 6, follow: null, view: '' })
})

test('two people who follow each other stay put', () => {
  const state = play(joined(), look(3), fetched(3), present(3), { type: 'followed', who: OTTER.who }, present(3))
  assert.deepEqual([state.alone.page_no, state.wanted], [3, null])
})

test('when the person I follow leaves, I stay on the page and see a toast', () => {
  const following = play(
    joined(),
    present(5),
    { type: 'people-compared' },
    { type: 'followed', who: OTTER.who },
    fetched(5)
  )
  const nobody = { type: 'people', count: 0, people: [] }
  const blink = play(following, nobody, present(6), fetched(6))
  assert.deepEqual(shows(blink), [6, 'row 501'], 'a reload is no leaving')
  const left = play(following, nobody, { type: 'people-compared' })
  assert.deepEqual([shows(left)[0], left.alone], [5, { page_no: 5, follow: null, view: '' }])
  assert.deepEqual([left.toast.kind, left.toast.by.name], ['unfollowed', 'Otter'])
})

test('other columns in sight have my page and those beside it fetched again', () => {
  const wide = page_no => fetched(page_no, { n_columns: 500, columns: [[1, 1]] })
  const there = play(joined(), look(4), wide(4), wide(5), wide(3))
  assert.deepEqual(pagesToFetch(there), [])
  const gone = fold(there, {
    type: 'watching',
    columns: [
      [200, 201],
      [499, 600]
    ]
  })
  assert.deepEqual(pagesToFetch(gone), [4, 5, 3])
  const again = fold(gone, {
    ...wide(4),
    columns: [
      [200, 201],
      [499, 500]
    ],
    data: rows(4).map(() => ['a', 'b', 'c', 'd'])
  })
  assert.deepEqual(pagesToFetch(again), [5, 3])
  assert.deepEqual([again.page.data[0][0], again.page.data[0][200]], ['row 301', 'b'])
})

test('the columns of two parses of a page are not mixed', () => {
  const first = play(
    joined(),
    { ...doc, seq: 2, edition: 2 },
    { ...turn(1, 3, null), edition: 2, n_columns: 9, columns: [[5, 5]] }
  )
  assert.deepEqual(first.page.columns, [[5, 5]])
})

test('a growing table goes on from its last page, by itself', () => {
  const page = (page_no, total_number, more = {}) => ({ version: 1, page_no, total_number, by: null, ...more })
  const last = page(3, 250)
  for (const now of [page(3, 280), page(5, 480)]) assert.ok(grewAtEnd(last, now))
  assert.ok(grewAtEnd(last, page(3, 280, { by: OTTER })))
  assert.ok(!grewAtEnd(last, page(1, 280, { by: OTTER })), 'somebody turned the page')
  assert.ok(!grewAtEnd(page(2, 250), page(2, 280)), 'that was not the last page')
  for (const now of [page(3, 250), page(3, 280, { version: 2 }), null]) assert.ok(!grewAtEnd(last, now))
  assert.ok(!grewAtEnd(null, last))
})
