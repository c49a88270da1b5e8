import assert from 'node:assert/strict'
import test from 'node:test'

import { likelyActions, matchActions, shortcutOf } from '../../../static/js/screen/shortcuts.js'
import { select } from '../../../static/js/grid/selection.js'
import { fold, start } from '../../../static/js/state/state.js'
import { ACTIONS, called } from '../english.js'
import { example } from '../vectors.js'

const doc = example('json to-viewer', 'document')

const press = (key, held = {}) => ({
  key,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  shiftKey: false,
  ...held
})
const action = (pressed, singles = true) => {
  const shortcut = shortcutOf(pressed, singles)
  return ACTIONS.find(({ keys }) => keys.includes(shortcut))?.id ?? null
}

/** The key event of a shortcut. */
function pressed(name) {
  const parts = name.split('+')
  const key = parts.at(-1)
  const shift = parts.includes('Shift')
  return press(key === 'Space' ? ' ' : shift && key.length === 1 ? key.toUpperCase() : key, {
    ctrlKey: parts.includes('Ctrl'),
    shiftKey: shift
  })
}

/** Actions of a key that another action has too, while that one has something to do. */
const SECOND = ['doFilterNext', 'doFilterPrevious', 'doIrregularNext', 'doIrregularPrevious']

test('every shortcut does its action, and no other', () => {
  const first = ACTIONS.filter(({ id }) => !SECOND.includes(id))
  const all = first.flatMap(({ keys }) => keys)
  assert.equal(new Set(all).size, all.length)
  for (const { id, keys } of first) for (const key of keys) assert.equal(action(pressed(key)), id, key)
})

test('the keys of the search step through irregular rows where there is no search', () => {
  const keysOf = Object.fromEntries(ACTIONS.map(({ id, keys }) => [id, keys]))
  assert.deepEqual(keysOf.doIrregularNext, keysOf.doFindNext)
  assert.deepEqual(keysOf.doIrregularPrevious, keysOf.doFindPrevious)
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
  assert.equal(action(press('G', { shiftKey: true })), 'doLast')
  assert.equal(action(press('?', { shiftKey: true })), 'doKeys')
  assert.equal(action(press(' ', { shiftKey: true })), 'doScreenUp')
  assert.equal(action(press('C', { ctrlKey: true, shiftKey: true })), 'doCopyNamed')
  assert.equal(action(press('End', { ctrlKey: true })), 'doTableEnd')
})

test('on a Mac the command key works as the control key', () => {
  assert.equal(action(press('k', { metaKey: true })), 'doPalette')
  assert.equal(action(press('a', { metaKey: true })), 'doSelectAll')
})

test("the browser's own keys are left to it", () => {
  for (const key of ['v', 'f', 'l', 'PageDown', '/']) assert.equal(action(press(key, { ctrlKey: true })), null, key)
  for (const key of ['ArrowLeft', 'g']) assert.equal(action(press(key, { altKey: true })), null)
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
      matchActions(ACTIONS, called(id)).some(found => found.id === id),
      id
    )
  assert.equal(matchActions(ACTIONS, 'NEXT page')[0]?.id, 'doNext')
  const also = [...ACTIONS, { id: 'doOther', name: 'leave', also: 'go 离开 next page' }]
  const found = matchActions(also, 'next').map(({ id }) => id)
  assert.deepEqual([found[0], found.at(-1)], ['doNext', 'doOther'], 'first by their names, then by other words')
  assert.deepEqual(
    matchActions(also, '离开 go').map(({ id }) => id),
    ['doOther']
  )
  assert.deepEqual(matchActions(ACTIONS, 'no such thing'), [])
})

test('shortcuts are written as on the keyboard', () => {
  const signs = { ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc', ContextMenu: 'Menu' }
  const label = key =>
    key
      .replace(/Arrow\w+|Escape|ContextMenu/, name => signs[name])
      .replace(/(?<=\+)[a-z]$/, letter => letter.toUpperCase())
  for (const { labels } of ACTIONS)
    for (const [key, written] of Object.entries(labels)) assert.equal(written, label(key))
})

test('what is likely next follows from what is selected, who is here and where I am', () => {
  const state = fold(fold(start('Heron'), { type: 'opened', uuid: doc.uuid, seen: 0 }), doc)
  const likely = more => likelyActions({ ...state, ...more })
  const selection = select({ row: 5, column: 1 })
  const people = { count: 2, people: [] }
  assert.deepEqual(likely({}).slice(0, 3), ['doFind', 'doGoToRow', 'doCopyLink'])
  assert.deepEqual(likely({ people }).slice(2, 4), ['doPresent', 'doAlone'])
  assert.deepEqual(likely({ people, selection }).slice(0, 2), ['doCopy', 'doLook'])
  assert.equal(likely({ alone: { page_no: 2, follow: null }, selection })[0], 'doRejoin')
  assert.equal(likely({ doc: { ...doc, certain: false } })[0], 'doReading')
  for (const id of likely({ people, selection })) assert.ok(called(id), id)
})
