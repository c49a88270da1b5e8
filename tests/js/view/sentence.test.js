import assert from 'node:assert/strict'
import test, { afterEach } from 'node:test'

import { setLanguage } from '../../../static/js/text/language.js'
import { words as zh } from '../../../static/js/text/zh.js'
import { columnNames, parseQuery } from '../../../static/js/view/query.js'
import { conditionWords, viewWords } from '../../../static/js/view/sentence.js'
import { words as en } from '../../../static/js/text/en.js'
import { examples } from '../vectors.js'

const [{ body }] = examples('json views')
const shown = JSON.parse(body)
const names = columnNames(shown.header, shown.columns)

afterEach(() => setLanguage(en, 'en'))

for (const example of shown.examples.filter(({ canonical }) => canonical !== undefined)) {
  test(`the example ${example.query.slice(0, 60)} is said as PROTOCOL.md shows`, () => {
    const view = parseQuery(example.query, names)
    setLanguage(en, 'en')
    assert.equal(viewWords(view, names), example.en)
    setLanguage(zh, 'zh-CN')
    assert.equal(viewWords(view, names), example.zh)
  })
}

test('a long value is cut between characters, and hidden ones are shown', () => {
  setLanguage(en, 'en')
  const filter = { column: 1, operator: 'contains', values: [`\t${'😀'.repeat(50)}`] }
  assert.equal(conditionWords(filter, names), `gene contains “␉${'😀'.repeat(39)}…”`)
})
