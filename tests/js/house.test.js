import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import test from 'node:test'

const root = new URL('../../', import.meta.url)
const read = path => readFileSync(new URL(path, root), 'utf8')
const list = folder => readdirSync(new URL(folder, root)).map(name => `${folder}${name}`)

test('every exported type has a name of its own', () => {
  const files = readdirSync(new URL('static/js/', root), { recursive: true }).filter(name => name.endsWith('.js'))
  const names = files.flatMap(name =>
    [...read(`static/js/${name}`).matchAll(/@typedef (?:\{object\}|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}) (\w+)/g)]
      .filter(([whole, type]) => !whole.includes(`import(`) || !whole.includes(`.${type}}`))
      .map(([, type]) => type)
  )
  assert.deepEqual(
    names.filter((type, i) => names.indexOf(type) !== i),
    []
  )
  assert.ok(names.includes('State') && names.includes('Doc') && names.includes('Toast'))
})

test('templates hold no script and no style of their own', () => {
  for (const path of list('templates/')) {
    assert.doesNotMatch(read(path), /<script(?![^>]* src=)|<style| style=| on[a-z]+=/i, path)
  }
})

test('every sample is a table with as many cells in each row', () => {
  for (const path of list('static/samples/')) {
    const [header, ...rows] = read(path)
      .replace(/\n$/, '')
      .split('\n')
      .map(line => line.split('\t'))
    assert.ok(rows.length >= 20 && rows.length < 300, path)
    for (const row of rows) assert.equal(row.length, header.length, `${path}: ${row}`)
  }
})
