import assert from 'node:assert/strict'
import test from 'node:test'

import { searchColumns } from '../../../static/js/grid/column-search.js'
import {
  isNumeric,
  lensOf,
  arrange,
  arrangement,
  fullWidth,
  grown,
  layOut,
  naturalWidths,
  offsetOf,
  pinnedWidth,
  positionAt,
  share,
  showAll,
  withHidden,
  withMove,
  widthOf,
  withChoice
} from '../../../static/js/grid/layout.js'
import { setLanguage } from '../../../static/js/text/language.js'
import { words } from '../../../static/js/text/en.js'

setLanguage(words, 'en')

const NAMES = ['id', 'city', 'people', 'area', 'city', '']
const named = names => column => names[column]
const order = (choices, names = NAMES) => [...arrange(choices, names.length, named(names)).order]

test('without a choice all columns are there as they are in the table', () => {
  const { order, pinned, positions } = arrange([], 4, named(NAMES))
  assert.deepEqual([[...order], pinned, [...positions]], [[0, 1, 2, 3], 0, [0, 1, 2, 3]])
})

test('a hidden column is nowhere, a pinned one comes first, a moved one is where it was put', () => {
  const choices = [
    { name: 'people', at: 2, pinned: true },
    { name: 'city', at: 1, hidden: true },
    { name: 'area', at: 3, to: 0 }
  ]
  const { order, pinned, positions } = arrange(choices, 6, named(NAMES))
  assert.deepEqual([[...order], pinned], [[2, 3, 0, 4, 5], 1])
  assert.deepEqual([...positions], [2, -1, 0, 1, 3, 4])
})

test('choices hold by name when the columns have changed, and of the same names the nearest is meant', () => {
  const choices = [
    { name: 'people', at: 2, pinned: true },
    { name: 'city', at: 4, hidden: true }
  ]
  assert.deepEqual(order(choices, ['new', 'id', 'city', 'people', 'area', 'city']), [3, 0, 1, 2, 4])
  assert.deepEqual(order(choices, ['id', 'area']), [0, 1])
})

test('a column whose name has not been sent yet is taken to be where it was', () => {
  const unknown = arrange([{ name: 'far', at: 900, pinned: true }], 1000, column =>
    column < 100 ? `c${column}` : null
  )
  assert.equal(unknown.order[0], 900)
  assert.equal(unknown.pinned, 1)
})

test('the last choice for a column is what holds, and what is taken back is forgotten', () => {
  const pinned = withChoice([], { name: 'id', at: 0, pinned: true })
  const wide = withChoice(pinned, { name: 'id', at: 0, width: 300 }, pinned[0])
  assert.deepEqual(wide, [{ name: 'id', at: 0, pinned: true, width: 300 }])
  const unpinned = withChoice(wide, { name: 'id', at: 3, pinned: undefined }, wide[0])
  assert.deepEqual(
    unpinned.map(({ at, width }) => [at, width]),
    [[3, 300]]
  )
  const back = withChoice(unpinned, { name: 'id', at: 3, width: undefined }, unpinned[0])
  assert.deepEqual(back, [])
  assert.equal(widthOf(arrange(wide, 6, named(NAMES)), 0), 300)
})

test('all can be shown again in the order of the table, and widths stay', () => {
  const choices = [
    { name: 'id', at: 0, hidden: true, width: 90 },
    { name: 'area', at: 3, to: 0 },
    { name: 'city', at: 1, pinned: true }
  ]
  assert.deepEqual(order(showAll(choices)), [0, 1, 2, 3, 4, 5])
  assert.equal(showAll(choices).find(({ name }) => name === 'id').width, 90)
})

test('columns that were moved stay beside the same ones, and leave their pins', () => {
  const layoutOf = choices => arrange(choices, 6, named(NAMES))
  let choices = []
  for (const [at, position] of [
    [5, 1],
    [0, 4],
    [3, 0]
  ]) {
    choices = withMove(choices, layoutOf(choices), [{ name: NAMES[at], at }], position)
  }
  assert.deepEqual([...layoutOf(choices).order], [3, 5, 1, 2, 0, 4])
  const pinned = withChoice([], { name: NAMES[2], at: 2, pinned: true })
  const unpinned = withMove(pinned, layoutOf(pinned), [{ name: NAMES[2], at: 2 }], 3)
  assert.deepEqual([...layoutOf(unpinned).order], [0, 1, 2, 3, 4, 5])
  const several = [0, 2, 3].map(at => ({ name: NAMES[at], at }))
  assert.deepEqual([...layoutOf(withMove([], layoutOf([]), several, 5)).order], [1, 4, 0, 2, 3, 5])
  assert.deepEqual([...layoutOf(withMove([], layoutOf([]), several.slice(1), 1)).order], [0, 2, 3, 1, 4, 5])
})

test('what a person did to the columns is counted', () => {
  const layout = arrange([], 6, named(NAMES))
  const hidden = withHidden(
    [],
    layout,
    [1, 2].map(at => ({ name: NAMES[at], at })),
    true
  )
  const pinned = withChoice(hidden, { name: NAMES[3], at: 3, pinned: true })
  const all = arrange(pinned, 6, named(NAMES))
  assert.deepEqual(arrangement(all), { hidden: 2, pinned: 1, moved: false })
  assert.deepEqual(arrangement(arrange(withMove(pinned, all, [{ name: NAMES[5], at: 5 }], 1), 6, named(NAMES))), {
    hidden: 2,
    pinned: 1,
    moved: true
  })
  assert.deepEqual(withHidden(hidden, arrange(hidden, 6, named(NAMES)), [{ name: NAMES[1], at: 1 }], false).length, 1)
})

test('a column is read as a person chose, else by its lens, else by its kind', () => {
  const page = { kinds: ['number', 'number', 'text', 'date'], lenses: ['', 'comma', '', ''] }
  const found = arrange([], 5, () => null)
  const read = layout => [0, 1, 2, 3, 4].map(column => lensOf(layout, page, column))
  assert.deepEqual(read(found), ['number', 'comma', 'text', 'date', 'text'])
  assert.deepEqual(
    [0, 1, 2, 3, 4].map(column => isNumeric(found, page, column)),
    [true, true, false, false, false]
  )
  const choices = withChoice(withChoice([], { name: 'a', at: 1, lens: 'text' }), { name: 'b', at: 2, lens: 'point' })
  const chosen = arrange(choices, 5, column => 'zabcd'[column])
  assert.deepEqual(read(chosen), ['number', 'text', 'point', 'date', 'text'])
  assert.equal(isNumeric(chosen, page, 1), false)
  assert.equal(showAll(choices).length, 2)
  assert.equal(withChoice(choices, { name: 'a', at: 1, lens: undefined }, choices[0]).length, 1)
})

test('200,000 columns are arranged', () => {
  const { order, positions } = arrange([{ name: 'x', at: 150_000, to: 3 }], 200_000, () => null)
  assert.equal(order[3], 150_000)
  assert.equal(positions[199_999], 199_999)
})

test('a column is found by some letters of its name, the likeliest first', () => {
  const names = ['population_density', 'pop', 'topopolis', 'city', 'Population', undefined, 'people on plots']
  assert.deepEqual(searchColumns(names, 'pop', 9), [1, 0, 4, 2, 6])
  assert.deepEqual(searchColumns(names, 'pde', 9), [0])
  assert.deepEqual(searchColumns(names, 'xyz', 9), [])
  assert.deepEqual(searchColumns(names, '', 3), [5, 0, 1])
})

// Widths

const measure = (text, bold) => text.length * (bold ? 8 : 7)
const DOC = { uuid: 'u', version: 1, columns: 0, dialect: { header: true } }
const fit = (data, header, columns, measure) => naturalWidths(DOC, { data, header }, columns, measure)

test('a column is as wide as its widest cell or its name', () => {
  const [narrow, wide] = fit([['abcdefghij', 'x']], ['a', 'a much longer name'], [0, 1], measure)
  assert.ok(narrow >= 70 && narrow < 100)
  assert.ok(wide >= 144 && wide < 180)
})

test('no column vanishes and none takes the whole screen', () => {
  const widths = share(fit([['', 'x'.repeat(100_000)]], ['', ''], [0, 1], measure), 300)
  assert.ok(widths[0] >= 40)
  assert.ok(widths[1] <= 400)
})

test('from page to page columns never shrink, numbers are never cut, and one long text does not widen a column', () => {
  assert.equal(grown(undefined, 600, false), 600)
  assert.equal(grown(120, 80, false), 120)
  assert.equal(grown(80, 330, true), 330)
  assert.ok(grown(80, 330, false) < 250)
  assert.equal(grown(300, 330, false), 300)
})

test('room to spare goes to the columns that are cut, and no more than they need', () => {
  assert.deepEqual(share([100, 600, 200], 2000), [100, 600, 200])
  assert.deepEqual(share([100, 900, 100, 900], 1200), [100, 500, 100, 500])
  const tight = share([900, 900, 900], 500)
  assert.deepEqual(tight, share([900, 900, 900], 0))
})

test('a later page widens its columns while there is room, and none is narrowed for it', () => {
  const first = share([100, 150], 1000)
  assert.deepEqual(share([100, 200], 1000, [80, 320], first), [100, 320])
  assert.deepEqual(share([100, 200], 1000, [90, 120], [100, 320]), [100, 320])
  assert.deepEqual(share([100, 200], 250, [80, 320], first), [100, 200])
  assert.deepEqual(share([100, 200], 400, [300, 400], first), [150, 250])
})

test('the widest cell need not be the one with the most letters', () => {
  const wide = text => [...text].reduce((sum, letter) => sum + (letter === 'W' ? 13 : 4), 0)
  const [width] = fit([['iiiiiiiiii'], ['WWWWWWWWW']], ['n'], [0], wide)
  assert.ok(width >= 9 * 13)
})

test('the longest cells are measured, wherever they stand', () => {
  const rows = Array.from({ length: 100 }, (_, i) => [
    `${'x'.repeat(16 + Math.floor(i / 20))}${String(i).padStart(2, '0')}`
  ])
  for (const columns of [1, 2000]) assert.ok((fit(rows, ['n'], [...Array(columns).keys()], measure)[0] ?? 0) >= 22 * 7)
})

test('columns that some rows lack are fitted all the same', () => {
  assert.equal(fit([['a'], ['a', 'b', 'c']], ['h'], [0, 1, 2], measure).length, 3)
})

test('a very wide table is fitted with few measurements', () => {
  let measured = 0
  const rows = Array.from({ length: 100 }, () => Array(2000).fill('cell'))
  fit(rows, [], [...Array(2000).keys()], text => {
    measured++
    return text.length
  })
  assert.ok(measured <= 5 * 2000)
})

// Layout

/** A page whose cells are as long as `length` says, by row and column. */
const page = (count, length, columns = [[1, count]], edition = 1) => {
  const data = Array.from({ length: 20 }, (_, row) =>
    Array.from({ length: count }, (_, i) => 'x'.repeat(length(row, i)))
  )
  const kinds = Array(count).fill('text')
  return {
    edition,
    page_no: 1,
    n_columns: count,
    columns,
    header: Array(count).fill('name'),
    kinds,
    lenses: [],
    cut: [],
    data
  }
}
const SIGHT = { scrollLeft: 0, clientWidth: 1000 }
const EMPTY = arrange([], 0, () => null)
const widthsOf = layout => Array.from(layout.positions, (_, column) => widthOf(layout, column))

test('offsets add up to the widths, whatever is hidden, pinned or moved', () => {
  const choices = [
    { name: 'area', at: 3, pinned: true, width: 200 },
    { name: 'id', at: 0, hidden: true },
    { name: '', at: 5, to: 1 }
  ]
  const base = { key: 'k', page: null, natural: [], widths: [60, 70, 80, 90, 100, 110] }
  const layout = arrange(choices, 6, named(NAMES), base)
  for (const [position, column] of layout.order.entries()) {
    assert.equal(offsetOf(layout, position + 1) - offsetOf(layout, position), widthOf(layout, column))
  }
  assert.equal(pinnedWidth(layout), 200)
  assert.equal(fullWidth(layout), 200 + 70 + 80 + 100 + 110)
})

test('the position at a distance is the one whose offsets hold it', () => {
  const layout = arrange([], 300, () => null, {
    key: '',
    page: null,
    natural: [],
    widths: Array.from({ length: 300 }, (_, i) => 40 + ((i * 37) % 90))
  })
  for (let x = 0; x < fullWidth(layout); x += 17) {
    const position = positionAt(layout, x)
    assert.ok(offsetOf(layout, position) <= x && x < offsetOf(layout, position + 1))
  }
  assert.equal(positionAt(layout, -50), 0)
  assert.equal(positionAt(layout, 1e9), 299)
})

test('a text in sight that is cut a little on another page moves nothing; one cut by half grows, as one out of sight', () => {
  const doc = { ...DOC, columns: 10 }
  const text = (page_no, longest) => ({ ...page(10, () => longest), page_no, kinds: Array(10).fill('text') })
  const first = layOut(EMPTY, [], doc, text(1, 15), SIGHT, measure)
  const seen = widthsOf(first).filter((_, position) => offsetOf(first, position + 1) < 1000)
  assert.ok(seen.length > 3 && seen.length < 9)
  const second = layOut(first, [], doc, text(2, 17), SIGHT, measure)
  assert.deepEqual(widthsOf(second).slice(0, seen.length), seen)
  assert.ok(widthOf(second, 9) > widthOf(first, 9))
  const third = layOut(second, [], doc, text(3, 300), SIGHT, measure)
  assert.ok(widthOf(third, 0) > seen[0])
})

test('few columns never shrink from page to page, and fill no more than they need', () => {
  const doc = { ...DOC, columns: 3 }
  let layout = EMPTY
  let before = [0, 0, 0]
  for (const longest of [4, 30, 2, 12]) {
    layout = layOut(
      layout,
      [],
      doc,
      page(3, () => longest),
      SIGHT,
      measure
    )
    const now = widthsOf(layout)
    assert.ok(now.every((width, i) => width >= before[i]))
    before = now
  }
})

test('of many columns each is fitted once, when it is first seen, and the others are taken to be alike', () => {
  const doc = { ...DOC, columns: 500 }
  const first = layOut(
    EMPTY,
    [],
    doc,
    page(500, () => 10, [[1, 100]]),
    SIGHT,
    measure
  )
  const seen = widthOf(first, 0)
  assert.ok(widthsOf(first).every(width => width === seen))
  const second = layOut(
    first,
    [],
    doc,
    page(500, () => 40, [[51, 150]]),
    SIGHT,
    measure
  )
  for (const [column, width] of widthsOf(second).entries()) {
    if (column >= 100 && column < 150) assert.ok(width > seen)
    else assert.equal(width, seen)
  }
  const third = layOut(
    second,
    [],
    doc,
    page(500, () => 90, [[51, 150]]),
    SIGHT,
    measure
  )
  assert.equal(third.offsets, second.offsets, 'nothing new has been seen')
})

test('another reading or another number of columns is fitted anew, and the same page is not fitted twice', () => {
  const doc = { ...DOC, columns: 3 }
  const wide = layOut(
    EMPTY,
    [],
    doc,
    page(3, () => 60),
    SIGHT,
    measure
  )
  const again = page(3, () => 2, [[1, 3]], 2)
  const fresh = layOut(wide, [], doc, again, SIGHT, measure)
  assert.ok(fullWidth(fresh) < fullWidth(wide))
  assert.equal(layOut(fresh, [], doc, again, SIGHT, measure), fresh)
  assert.equal(layOut(fresh, [], { ...doc, columns: 4 }, again, SIGHT, measure).positions.length, 4)
})

test('where the view chooses columns, hiding and moving rest, and pins and widths hold', () => {
  const choices = [
    { name: 'a', at: 0, hidden: true },
    { name: 'c', at: 2, to: 0, width: 300 },
    { name: 'd', at: 3, pinned: true },
    { name: 'e', at: 4, pinned: true }
  ]
  const names = ['a', 'b', 'c', 'd', 'e']
  const layout = arrange(choices, 5, named(names), undefined, [1, 0, 3, 2, 9])
  assert.deepEqual([...layout.order], [3, 1, 0, 2])
  assert.deepEqual([layout.pinned, widthOf(layout, 2)], [1, 300])
  assert.deepEqual(arrangement(layout), { hidden: 0, pinned: 0, moved: false })
  assert.deepEqual([...arrange(choices, 5, named(names)).order], [3, 4, 2, 1])
})
