import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import test, { afterEach } from 'node:test'

import { words as en } from '../../../static/js/text/en.js'
import { words as enLater } from '../../../static/js/text/en-questions.js'
import { ago, duration, percent, size } from '../../../static/js/text/format.js'
import { number, phrase, setLanguage } from '../../../static/js/text/language.js'
import { words as zh } from '../../../static/js/text/zh.js'
import { words as zhLater } from '../../../static/js/text/zh-questions.js'
import { ACTIONS, GROUPS } from '../english.js'

const root = new URL('../../../', import.meta.url)
const read = path => readFileSync(new URL(path, root), 'utf8')
const list = folder => readdirSync(new URL(folder, root)).map(name => `${folder}${name}`)
const scripts = readdirSync(new URL('static/js/', root), { recursive: true })
  .map(name => `static/js/${name}`)
  .filter(path => path.endsWith('.js') && !/\/(en|zh)(-questions)?\.js$/.test(path))
const templates = list('templates/').filter(path => path.endsWith('.html'))
const python = [
  ...list('pagecast/edges/http/').filter(path => path.endsWith('.py')),
  'pagecast/protocol/language.py',
  'pagecast/view/sentence.py'
]

const { en: enHere, zh: zhHere } = Object.fromEntries(
  ['en', 'zh'].map(name => [name, JSON.parse(read(`templates/${name}.json`))])
)

const codes = [...read('PROTOCOL.md').matchAll(/^\| `([a-z-]+)` \| \d{3} \|/gm)].map(match => match[1])
const named = text => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(match => match[1]))].sort()
const digits = text => [...new Set(text.match(/\d+/g))].sort()
const withoutComments = text => text.replace(/\/\*[\s\S]*?\*\/|(?<![:'"`\\])\/\/[^\n]*/g, ' ')

/** The string literals of a script, without the values in its templates. */
const literals = script =>
  [...script.matchAll(/'((?:\\.|[^'\\\n])*)'|`((?:\\.|[^`\\])*)`/g)].map(match => ({
    text: (match[1] ?? match[2]).replace(/\$\{[^}]*\}/g, ' '),
    before: script.slice(Math.max(0, match.index - 40), match.index)
  }))

afterEach(() => setLanguage(en, 'en'))

test('a catalogue has a key and its text on each line, as the server reads it', () => {
  for (const [name, words] of [
    ['en', en],
    ['zh', zh]
  ]) {
    const lines = [...read(`static/js/text/${name}.js`).matchAll(/^ {2}(\w+): '(.*)',?$/gm)]
    assert.deepEqual(Object.fromEntries(lines.map(([, key, text]) => [key, text])), words)
    const ours = [...read(`templates/${name}.json`).matchAll(/^ {2}"([\w-]+)":/gm)]
    const keys = [...lines, ...ours].map(match => match[1])
    assert.equal(new Set(keys).size, keys.length, `${name} says something twice`)
  }
})

test('both languages say the same things, with the same parameters', () => {
  for (const [english, chinese] of [
    [en, zh],
    [enLater, zhLater],
    [enHere, zhHere]
  ]) {
    assert.deepEqual(
      Object.keys(chinese).filter(key => !codes.includes(key)),
      Object.keys(english)
    )
    for (const [key, text] of Object.entries(english)) {
      for (const form of text.split('|')) assert.deepEqual(named(form), named(chinese[key]), key)
      assert.deepEqual(digits(text), digits(chinese[key]), key)
      assert.ok(!chinese[key].includes('|'), `${key}: Chinese has one form`)
      assert.ok(text.split('|').length === 1 || named(text).includes('n'), `${key}: nothing says which form`)
      assert.ok(chinese[key].trim() && text.trim(), key)
    }
  }
})

test('every error has a text in both languages', () => {
  const inWords = codes.filter(
    code =>
      ![
        'bad-frame',
        'bad-request',
        'wrong-offset',
        'cannot-grow',
        'already-growing',
        'other-tus',
        'wrong-type',
        'too-slow'
      ].includes(code)
  ) // for programs
  assert.deepEqual(
    inWords.filter(code => !(code in zhHere)),
    []
  )
})

test('every text is used, and every text in a template exists', () => {
  const [code, server] = [scripts, python].map(paths => paths.map(read).join('\n'))
  const markup = templates.map(read).join('\n')
  const said = new Set([...markup.matchAll(/phrase\("(\w+)"/g)].map(match => match[1]))
  assert.deepEqual(
    [...said].filter(key => !(key in en) && !(key in enHere)),
    []
  )
  for (const [loop] of markup.matchAll(/\{% for key\b[^%]*%\}/g)) {
    for (const [, key] of loop.matchAll(/"(\w+)"/g)) said.add(key)
  }
  for (const group of GROUPS) said.add(group)
  for (const { id } of ACTIONS) {
    for (const more of ['also', 'hand']) said.add(id.replace('do', more)) // other words for it, and its way by hand
  }
  const isAction = key => /^do[A-Z]/.test(key) // the server lists them all
  assert.deepEqual(
    Object.keys(enHere).filter(isAction),
    ACTIONS.map(({ id }) => id)
  )
  assert.deepEqual(
    Object.keys(enHere).filter(key => !said.has(key) && !isAction(key) && !server.includes(`"${key}"`)),
    []
  )
  const others = /\b(part|drawer|addEventListener|execCommand)\('[\w-]+'|\btype: '[\w-]+'/g // names of other things
  const phrases = code.replace(others, ' ')
  const isSaid = key => phrases.includes(`'${key}'`)
  assert.deepEqual(
    Object.keys(en).filter(key => !isSaid(key)),
    [],
    'no browser loads what only the server says'
  )
  assert.deepEqual(
    Object.keys(enLater).filter(key => !isSaid(key) || key in en || key in enHere),
    []
  )
})

test('the page brings the texts without parameters, and its scripts hold the others', () => {
  const [, tuple] = /PLAIN_WORDS = \(([^)]*)\)/.exec(read('pagecast/edges/http/viewer_page.py'))
  const plain = [...tuple.matchAll(/"(\w+)"/g)].map(([, key]) => key)
  const asked = scripts.flatMap(path => [...read(path).matchAll(/\bphrase\('(\w+)'/g)].map(([, key]) => key))
  const code = scripts.map(read).join('\n')
  assert.deepEqual(
    asked.filter(key => !(key in en) && !(key in enLater) && !plain.includes(key)),
    []
  )
  assert.deepEqual(
    plain.filter(key => !(key in enHere) || !code.includes(`'${key}'`) || named(enHere[key]).length > 0),
    []
  )
  assert.deepEqual(
    Object.keys(en).filter(key => named(en[key]).length === 0),
    []
  )
})

test('scripts hold no text of their own', () => {
  // A sentence begins with a capital or has three words in a row. No literal is shown or announced.
  const sentence = /(^|[^\w.])[A-Z][a-z]+,? [a-z]|[a-z]{2,} [a-z]{2,} [a-z]{2,}|[\u3400-\u9fff]/
  const shown =
    /(\bsay(OrHide)?\(.*, |textContent = |title = |aria(-label|Label)'?,? (= )?|'title', |\bmake\('\w+', '[^']*', )$/
  for (const path of scripts) {
    if (path === 'static/js/protocol/frames.js') continue // its texts go to the console
    if (path === 'static/js/view/code.js') continue // its texts are programs
    for (const { text, before } of literals(withoutComments(read(path)))) {
      const aside =
        /\b(Error|console\.\w+)\([^)]*$|\bmake\('\w+', $|(querySelector(All)?|matches|closest|className =|classList\.\w+)\(?\s*$/.test(
          before
        )
      assert.ok(aside || !sentence.test(text), `${path}: ${text}`)
      assert.ok(!shown.test(before) || !/[A-Za-z]{2}/.test(text) || text === 'Pagecast', `${path}: ${text}`)
    }
  }
})

test('templates hold no text of their own', () => {
  for (const path of templates) {
    const markup = read(path)
      .replace(/\{[{%#][\s\S]*?[}%#]\}/g, '')
      .replace(/<(svg|code|b|kbd|label lang)\b[\s\S]*?<\/\w+>/g, '')
    const texts = [
      ...markup.matchAll(/>([^<]+)</g),
      ...markup.matchAll(/ (?:aria-label|title|alt|placeholder)="([^"]*)"/g)
    ]
    for (const [, text] of texts) assert.doesNotMatch(text.replace('Pagecast', ''), /[A-Za-z]{2}/, path)
  }
})

test('a text has its form for one and its form for many', () => {
  assert.equal(phrase('rows', { n: 1 }), '1 row')
  assert.equal(phrase('rows', { n: 0 }), '0 rows')
  assert.equal(phrase('rows', { n: 2980 }), '2,980 rows')
  assert.equal(phrase('turned', { name: '{page} $& $1', page: 1200 }), '{page} $& $1 turned to page 1,200')
})

test('in Chinese every text is Chinese', () => {
  setLanguage(zh, 'zh-CN')
  assert.equal(phrase('rows', { n: 2980 }), '2,980 行')
  assert.equal(duration(23), '25秒钟')
  assert.equal(ago(0, 240_000), '4分钟前')
})

test('numbers, sizes and percentages follow the locale', () => {
  setLanguage(en, 'en-IN')
  assert.equal(number(1234567), '12,34,567')
  setLanguage(en, 'de')
  assert.equal(size(1234), '1,2 KB')
  assert.equal(percent(1, 3), '33\u00a0%')
})
