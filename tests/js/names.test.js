import assert from 'node:assert/strict'
import test from 'node:test'

import { animal, ANIMALS, COLOURS, colours, initial } from '../../static/js/names.js'

/** Contrast as WCAG 2 defines it, between two `#rrggbb`. */
function contrast(one, other) {
  const [light, dark] = [one, other].map(luminance).sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map(i => {
    const value = parseInt(hex.slice(i, i + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

test('every colour stands out from its panel, and the letter on it can be read', () => {
  for (const { light, dark } of COLOURS) {
    assert.ok(contrast(light, '#ffffff') >= 4.5, `${light} on white, and white on it`)
    assert.ok(contrast(dark, '#1a1e22') >= 4.5, `${dark} on the dark panel`)
    assert.ok(contrast(dark, '#14171a') >= 4.5, `dark letters on ${dark}`)
  }
})

const people = count => Array.from({ length: count }, (_, i) => ({ viewer: `viewer-${i}` }))

test('people in a room have different colours while there are enough', () => {
  const chosen = new Set([...colours(people(COLOURS.length)).values()])
  assert.equal(chosen.size, COLOURS.length)
})

test('in a full room everyone still has a colour', () => {
  const chosen = colours(people(50))
  assert.equal(chosen.size, 50)
  assert.ok([...chosen.values()].every(Boolean))
})

test('the same list gives the same colours on every screen', () => {
  assert.deepEqual(colours(people(7)), colours(people(7)))
})

test('chance picks an animal, whatever it says', () => {
  for (const chance of [0, 0.5, 0.999999, 1]) assert.ok(ANIMALS.includes(animal(() => chance)))
})

test('animals are told apart by their names', () => {
  assert.equal(new Set(ANIMALS).size, ANIMALS.length)
})

test('an initial is one whole character', () => {
  assert.equal(initial('otter'), 'O')
  assert.equal(initial(' 東京'), '東')
  assert.equal(initial('😀 hi'), '😀')
  assert.equal(initial(''), '?')
})
