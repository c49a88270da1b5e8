import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import test from 'node:test'

const root = new URL('../../', import.meta.url)
const read = path => readFileSync(new URL(path, root), 'utf8')
const list = folder => readdirSync(new URL(folder, root)).map(name => `${folder}${name}`)

const pure = list('static/js/').filter(path => path.endsWith('.js') && !path.endsWith('/app.js'))
const edges = list('static/js/edges/')
const modules = [...pure, ...edges, 'static/js/app.js']

/** What a module imports at once, as paths from the root. */
const importsOf = path => targets(path, /^import [^']*'(\.[^']+)'/gm)

/** What it imports when that is wanted; a path with a name behind it is a type. */
const importsLater = path => targets(path, /\bimport\('(\.[^']+)'\)(?!\.)/gm)

const targets = (path, pattern) =>
  [...read(path).matchAll(pattern)].map(([, target]) => new URL(target, new URL(path, root)).pathname.slice(root.pathname.length))

test('flat modules know no edge, no clock, no chance and no browser', () => {
  for (const path of pure) {
    assert.deepEqual([...importsOf(path), ...importsLater(path)].filter(target => !pure.includes(target)), [], path)
    const code = read(path).replace(/\/\*[^]*?\*\/|\/\/.*/g, '')
    assert.doesNotMatch(code, /\b(document|window|location|navigator|localStorage)\.|Date\.now|Math\.random|setTimeout/, path)
  }
})

test('only one file names WebSocket', () => {
  const naming = modules.filter(path => /\bWebSocket\(/.test(read(path)))
  assert.deepEqual(naming, ['static/js/edges/wire.js'])
})

test('text reaches the page as text only', () => {
  for (const path of modules) {
    assert.doesNotMatch(read(path), /innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|DOMParser|\beval\b/, path)
  }
})

test('the page asks at once for every module that its first rows need, and for no other', () => {
  const reached = new Set()
  const walk = path => {
    if (reached.has(path)) return
    reached.add(path)
    importsOf(path).forEach(walk)
  }
  walk('static/js/app.js')
  reached.delete('static/js/app.js')
  reached.add('static/js/en.js') // or zh.js: the one that is spoken
  const page = read('templates/index.html').replace('{% if phrase("lang") == "en" %}en{% else %}zh{% end %}', 'en')
  const preloaded = [...page.matchAll(/modulepreload" href="{{ static }}\/([^"]+)"/g)].map(match => `static/${match[1]}`)
  assert.deepEqual(preloaded.sort(), [...reached].sort())
})

test('templates hold no script and no style of their own', () => {
  for (const path of list('templates/')) {
    assert.doesNotMatch(read(path), /<script(?![^>]* src=)|<style| style=| on[a-z]+=/i, path)
  }
})

test('every sample is a table with as many cells in each row', () => {
  for (const path of list('static/samples/')) {
    const [header, ...rows] = read(path).replace(/\n$/, '').split('\n').map(line => line.split('\t'))
    assert.ok(rows.length >= 20 && rows.length < 300, path)
    for (const row of rows) assert.equal(row.length, header.length, `${path}: ${row}`)
  }
})
