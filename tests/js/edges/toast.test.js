import assert from 'node:assert/strict'
import test from 'node:test'

/** As much of an element as a toast needs. */
class FakeElement {
  hidden = false
  textContent = ''
  childElementCount = 0
  matches = () => false
  toggleAttribute() {}
  append() {}
  replaceChildren() {}
}

/** Let time pass only where the test says so, and for one timer at most. */
function stopClock(t) {
  let now = 0
  let timer = null
  t.mock.method(globalThis, 'setTimeout', (act, ms) => (timer = { act, at: now + ms }))
  t.mock.method(globalThis, 'clearTimeout', () => (timer = null))
  return {
    tick(ms) {
      now += ms
      if (timer && timer.at <= now) timer.act()
    }
  }
}

test('a toast that a lost connection covers stands for all of its time once the connection is back', async t => {
  const elements = new Map()
  const getElementById = id => elements.get(id) ?? elements.set(id, new FakeElement()).get(id)
  Object.assign(globalThis, {
    HTMLElement: FakeElement,
    document: { getElementById, createElement: () => new FakeElement() }
  })
  t.after(() => {
    delete globalThis.HTMLElement
    delete globalThis.document
  })
  const clock = stopClock(t)
  const { createToast } = await import('../../../static/js/edges/toast.js')
  const dismissed = []
  const toast = createToast({ dispatch: event => dismissed.push(event.type) })
  const state = { toast: { kind: 'sentence', text: 'Done' }, connection: { status: 'open' } }
  const lost = { ...state, connection: { status: 'lost', until: 0 } }
  toast.show(state, 0)
  clock.tick(6000)
  toast.show(lost, 0)
  clock.tick(60_000)
  assert.deepEqual(dismissed, [])
  toast.show(state, 0)
  clock.tick(6000)
  assert.deepEqual(dismissed, [])
  clock.tick(1000)
  assert.deepEqual(dismissed, ['toast-dismissed'])
})
