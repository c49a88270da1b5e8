import assert from 'node:assert/strict'
import test from 'node:test'

import { COLOURS, colourOf, initial } from '../../../static/js/text/avatar.js'
import { example } from '../vectors.js'

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

test('every colour stands out from its panel, and its letter is readable', () => {
  for (const [light, dark] of COLOURS) {
    assert.ok(contrast(light, '#ffffff') >= 4.5, `${light} on white, and white on it`)
    assert.ok(contrast(dark, '#1a1e22') >= 4.5, `${dark} on the dark panel`)
    assert.ok(contrast(dark, '#14171a') >= 4.5, `dark letters on ${dark}`)
  }
})

test('ten people with ten colours of the server look different', () => {
  const chosen = new Set(COLOURS.map((_, colour) => colourOf({ who: 'ffffffffffff', colour })))
  assert.equal(chosen.size, 10)
  assert.equal(COLOURS.length, 10)
})

test('without a colour of the server, a person has the colour it tries first', () => {
  for (const { who, colour } of example('json to-viewer', 'people').people) {
    assert.equal(colourOf({ who }), colourOf({ who: '', colour }))
  }
  assert.equal(colourOf({ who: '' }), `light-dark(${COLOURS[0]})`)
})

test('an initial is one whole character', () => {
  assert.equal(initial('otter'), 'O')
  assert.equal(initial(' 東京'), '東')
  assert.equal(initial('😀 hi'), '😀')
  assert.equal(initial(''), '?')
})
