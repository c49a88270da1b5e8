import assert from 'node:assert/strict'
import test from 'node:test'

import { queryOf } from '../../../static/js/edges/address.js'
import { select } from '../../../static/js/grid/selection.js'
import { pagesToFetch, placeOf } from '../../../static/js/state/browsing.js'
import { isOutgrown } from '../../../static/js/state/growing.js'
import { shownRows, toastWords } from '../../../static/js/screen/sentences.js'
import { fold, start } from '../../../static/js/state/state.js'
import { countedNow, leftRow, pagesShown, rowsShown } from '../../../static/js/state/views.js'
import { example } from '../vectors.js'
import '../english.js'

const welcome = example('json to-viewer', 'welcome')
const you = example('json to-viewer', 'you')
const ME = { who: you.who, name: 'Heron' }
const OTTER = { who: '0b7716aa', name: 'Otter' }
const doc = { ...example('json to-viewer', 'document'), rows: 950, preamble: 0, complete: true }
const { view: _, row_numbers: __, ...base } = example('json to-viewer', 'page')
const cells = numbers => numbers.map(number => [`row ${number}`])
const numbers = (first, n = 100) => Array.from({ length: n }, (_, i) => first + i)
const page = (page_no, seq, by = OTTER) => ({
  ...base,
  version: 1,
  page_no,
  seq,
  by,
  total_number: 950,
  data: cells(numbers(100 * (page_no - 1) + 1))
})
const REVERSED = { view: '_sort_desc=a', row_numbers: numbers(851).reverse(), total_number: 949 }
const FEW = { view: 'a=1', row_numbers: [7, 30, 851], total_number: 3 }
const viewPage = (seq, view, by = OTTER, page_no = 1) => ({
  ...page(page_no, seq, by),
  ...view,
  data: cells(view.row_numbers)
})
const fetched = (page_no, view = {}) => {
  const { seq, uuid, by, ...rest } = { ...page(page_no, 0), ...view }
  return { ...rest, type: 'fetched', data: cells(view.row_numbers ?? numbers(100 * (page_no - 1) + 1)) }
}
const play = (state, ...events) => events.reduce(fold, state)
const joined = () =>
  play(start('Heron'), { type: 'opened', uuid: doc.uuid }, { type: 'connecting' }, welcome, you, doc, page(1, 1, null))
const cell = (row, column = 2) => ({ type: 'selected', selection: select({ row, column }) })

test('while rows are counted a page says so, and no row is said to be out', () => {
  const counting = { ...FEW, counting: true }
  const state = play(joined(), cell(9), viewPage(2, counting))
  assert.match(
    toastWords(state.toast, () => ''),
    /^Otter shows at least 3 of 949 rows · row 9 is not on this page/
  )
  assert.equal(shownRows(state), '1–3 of at least 3 rows')
  assert.equal(queryOf(state.page), '?a=1&page_no=1&version=1')
  const counted = play(state, viewPage(3, { ...FEW, row_numbers: numbers(1), total_number: 412 }))
  assert.equal(shownRows(counted), '1–100 of 412 rows')
  assert.match(
    toastWords(countedNow(counted.toast, counted), () => ''),
    /^Otter shows 412 of 949 rows/
  )
  assert.equal(queryOf(counted.page), '?a=1&_rows=412&page_no=1&version=1')
})

test('a view of another person is on screen with its rows, and one toast says whose it is and what was there before', () => {
  const state = play(joined(), page(3, 2), viewPage(3, REVERSED))
  assert.equal(state.page.data[0][0], 'row 950')
  assert.deepEqual([rowsShown(state), pagesShown(state)], [949, 10])
  const from = { view: '', page_no: 3, row: 201 }
  assert.deepEqual(state.toast, {
    kind: 'viewed',
    by: OTTER,
    mine: false,
    view: REVERSED.view,
    rows: 949,
    counting: undefined,
    all: 949,
    from,
    left: undefined
  })
  const narrower = fold(state, viewPage(4, FEW))
  assert.deepEqual([narrower.toast.rows, narrower.toast.all, narrower.toast.from], [3, 949, from])
  assert.equal(fold(narrower, page(1, 5)).toast.view, '')
})

test('the toast of a view says where the row is that I was on, and has the counts of now', () => {
  const before = play(joined(), cell(20))
  const state = fold(before, viewPage(2, FEW))
  assert.deepEqual(state.toast.left, { row: 20, isOut: true })
  assert.equal(fold(play(joined(), cell(30)), viewPage(2, FEW)).toast.left, undefined)
  const elsewhere = fold(before, viewPage(2, REVERSED))
  assert.deepEqual(elsewhere.toast.left, { row: 20, isOut: false })
  assert.deepEqual(leftRow(before, elsewhere.page, 20, true), { row: 20, isOut: true })
  assert.equal(
    toastWords(state.toast, () => 'a is b'),
    'Otter shows 3 of 949 rows: a is b · row 20 is not among them'
  )
  assert.match(toastWords(elsewhere.toast), / · row 20 is not on this page$/)
  assert.equal(fold(state, viewPage(3, REVERSED)).toast.left.row, 20) // one toast stands for both
  const grown = { ...state, doc: { ...doc, rows: 1000 }, page: { ...state.page, total_number: 5 } }
  const { rows, all } = countedNow(state.toast, grown)
  assert.deepEqual([rows, all], [5, 999])
})

test('the toast of a view goes with the view', () => {
  const state = play(joined(), viewPage(2, FEW))
  const back = fold({ ...state, toast: { ...state.toast, by: ME } }, page(1, 3, null))
  assert.equal(back.toast, null)
})

test('a view that I asked for is awaited until it comes, or until the server refuses it', () => {
  const asked = play(joined(), { type: 'view-asked', view: FEW.view, row: 30 })
  assert.deepEqual([asked.asked.view, asked.asked.row, asked.asked.isSent], [FEW.view, 30, false])
  assert.equal(fold(asked, { type: 'view-sent' }).asked.isSent, true)
  const mine = fold(asked, viewPage(2, FEW, ME))
  assert.deepEqual([mine.asked, mine.toast.mine, mine.toast.from.view], [null, true, ''])
  const refused = fold(asked, { type: 'error', code: 'bad-view', message: 'There is no column a.' })
  assert.deepEqual([refused.asked, refused.toast.message, refused.page.page_no], [null, 'There is no column a.', 1])
})

test('the answer to an earlier view of mine leaves a later one awaited', () => {
  const ask = view => ({ type: 'view-asked', view })
  const both = play(joined(), ask(FEW.view), { type: 'view-sent' }, ask(REVERSED.view), { type: 'view-sent' })
  const first = fold(both, viewPage(2, FEW, ME))
  assert.deepEqual([first.page.view, first.asked.view], [FEW.view, REVERSED.view])
  assert.equal(fold(first, viewPage(3, REVERSED, ME)).asked, null)
  assert.equal(fold(both, viewPage(2, REVERSED, ME)).asked, null) // the server left out the first
  assert.equal(fold(both, viewPage(2, { ...FEW, view: 'a=2' }, ME)).asked, null) // it wrote mine in another way
})

test('to undo a view is given up once somebody else has undone it', () => {
  const undo = { type: 'view-asked', view: '', undoes: REVERSED.view }
  const asked = play(joined(), viewPage(2, FEW), viewPage(3, REVERSED), undo)
  assert.equal(fold(asked, viewPage(4, REVERSED, null, 2)).asked.view, '') // a turned page takes nothing back
  assert.equal(fold(asked, viewPage(4, FEW)).asked, null)
})

test('a selected cell stays selected where its row is in the view, and is selected again in the table', () => {
  const state = play(joined(), cell(30), viewPage(2, FEW))
  assert.deepEqual(state.selection.to, { row: 2, column: 2 })
  const back = fold(state, page(1, 3))
  assert.deepEqual(back.selection.to, { row: 30, column: 2 })
  assert.equal(play(joined(), cell(31), viewPage(2, FEW)).selection, null)
})

test('alone I try a view while the room goes on; its pages are mine, and the others are told of it', () => {
  const tried = play(joined(), { type: 'browsed', page_no: 1, view: FEW.view })
  assert.deepEqual([tried.alone.view, tried.wanted, tried.page.view], [FEW.view, 1, undefined])
  assert.deepEqual(pagesToFetch(tried), [1])
  assert.equal(placeOf(tried).view, FEW.view)
  const here = play(tried, { type: 'fetching', pages: [1] }, fetched(1, FEW))
  assert.deepEqual([here.page.data[0][0], here.wanted, here.fetching], ['row 7', null, []])
  const turned = fold(here, viewPage(2, REVERSED))
  assert.deepEqual([turned.page.view, turned.toast], [FEW.view, null])
  const back = fold(turned, { type: 'rejoined' })
  assert.deepEqual([back.page.view, back.alone], [REVERSED.view, null])
})

test('pages of views are kept apart from pages of the table with the same number', () => {
  const state = play(joined(), { type: 'browsed', page_no: 1, view: FEW.view }, fetched(1, FEW))
  const whole = fold(state, { type: 'browsed', page_no: 1, view: '' })
  assert.deepEqual([whole.page.data.length, whole.wanted], [100, null])
  const again = fold(whole, { type: 'browsed', page_no: 1, view: FEW.view })
  assert.deepEqual([again.page.data.length, again.wanted], [3, null])
})

test('an answer to a question that I do not ask any more is not shown', () => {
  const state = play(
    joined(),
    { type: 'browsed', page_no: 1, view: FEW.view },
    { type: 'browsed', page_no: 1, view: '' }
  )
  assert.equal(fold(state, fetched(1, FEW)).page.view, undefined)
})

test('a view that cannot be leaves me with what I saw', () => {
  const error = { type: 'error', code: 'bad-view', message: 'There is no column b.' }
  const state = play(joined(), { type: 'browsed', page_no: 1, view: 'b=1' }, { type: 'fetching', pages: [1] }, error)
  assert.deepEqual([state.alone.view, state.wanted, state.fetching, state.page.page_no], ['', null, [], 1])
  assert.equal(state.toast.message, error.message)
  const next = fold(state, { type: 'browsed', page_no: 2 })
  assert.deepEqual(pagesToFetch(next).includes(2), true)
})

test('I follow a person into a view and out of it', () => {
  const people = (page_no, view) => ({
    type: 'people',
    count: 2,
    people: [{ ...OTTER, colour: 0, page_no, follow: null, version: 1, view }]
  })
  const state = play(joined(), people(1, FEW.view), { type: 'followed', who: OTTER.who })
  assert.deepEqual([state.alone.view, state.alone.follow], [FEW.view, OTTER.who])
  assert.equal(play(state, people(2, undefined)).alone.view, '')
})

test('my view is shown to everyone when I bring them to my page', () => {
  const state = play(joined(), { type: 'browsed', page_no: 1, view: FEW.view }, fetched(1, FEW), { type: 'gathered' })
  assert.deepEqual([state.alone, state.asked.view, state.asked.row, state.page.view], [null, FEW.view, 7, FEW.view])
})

test('a view that somebody offers is a toast for the others', () => {
  const offered = { type: 'offered', by: OTTER, version: 1, view: FEW.view, rows: 3 }
  const { toast } = fold(joined(), offered)
  assert.deepEqual(toast, { kind: 'offered', by: OTTER, version: 1, view: FEW.view, rows: 3, all: 949 })
  const company = { ...joined(), people: { count: 3, people: [] } }
  const mine = fold(company, { ...offered, by: ME }).toast
  assert.equal(toastWords(mine), 'Offered to 2 people')
})

test('a page of a view that I look at alone is outgrown when its table has grown since I asked for it', () => {
  const asked = play(joined(), { type: 'browsed', page_no: 1, view: FEW.view }, { type: 'fetching', pages: [1] })
  const grown = { ...doc, seq: 9, rows: 960 }
  const late = play(asked, grown, fetched(1, FEW))
  assert.deepEqual(
    [isOutgrown(asked), isOutgrown(fold(asked, fetched(1, FEW))), isOutgrown(late)],
    [false, false, true]
  )
  const again = fold(late, { type: 'fetching', pages: [1] })
  assert.equal(isOutgrown(again), false)
  const found = fold(again, fetched(1, { ...FEW, row_numbers: [7, 30, 851, 955], total_number: 4 }))
  assert.deepEqual([isOutgrown(found), found.page.total_number], [false, 4])
  assert.equal(isOutgrown(fold(late, { type: 'rejoined' })), false)
})
