import assert from 'node:assert/strict'
import test from 'node:test'

import {
  columnsBetween,
  columnsToDraw,
  edges,
  fit,
  grown,
  holds,
  lookAt,
  nearest,
  railPage,
  railWindow,
  rowsToDraw,
  share
} from '../../../static/js/grid/windowing.js'

const measure = (text, bold) => text.length * (bold ? 8 : 7)

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
  fit(rows, [], [...Array(2000).keys()], text => (measured++, text.length))
  assert.ok(measured <= 5 * 2000)
})

test('the columns in sight are those that a search from the left finds', () => {
  const widths = Array.from({ length: 300 }, (_, i) => 40 + ((i * 37) % 90))
  const starts = edges(widths)
  for (let left = 0; left < starts.at(-1); left += 173) {
    const right = left + 1000
    const inSight = widths.map((_, i) => i).filter(i => starts[i] <= right && starts[i + 1] > left)
    const { from, to } = columnsBetween(starts, left, right)
    assert.deepEqual([from, to], [inSight[0], inSight.at(-1) + 1])
  }
})

test('what is drawn holds what is in sight, wherever one has scrolled', () => {
  const starts = edges(Array(20_000).fill(100))
  for (const left of [0, 1, 99, 100, 5000, 1_234_567, 1_998_560]) {
    const drawn = columnsToDraw(starts, left, 1440)
    assert.ok(holds(drawn, columnsBetween(starts, left, left + 1440)))
    assert.ok(drawn.to - drawn.from < 60)
  }
})

test('a table of few columns is drawn whole', () => {
  assert.deepEqual(columnsToDraw(edges(Array(20).fill(300)), 0, 400), { from: 0, to: 20 })
})

test('a table without columns has none in sight', () => {
  assert.deepEqual(columnsToDraw(edges([]), 0, 1000), { from: 0, to: 0 })
  assert.deepEqual(columnsBetween(edges([]), 0, 1000), { from: 0, to: 0 })
})

test('one scrolls no further than it takes to see all of something, or its beginning', () => {
  for (const scrolled of [0, 130, 150, 400, 900]) {
    const at = nearest(scrolled, 500, 560, 300)
    assert.ok(at <= 500 && at + 300 >= 560)
    if (scrolled <= 500 && scrolled + 300 >= 560) assert.equal(at, scrolled)
  }
  assert.equal(nearest(900, 500, 560, 300), 500)
  assert.equal(nearest(0, 500, 560, 300), 260)
  assert.equal(nearest(0, 500, 1200, 300), 500)
})

test('the rail begins with the first page and ends with the last', () => {
  assert.deepEqual(railWindow(1, 30, 600, 24), { top: 0, height: 24 })
  const last = railWindow(30, 30, 600, 24)
  assert.equal(last.top + last.height, 600)
  assert.deepEqual(railWindow(1, 1, 600, 24), { top: 0, height: 600 })
})

test("every page's window on the rail leads to that page", () => {
  for (const pages of [1, 2, 3, 19, 200]) {
    for (let page = 1; page <= pages; page++) {
      const { top, height } = railWindow(page, pages, 700, 24)
      assert.equal(railPage(top + height / 2, pages, 700, 24), page)
    }
  }
})

test('beyond its ends the rail stays at the first and the last page', () => {
  assert.equal(railPage(-50, 1_000_000, 700, 24), 1)
  assert.equal(railPage(9999, 1_000_000, 700, 24), 1_000_000)
})

test('the columns that are asked for are those in sight and around, in whole steps', () => {
  const starts = edges(Array(20_000).fill(100))
  for (const left of [0, 3000, 123_456, 1_998_560]) {
    const inSight = columnsBetween(starts, left, left + 1440)
    const [first, last] = lookAt(starts, left, 1440, null)
    assert.ok(first <= inSight.from + 1 && last >= inSight.to)
    assert.equal((first - 1) % 16, 0)
    assert.ok(last === 20_000 || last % 16 === 0)
    assert.ok(last - first < 64)
  }
})

test('what was asked for last will do until one comes near its end', () => {
  const starts = edges(Array(20_000).fill(100))
  const last = lookAt(starts, 50_000, 1440, null)
  for (const near of [-200, 0, 200]) assert.equal(lookAt(starts, 50_000 + near, 1440, last), null)
  for (const far of [-2000, 2000]) assert.notEqual(lookAt(starts, 50_000 + far, 1440, last), null)
})

test('on the widest of screens no more is asked for than is sent', () => {
  const [first, last] = lookAt(edges(Array(20_000).fill(56)), 500_000, 30_000, null)
  assert.ok(last - first < 500)
})

test('the lines that are drawn are those in sight and some around, and no others than there are', () => {
  assert.deepEqual(rowsToDraw(0, 810, 27, 100), { from: 0, to: 38 })
  assert.deepEqual(rowsToDraw(1350, 810, 27, 100, 2), { from: 48, to: 82 })
  assert.deepEqual(rowsToDraw(1890, 810, 27, 100), { from: 62, to: 100 })
  assert.deepEqual(rowsToDraw(1890, 810, 27, 3), { from: 3, to: 3 })
})
