import assert from 'node:assert/strict'
import test from 'node:test'

import { ago, clip, duration, isLink, isPlain, percent, pieces, size, visible } from '../../../static/js/text/format.js'
import '../english.js'

test('every control character is visible, and none is left in the text', () => {
  for (let code = 0; code < 0x20; code++) {
    const text = `a${String.fromCharCode(code)}b`
    assert.equal(isPlain(text), false)
    assert.equal(visible(text), `a${String.fromCharCode(0x2400 + code)}b`)
  }
  assert.equal(visible('\u007f\u0085'), '␡U+0085')
})

test('characters that change the direction of text are named', () => {
  assert.equal(visible('invoice\u202Etxt.exe'), 'invoiceU+202Etxt.exe')
  assert.deepEqual(pieces('a\u202eb'), [
    { text: 'a', mark: false },
    { text: 'U+202E', mark: true },
    { text: 'b', mark: false }
  ])
})

test('ordinary text stays as it is, joined emoji and Persian included', () => {
  for (const text of [
    '',
    'naïve 東京',
    '👩‍🚀',
    'می‌خواهم',
    'שלום',
    '<b>not bold</b>',
    '�',
    'two  blanks',
    '全角　空白'
  ]) {
    assert.equal(isPlain(text), true)
    assert.equal(visible(text), text)
  }
})

test('blanks at the ends of a cell are visible, and so are characters that look like one', () => {
  const shown = text =>
    pieces(text)
      .map(piece => (piece.mark ? `<${piece.text}>` : piece.text))
      .join('')
  assert.equal(shown(' a b  '), '<␣>a b<␣ ␣>')
  assert.equal(shown('     '), '<␣ × 5>')
  assert.equal(shown('10\u00a0000'), '10<NBSP>000')
  assert.equal(shown('a\u3000\u3000'), 'a<U+3000 U+3000>')
  assert.equal(shown('\t a'), '<TAB> a')
})

test('a link is a whole cell, and only http or https', () => {
  for (const text of ['https://example.org/?q=1#x', 'HTTP://EXAMPLE.ORG', 'http://東京.jp/'])
    assert.ok(isLink(text), text)
  const others = [
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://x',
    '//x',
    'see https://x',
    'https://x y',
    'https://',
    'https://x\u202egro',
    ' https://x',
    'https://x"'
  ]
  for (const text of others) assert.ok(!isLink(text), text)
})

test('the pieces of a text are the whole text', () => {
  const text = '\u0000\u0000a\u0007\u001bbc\u200b'
  assert.equal(
    pieces(text)
      .map(piece => piece.text)
      .join('|'),
    'NUL|NUL|a|BEL|ESC|bc|U+200B'
  )
  assert.deepEqual(pieces(''), [])
})

test('a text is never cut within a character', () => {
  assert.equal(clip('short', 10), 'short')
  assert.equal(clip('abcdef', 3), 'abc…')
  assert.equal(clip('ab😀def', 3), 'ab…')
})

test('sizes have at most one digit after the point', () => {
  const sizes = [0, 1, 999, 1000, 1234, 45_600, 999_400, 999_900, 1.2e9, 3e15]
  assert.deepEqual(sizes.map(size), [
    '0 bytes',
    '1 byte',
    '999 bytes',
    '1.0 KB',
    '1.2 KB',
    '46 KB',
    '999 KB',
    '1.0 MB',
    '1.2 GB',
    '3.0 PB'
  ])
})

test('100 % is shown only when it is complete', () => {
  assert.equal(percent(999_999, 1_000_000), '99%')
  assert.equal(percent(5, 5), '100%')
  assert.equal(percent(0, 0), '0%')
})

test('times are written in words', () => {
  const seconds = [0.2, 4, 23, 70, 600, 3600, 7200, 86_400, 400_000]
  assert.deepEqual(seconds.map(duration), [
    '1 second',
    '4 seconds',
    '25 seconds',
    '1 minute',
    '10 minutes',
    '1 hour',
    '2 hours',
    '1 day',
    '5 days'
  ])
})

test('a clock behind the server puts nothing into the future', () => {
  assert.equal(ago(10_000, 0), 'just now')
  assert.equal(ago(0, 240_000), '4 minutes ago')
})
