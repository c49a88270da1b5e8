import assert from 'node:assert/strict'
import test from 'node:test'

import { arrange, fullWidth, offsetOf, pinnedWidth } from '../../../static/js/grid/layout.js'
import {
  ahead,
  anchorShift,
  drawnWidths,
  isDrawn,
  leftToShow,
  nearest,
  nextRequest,
  pageAt,
  positionsBetween,
  positionsToRequest,
  rowsNear,
  thumbOf,
  windowOf
} from '../../../static/js/grid/windowing.js'

const widened = (widths, choices = []) => {
  return arrange(choices, widths.length, column => `${column}`, { key: '', page: null, natural: [], widths })
}
const pin = column => ({ name: `${column}`, at: column, pinned: true })
const HUNDREDS = widened(Array(20_000).fill(100))
const PINNED = widened(Array(20_000).fill(100), [pin(7), pin(9000)])
const viewport = (scrollLeft, clientWidth = 1440, scrollTop = 0, clientHeight = 810) => ({
  scrollLeft,
  clientWidth,
  scrollTop,
  clientHeight
})

test('the columns in sight are those that a search from the left finds', () => {
  const widths = Array.from({ length: 300 }, (_, i) => 40 + ((i * 37) % 90))
  const layout = widened(widths)
  for (let left = 0; left < fullWidth(layout); left += 173) {
    const right = left + 1000
    const inSight = widths.map((_, i) => i).filter(i => offsetOf(layout, i) <= right && offsetOf(layout, i + 1) > left)
    const { from, to } = positionsBetween(layout, left, right)
    assert.deepEqual([from, to], [inSight[0], inSight.at(-1) + 1])
  }
})

test('what is drawn holds what is in sight, wherever one has scrolled', () => {
  for (const layout of [HUNDREDS, PINNED]) {
    for (const left of [0, 1, 99, 100, 5000, 1_234_567, 1_998_560]) {
      const drawn = windowOf(layout, viewport(left), 27, 100, 49)
      assert.ok(isDrawn(drawn, layout, viewport(left), 27, 100))
      const { from, to } = positionsBetween(layout, left + pinnedWidth(layout), left + 1440)
      for (const column of layout.order.subarray(from, to)) assert.ok(drawn.columns.includes(column))
      for (const column of layout.order.subarray(0, layout.pinned)) assert.ok(drawn.columns.includes(column))
      assert.ok(drawn.columns.length < 60)
      assert.equal(new Set(drawn.columns).size, drawn.columns.length)
    }
  }
})

test('a little scrolling draws nothing new, and a lot does', () => {
  const drawn = windowOf(HUNDREDS, viewport(500_000, 1440, 1000), 27, 100, 49)
  for (const by of [-300, 0, 300]) assert.ok(isDrawn(drawn, HUNDREDS, viewport(500_000 + by, 1440, 1000), 27, 100))
  for (const by of [-500, 500]) assert.ok(!isDrawn(drawn, HUNDREDS, viewport(500_000 + by, 1440, 1000), 27, 100))
  assert.ok(!isDrawn(drawn, HUNDREDS, viewport(500_000, 1440, 2000), 27, 100))
})

test('each drawn column is at its place, behind the pinned ones and the gap', () => {
  for (const layout of [HUNDREDS, PINNED, widened(Array(20).fill(300))]) {
    for (const left of [0, 123_456, 1_998_560]) {
      const drawn = windowOf(layout, viewport(left), 27, 100, 49)
      const { gap, widths } = drawnWidths(drawn, layout)
      let from = 0
      for (const [i, column] of drawn.columns.entries()) {
        if (i === layout.pinned) from += gap
        assert.equal(from, offsetOf(layout, layout.positions[column]))
        from += widths[i]
      }
      assert.equal(gap > 0, drawn.skipped > 0)
    }
  }
})

test('a table of few columns is drawn whole', () => {
  const drawn = windowOf(widened(Array(20).fill(300)), viewport(0, 400), 27, 100, 49)
  assert.equal(drawn.columns.length, 20)
  assert.ok(!drawn.isPartial)
  assert.deepEqual(drawn.rows, { from: 0, to: 100 })
})

test('a table without columns has none in sight', () => {
  assert.deepEqual(windowOf(widened([]), viewport(0), 27, 0, 49).columns, [])
  assert.deepEqual(positionsBetween(widened([]), 0, 1000), { from: 0, to: 0 })
})

test('when widths change, the first whole column in sight stays where it is', () => {
  const widths = Array.from({ length: 2000 }, (_, i) => 60 + (i % 7))
  for (const choices of [[], [pin(3)]]) {
    const before = widened(widths, choices)
    const after = widened(
      widths.map((width, i) => width + ((i * 13) % 50)),
      choices
    )
    const scrollWidth = fullWidth(before) + 49
    const leftOf = (layout, position, scrolled) => offsetOf(layout, position) - pinnedWidth(layout) - scrolled
    for (const left of [0, 5000, 70_003]) {
      const shift = anchorShift(before, after, { ...viewport(left), scrollWidth })
      const { from } = positionsBetween(before, left + pinnedWidth(before), left + pinnedWidth(before))
      const first = leftOf(before, from, left) < -1 ? from + 1 : from
      assert.equal(leftOf(after, first, left + shift), leftOf(before, first, left))
    }
    const end = { ...viewport(fullWidth(before) + 49 - 1440), scrollWidth }
    assert.equal(anchorShift(before, after, end), fullWidth(after) - fullWidth(before))
    const looked = before.order[before.order.length - 5]
    const shift = anchorShift(before, after, end, looked)
    const position = before.positions[looked]
    assert.equal(leftOf(after, position, end.scrollLeft + shift), leftOf(before, position, end.scrollLeft))
    assert.equal(anchorShift(before, after, { ...viewport(0), scrollWidth }, looked), 0, 'it is out of sight')
  }
})

test('to show a column one scrolls so far that all of it is in sight, beside the pinned ones', () => {
  for (const layout of [HUNDREDS, PINNED]) {
    for (const left of [0, 300, 1_000_000]) {
      const drawn = windowOf(layout, viewport(left), 27, 100, 49)
      for (const column of [0, 5, 20, 9999, 10_010, 19_999]) {
        const to = leftToShow(layout, drawn, viewport(left), column)
        const from = offsetOf(layout, layout.positions[column]) - pinnedWidth(layout)
        assert.ok(from >= to && from + 100 <= to + 1440 - 49 - pinnedWidth(layout))
      }
    }
  }
  assert.equal(leftToShow(PINNED, windowOf(PINNED, viewport(700), 27, 100, 49), viewport(700), 9000), 700)
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

test('the page slider begins with the first page and ends with the last', () => {
  assert.deepEqual(thumbOf(1, 30, 600, 24), { top: 0, height: 24 })
  const last = thumbOf(30, 30, 600, 24)
  assert.equal(last.top + last.height, 600)
  assert.deepEqual(thumbOf(1, 1, 600, 24), { top: 0, height: 600 })
})

test("every page's thumb on the slider leads to that page", () => {
  for (const pages of [1, 2, 3, 19, 200]) {
    for (let page = 1; page <= pages; page++) {
      const { top, height } = thumbOf(page, pages, 700, 24)
      assert.equal(pageAt(top + height / 2, pages, 700, 24), page)
    }
  }
})

test('beyond its ends the slider stays at the first and the last page', () => {
  assert.equal(pageAt(-50, 1_000_000, 700, 24), 1)
  assert.equal(pageAt(9999, 1_000_000, 700, 24), 1_000_000)
})

test('the columns that are asked for are those in sight and around, in whole steps', () => {
  for (const left of [0, 3000, 123_456, 1_998_560]) {
    const inSight = positionsBetween(HUNDREDS, left, left + 1440)
    const { from, to } = positionsToRequest(HUNDREDS, viewport(left), null)
    assert.ok(from <= inSight.from && to >= inSight.to)
    assert.equal(from % 16, 0)
    assert.ok(to === 20_000 || to % 16 === 0)
    assert.ok(to - from <= 80)
  }
})

test('the last request will do until one comes near its end', () => {
  const last = positionsToRequest(HUNDREDS, viewport(50_000), null)
  for (const near of [-200, 0, 200]) assert.equal(positionsToRequest(HUNDREDS, viewport(50_000 + near), last), null)
  for (const far of [-3000, 3000]) assert.notEqual(positionsToRequest(HUNDREDS, viewport(50_000 + far), last), null)
})

test('columns are asked for ahead of a hand that scrolls, and those in sight with them', () => {
  assert.equal(ahead(viewport(1000), viewport(1000)).scrollLeft, 1000)
  assert.equal(ahead(viewport(1000), viewport(1040)).scrollLeft, 1040 + 8 * 40)
  for (const [from, to] of [
    [0, 50_000],
    [50_000, 0]
  ]) {
    const inSight = positionsBetween(HUNDREDS, to, to + 1440)
    const asked = positionsToRequest(HUNDREDS, ahead(viewport(from), viewport(to)), null)
    assert.ok(asked.from <= inSight.from && asked.to >= inSight.to)
  }
})

test('on the widest of screens no more is asked for than is sent', () => {
  const { from, to } = positionsToRequest(widened(Array(20_000).fill(56)), viewport(500_000, 30_000), null)
  assert.ok(to - from < 500)
})

test('one request waits for the answer to the one before, and holds pinned columns and those of the details', () => {
  const page = columns => ({ n_columns: 20_000, columns, header: [], kinds: [], cut: [], data: [] })
  const last = { viewer: 'v', columns: [[1, 100]], positions: { from: 0, to: 100 } }
  assert.equal(nextRequest(PINNED, page([]), viewport(50_000), last, []), null)
  const next = nextRequest(PINNED, page([[1, 100]]), viewport(50_000), last, [[300, 301]])
  const asked = column => next.columns.some(([first, last]) => first <= column + 1 && column + 1 <= last)
  for (const column of [7, 9000, 299, 300, 500]) assert.ok(asked(column))
  assert.ok(!asked(15_000))
  assert.equal(nextRequest(PINNED, page(next.columns), viewport(50_000), next, [[300, 301]]), null)
  const few = widened(Array(90).fill(100))
  assert.equal(nextRequest(few, page([[1, 90]]), viewport(0), { viewer: '', columns: [], positions: null }, []), null)
})

test('the rows that are drawn are those in sight and some around, and no others than there are', () => {
  assert.deepEqual(rowsNear(viewport(0), 27, 100, 8), { from: 0, to: 38 })
  assert.deepEqual(rowsNear(viewport(0, 0, 1350), 27, 100, 2), { from: 48, to: 82 })
  assert.deepEqual(rowsNear(viewport(0, 0, 1890), 27, 100, 8), { from: 62, to: 100 })
  assert.deepEqual(rowsNear(viewport(0, 0, 1890), 27, 3, 8), { from: 3, to: 3 })
})
