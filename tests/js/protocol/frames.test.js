import assert from 'node:assert/strict'
import test from 'node:test'

import * as protocol from '../../../static/js/protocol/frames.js'
import { FrameError, TO_SERVER, TO_VIEWER } from '../checks.js'
import * as others from '../others.js'
import { blocks, bytesOf, example, examples, shownTypes } from '../vectors.js'

const KINDS = {
  'json plain': [others.decodePlain, others.encodePlain],
  'json columns': [protocol.decodeColumns, others.encodeColumns],
  'json find': [protocol.decodeFound, others.encodeFound],
  'json info': [others.decodeInfo, JSON.stringify],
  'json to-server': [others.decodeToServer, protocol.encode],
  'json to-viewer': [protocol.decode, others.encodeToViewer]
}

for (const [info, [decode, encode]] of Object.entries(KINDS)) {
  for (const { body, line } of examples(info)) {
    test(`PROTOCOL.md line ${line}: ${info} is read and written byte for byte`, () => {
      assert.equal(encode(decode(body)), body)
    })
  }
}

for (const { body, line } of examples('hex chunk')) {
  test(`PROTOCOL.md line ${line}: the chunk is read and written byte for byte`, () => {
    const { offset, bytes } = others.decodeChunk(bytesOf(body))
    assert.deepEqual(protocol.encodeChunk(offset, bytes), bytesOf(body))
  })
}

test('every kind of example in PROTOCOL.md is tested here', () => {
  const summaries = [
    'json values',
    'json profile',
    'json shapes',
    'json crossed',
    'json plot',
    'json overview',
    'json changes',
    'json file'
  ] // read as they come
  const tried = new Set([...Object.keys(KINDS), ...summaries, 'jsonl hits', 'hex chunk', 'json numbers', 'json views'])
  assert.deepEqual(new Set(blocks.map(block => block.info)), tried)
})

test('the frames known here are those of PROTOCOL.md, no more and no fewer', () => {
  assert.deepEqual(new Set(Object.keys(TO_SERVER)), shownTypes('json to-server'))
  for (const types of [TO_VIEWER, protocol.MEMBERS])
    assert.deepEqual(new Set(Object.keys(types)), shownTypes('json to-viewer'))
})

const NULLABLE = new Set([
  'select.area',
  'brush.range',
  'brushed.range',
  'document.size',
  'document.restores',
  'page.by',
  'place.page_no',
  'place.follow',
  'give.to',
  'presenter.by',
  'progress.percent'
])
const OPTIONAL = new Set([
  'fetch.version',
  'fetch.view',
  'place.version',
  'place.view',
  'show.row',
  'show.undoes',
  'finish.viewer',
  'hello.language'
])
const DIRECTIONS = { 'json to-server': others.decodeToServer, 'json to-viewer': others.decodeToViewer }

for (const [info, decode] of Object.entries(DIRECTIONS)) {
  for (const type of shownTypes(info)) {
    const whole = example(info, type)
    const broken = value => assert.throws(() => decode(JSON.stringify(value)), FrameError)

    test(`${type}: a member that is missing, unknown or of another type is refused`, () => {
      broken({ ...whole, surprise: 1 })
      for (const name of Object.keys(whole)) {
        const { [name]: _, ...rest } = whole
        if (!OPTIONAL.has(`${type}.${name}`)) broken(rest)
        broken({ ...whole, [name]: { nobody: 'expects this' } })
        if (!NULLABLE.has(`${type}.${name}`)) broken({ ...whole, [name]: null })
      }
    })
  }
}

test('the page refuses a frame with a member too few or too many', () => {
  for (const type of shownTypes('json to-viewer')) {
    const whole = example('json to-viewer', type)
    const broken = value => assert.throws(() => protocol.decode(JSON.stringify(value)), TypeError)
    broken({ ...whole, surprise: 1 })
    for (const name of Object.keys(whole)) {
      const { [name]: _, ...rest } = whole
      broken(rest)
      broken({ ...rest, surprise: 1 })
    }
  }
})

test('the members within a frame are checked too', () => {
  const page = example('json to-viewer', 'page')
  const doc = example('json to-viewer', 'document')
  const people = example('json to-viewer', 'people')
  for (const frame of [
    { ...page, data: [['a', 1]] },
    { ...page, data: ['a'] },
    { ...page, by: { who: 'x' } },
    { ...page, by: { who: 'x', name: 'y', more: 1 } },
    { ...page, page_no: 0 },
    { ...page, page_no: 1.5 },
    { ...page, page_no: '1' },
    { ...page, uuid: page.uuid.toUpperCase() },
    { ...doc, dialect: { ...doc.dialect, header: 1 } },
    { ...doc, dialect: { ...doc.dialect, delimiter: 'comma ' } },
    { ...page, kinds: ['colour'] },
    { ...page, lenses: ['colour'] },
    { ...page, columns: [[1]] },
    { ...page, columns: [1, 3] },
    { ...page, cut: [[1, 2, 0]] },
    { ...doc, version: 0 },
    { ...doc, rows: -1 },
    { ...doc, created: 'yesterday' },
    { ...people, people: [{ ...people.people[0], name: null }] }
  ]) {
    assert.throws(() => others.decodeToViewer(JSON.stringify(frame)), FrameError)
  }
})

test('a message that is no frame is refused', () => {
  for (const text of ['', 'hello', '1', 'null', '[]', '{}', '{"type":1}', '{"type":"toString"}', '{"type":"turn"']) {
    assert.throws(() => others.decodeToServer(text), FrameError)
    assert.throws(() => protocol.decode(text))
  }
})

test('a frame for the server is not one for a viewer', () => {
  assert.throws(() => protocol.decode('{"type":"cancel"}'), TypeError)
  assert.throws(() => others.decodeToServer('{"type":"stored","offset":1}'), FrameError)
})

test('members may come in any order, and are kept in the order of PROTOCOL.md', () => {
  assert.equal(
    JSON.stringify(others.decodeToServer('{"size":1,"viewer":"","name":"a","type":"upload"}')),
    '{"type":"upload","name":"a","size":1,"viewer":""}'
  )
})

test('a name has up to 60 characters, whatever they are', () => {
  const hello = name => protocol.encode({ type: 'hello', name, key: '' })
  others.decodeToServer(hello('😀'.repeat(60)))
  assert.throws(() => others.decodeToServer(hello('x'.repeat(61))), FrameError)
})

test('a chunk can begin beyond four gigabytes', () => {
  const chunk = protocol.encodeChunk(2 ** 40 + 7, Uint8Array.of(1, 2, 3))
  assert.deepEqual(others.decodeChunk(chunk), { offset: 2 ** 40 + 7, bytes: Uint8Array.of(1, 2, 3) })
})

test('a chunk too short to say where it belongs is refused', () => {
  assert.throws(() => others.decodeChunk(new Uint8Array(7)), FrameError)
})
