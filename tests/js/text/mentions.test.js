import assert from 'node:assert/strict'
import test from 'node:test'

import { splitMentions } from '../../../static/js/text/mentions.js'

const links = text =>
  splitMentions(text)
    .filter(piece => piece.row || piece.href)
    .map(({ text: _, ...link }) => link)

for (const [text, ...expected] of [
  ['look at row 5203', { row: 5203 }],
  ['Row 5,203, please', { row: 5203 }],
  ['row 5\u202f203', { row: 5203 }],
  ['rows 10-20 and rows 30 – 40', { row: 10 }, { row: 30 }],
  ['row 7 column 3 is odd', { row: 7, column: 3 }],
  ['row 7, column 3', { row: 7, column: 3 }],
  ['see #row=12 or #cell=4,1-6,2.', { row: 12 }, { row: 4, column: 1 }],
  ['cell 4,1 and Cell 5, 203', { row: 4, column: 1 }, { row: 5, column: 203 }],
  ['单元格 4,1', { row: 4, column: 1 }],
  ['请看第 5203 行第 2 列', { row: 5203, column: 2 }],
  ['row 1 row 2', { row: 1 }, { row: 2 }],
  ['https://example.org/a?b=c#d.', { href: 'https://example.org/a?b=c#d' }],
  ['(http://example.org)', { href: 'http://example.org' }]
]) {
  test(`links: ${text}`, () => assert.deepEqual(links(text), expected))
}

for (const text of [
  'row',
  'row x',
  'row 0',
  'arrow 5',
  'cell 4',
  'excell 4,1',
  'rowing 5',
  '5 rows',
  'row 1.5',
  'row 3a4',
  'javascript:alert(1)',
  'data:text/html,x',
  '//example.org',
  'ftp://example.org',
  'https://',
  'row 99999999999999999999',
  '#row=',
  '第行'
]) {
  test(`no links: ${text}`, () => assert.deepEqual(links(text), []))
}

test('nothing of a message is lost or changed', () => {
  for (const text of ['', 'row 5', 'a row 5 b row 6', '<b>row 5</b>', 'https://x.y row 1', ' row 5 ', '😀 row 5 😀']) {
    assert.equal(
      splitMentions(text)
        .map(piece => piece.text)
        .join(''),
      text
    )
  }
})

test('a link leads to the web or into this table, whatever stands around it', () => {
  for (const { href } of links('https://a.b/"onclick=x http://c.d/<script> HTTPS://E.F/')) {
    assert.match(new URL(href).protocol, /^https?:$/)
    assert.doesNotMatch(href, /["<>]/)
  }
})
