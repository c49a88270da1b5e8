import assert from 'node:assert/strict'
import test from 'node:test'

import { readAnswer } from '../../../static/js/protocol/lines.js'
import { examples } from '../vectors.js'

const [{ body }] = examples('jsonl hits')
const [, sent, partial, answer] = body.split('\n').map(line => JSON.parse(line))

/** The text in pieces of so many characters. */
async function* pieces(text, size) {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size)
}

test('an answer in lines tells how far it is and what has been found, however the lines are cut', async () => {
  for (const size of [1, 7, body.length]) {
    const told = []
    const found = await readAnswer(pieces(body, size), {
      onProgress: percent => told.push(percent),
      onPartial: one => told.push(one)
    })
    assert.deepEqual(found, answer)
    assert.deepEqual(told, [null, sent.percent, partial])
  }
})

test('an answer that fails on the way, or is cut, is an error', async () => {
  const [failed] = examples('json to-viewer').filter(one => one.body.includes('"type":"error"'))
  await assert.rejects(readAnswer(pieces(failed.body, 9)), { code: 'page-out-of-range' })
  await assert.rejects(readAnswer(pieces(body.slice(0, body.indexOf('{', 99)), 9)), TypeError)
})
