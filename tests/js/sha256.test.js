import assert from 'node:assert/strict'
import { createHash as createOther } from 'node:crypto'
import test from 'node:test'

import { createHash } from '../../static/js/sha256.js'

/** @param {number} length */
const bytesOf = length => Uint8Array.from({ length }, (_, i) => (i * 131 + length) & 255)

function digest(bytes, step) {
  const hash = createHash()
  for (let at = 0; at < bytes.length; at += step) hash.add(bytes.subarray(at, at + step))
  return hash.digest()
}

test('it is SHA-256, as the standard has it', () => {
  assert.equal(digest(new TextEncoder().encode('abc'), 3), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  assert.equal(createHash().digest(), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
})

test('it agrees with another implementation on every length and wherever the pieces end', () => {
  for (let length = 0; length < 200; length++) {
    const expected = createOther('sha256').update(bytesOf(length)).digest('hex')
    for (const step of [1, 63, 64, 65, 200]) assert.equal(digest(bytesOf(length), step), expected, `${length} bytes by ${step}`)
  }
})
