import assert from 'node:assert/strict'
import test from 'node:test'

import { ACTIONS, actionFor, matchActions, keyLabel } from '../../../static/js/screen/shortcuts.js'
import { called } from '../english.js'

const press = (key, held = {}) => ({ key, ctrl: false, alt: false, meta: false, shift: false, ...held })
const action = (pressed, singles = true) => actionFor(pressed, { singles })

/** The key event of a shortcut. */
function pressed(name) {
  const parts = name.split('+')
  const key = parts.at(-1)
  const shift = parts.includes('Shift')
  return press(key === 'Space' ? ' ' : shift && key.length === 1 ? key.toUpperCase() : key, {
    ctrl: parts.includes('Ctrl'),
    shift
  })
}

test('every shortcut does its action, and no other', () => {
  const all = ACTIONS.flatMap(({ keys }) => keys)
  assert.equal(new Set(all).size, all.length)
  for (const { id, keys } of ACTIONS)
    for (const key of keys) assert.equal(action(pressed(key)), id === 'doCopy' ? null : id, key)
})

test('the shortcuts are those of a pager, an editor and a spreadsheet', () => {
  const known = {
    PageDown: 'doScreenDown',
    ' ': 'doScreenDown',
    g: 'doFirst',
    j: 'doDown',
    ArrowDown: 'doDown',
    '/': 'doFind',
    n: 'doFindNext',
    Enter: 'doRecord',
    '?': 'doKeys'
  }
  for (const [key, id] of Object.entries(known)) assert.equal(action(press(key)), id)
  assert.equal(action(press('G', { shift: true })), 'doLast')
  assert.equal(action(press('?', { shift: true })), 'doKeys')
  assert.equal(action(press(' ', { shift: true })), 'doScreenUp')
  assert.equal(action(press('C', { ctrl: true, shift: true })), 'doCopyNamed')
  assert.equal(action(press('End', { ctrl: true })), 'doLast')
})

test('on a Mac the command key works as the control key', () => {
  assert.equal(action(press('k', { meta: true })), 'doPalette')
  assert.equal(action(press('a', { meta: true })), 'doSelectAll')
})

test("the browser's own keys are left to it, copying included", () => {
  for (const key of ['c', 'v', 'f', 'p', 'l', 'PageDown', '/'])
    assert.equal(action(press(key, { ctrl: true })), null, key)
  for (const key of ['ArrowLeft', 'g']) assert.equal(action(press(key, { alt: true })), null)
  assert.equal(action(press('Tab')), null)
})

test('without single-character shortcuts, every other shortcut still works', () => {
  for (const { keys } of ACTIONS) {
    for (const key of keys)
      assert.equal(action(pressed(key), false), key.length === 1 ? null : action(pressed(key)), key)
  }
})

test('every action is found by its words, and those that begin with them come first', () => {
  for (const { id } of ACTIONS)
    assert.ok(
      matchActions(called(id), called).some(found => found.id === id),
      id
    )
  assert.equal(matchActions('NEXT page', called)[0]?.id, 'doNext')
  assert.deepEqual(matchActions('no such thing', called), [])
})

test('shortcuts are written as on the keyboard', () => {
  assert.deepEqual(['Shift+ArrowUp', 'Shift+Space', 'Ctrl+Shift+c', 'Ctrl+g', 'g', 'Escape'].map(keyLabel), [
    'Shift+↑',
    'Shift+Space',
    'Ctrl+Shift+C',
    'Ctrl+G',
    'g',
    'Esc'
  ])
})
