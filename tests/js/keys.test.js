import assert from 'node:assert/strict'
import test from 'node:test'

import { actionFor, LISTED } from '../../static/js/keys.js'

const press = (key, held = {}) => ({ key, ctrl: false, alt: false, meta: false, shift: false, ...held })
const MIDDLE = { atTop: false, atBottom: false }
const TOP = { atTop: true, atBottom: false }
const BOTTOM = { atTop: false, atBottom: true }

test('a screenful comes before the next page', () => {
  for (const key of ['PageDown', ' ']) {
    assert.equal(actionFor(press(key), MIDDLE), 'screen-down')
    assert.equal(actionFor(press(key), BOTTOM), 'next')
  }
})

test('a screenful comes before the previous page', () => {
  for (const down of [press('PageUp'), press(' ', { shift: true })]) {
    assert.equal(actionFor(down, MIDDLE), 'screen-up')
    assert.equal(actionFor(down, TOP), 'previous')
  }
})

test('first and last page have the keys of a pager and of a spreadsheet', () => {
  assert.equal(actionFor(press('g'), MIDDLE), 'first')
  assert.equal(actionFor(press('G', { shift: true }), MIDDLE), 'last')
  assert.equal(actionFor(press('Home', { ctrl: true }), MIDDLE), 'first')
  assert.equal(actionFor(press('End', { ctrl: true }), MIDDLE), 'last')
})

test("the browser's own keys are left to it", () => {
  for (const key of ['c', 'g', 'p', 'f', 'PageDown']) assert.equal(actionFor(press(key, { ctrl: true }), MIDDLE), null)
  for (const key of ['ArrowLeft', 'g']) assert.equal(actionFor(press(key, { alt: true }), MIDDLE), null)
  assert.equal(actionFor(press('g', { meta: true }), MIDDLE), null)
  assert.equal(actionFor(press('Tab'), MIDDLE), null)
})

test('every key that is listed does something', () => {
  const names = { Space: ' ', Esc: 'Escape' }
  for (const [keys] of LISTED) {
    for (const key of keys) {
      const shift = key.startsWith('Shift+')
      const bare = key.replace('Shift+', '')
      assert.ok(actionFor(press(names[bare] ?? bare, { shift }), MIDDLE), key)
    }
  }
})
