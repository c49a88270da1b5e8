import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import test from 'node:test'

import { sha256 } from '../../static/vendor/noble-hashes/sha2.js'

const vendored = new URL('../../static/vendor/noble-hashes/', import.meta.url)
const original = new URL('../../node_modules/@noble/hashes/', import.meta.url)

test('the vendored files are those of the package, byte for byte', () => {
  const names = readdirSync(vendored)
  assert.ok(names.includes('LICENSE') && names.includes('sha2.js'))
  for (const name of names) {
    assert.deepEqual(readFileSync(new URL(name, vendored)), readFileSync(new URL(name, original)), name)
  }
})

test('the version in the vendor notes is the one that is installed', () => {
  const { version } = JSON.parse(readFileSync(new URL('package.json', original), 'utf8'))
  assert.ok(readFileSync(new URL('../README.md', vendored), 'utf8').includes(` ${version},`))
})

test('SHA-256 in pieces agrees with another implementation, wherever the pieces end', () => {
  const bytes = Uint8Array.from({ length: 5000 }, (_, i) => (i * 131) & 255)
  const expected = createHash('sha256').update(bytes).digest('hex')
  for (const step of [1, 63, 64, 65, 4999]) {
    const hash = sha256.create()
    for (let at = 0; at < bytes.length; at += step) hash.update(bytes.subarray(at, at + step))
    assert.equal(Buffer.from(hash.digest()).toString('hex'), expected)
  }
})
