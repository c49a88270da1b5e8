import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import test from 'node:test'

import { bundle } from '../../scripts/vendor.mjs'
import { SHA256 } from '../../static/vendor/sha256.js'

const read = path => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

test('the vendored file is built from the package, byte for byte', () => {
  assert.equal(read('static/vendor/sha256.js'), bundle())
  assert.equal(read('static/vendor/stablelib.LICENSE'), read('node_modules/@stablelib/sha256/LICENSE'))
})

test('the version in the vendor notes is the one that is installed', () => {
  const { version } = JSON.parse(read('node_modules/@stablelib/sha256/package.json'))
  assert.ok(read('static/vendor/README.md').includes(` ${version},`))
})

test('SHA-256 in pieces agrees with another implementation, wherever the pieces end', () => {
  const bytes = Uint8Array.from({ length: 5000 }, (_, i) => (i * 131) & 255)
  const expected = createHash('sha256').update(bytes).digest('hex')
  for (const step of [1, 63, 64, 65, 4999]) {
    const hash = new SHA256()
    for (let at = 0; at < bytes.length; at += step) hash.update(bytes.subarray(at, at + step))
    assert.equal(Buffer.from(hash.digest()).toString('hex'), expected)
    assert.equal(Buffer.from(hash.digest()).toString('hex'), expected, 'a second digest is the same')
  }
})
