import assert from 'node:assert/strict'
import test from 'node:test'

import { plainNumber } from '../../../static/js/screen/lenses.js'
import { parseDecimal, formatDecimal } from '../../../static/js/screen/sums.js'
import { isMissing, MISSING } from '../../../static/js/text/format.js'
import { examples } from '../vectors.js'
import '../english.js'

const [{ blank, ...lenses }] = examples('json numbers').map(({ body }) => JSON.parse(body))

/** A sum of one, without the commas that are for people. */
const shown = decimal => decimal && formatDecimal(decimal).replaceAll(',', '')

for (const [lens, cells] of Object.entries(lenses)) {
  test(`the lens “${lens}” reads each cell of PROTOCOL.md as it says there`, () => {
    assert.ok(Object.keys(cells).length > 5)
    for (const [cell, number] of Object.entries(cells)) {
      assert.equal(shown(parseDecimal(plainNumber(cell, lens))), number, cell)
    }
  })
}

test('the cells that stand for a missing value are those of PROTOCOL.md', () => {
  assert.deepEqual([...MISSING].sort(), blank.sort())
  for (const cell of blank) assert.ok(isMissing(` ${cell}\u00a0`), cell)
  for (const cell of ['0', 'no', 'inf', '---']) assert.ok(!isMissing(cell), cell)
})

test('a column that is read as text or as dates has no numbers', () => {
  for (const lens of ['text', 'date']) assert.equal(plainNumber('7', lens), '')
})
