import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test from 'node:test'

import { createSha256 } from '../../../static/js/protocol/sha256.js'

const hex = bytes => Buffer.from(bytes).toString('hex')
const expected = bytes => createHash('sha256').update(bytes).digest('hex')
const bytesOf = length => Uint8Array.from({ length }, (_, i) => (i * 131) ^ (i >> 8))

test('the hash is the one of another implementation, for every length around a block', () => {
  for (let length = 0; length < 200; length++) {
    const hash = createSha256()
    hash.add(bytesOf(length))
    assert.equal(hex(hash.digest()), expected(bytesOf(length)), `${length} bytes`)
  }
})

test('the ends of the pieces do not matter', () => {
  const bytes = bytesOf(5000)
  for (const step of [1, 7, 55, 56, 63, 64, 65, 128, 4999]) {
    const hash = createSha256()
    for (let at = 0; at < bytes.length; at += step) hash.add(bytes.subarray(at, at + step))
    assert.equal(hex(hash.digest()), expected(bytes), `pieces of ${step} bytes`)
  }
})

test('the examples of FIPS 180-4 have their hashes', () => {
  const hash = createSha256()
  hash.add(new TextEncoder().encode('abc'))
  assert.equal(hex(hash.digest()), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})
