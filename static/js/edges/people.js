/** Who is here: rounds in the header, names behind them, and my own name to change. */

import { number, phrase } from '../language.js'
import { colourOf, initial } from '../names.js'
import { named } from '../words.js'
import { attribute, make, part } from './dom.js'

const SHOWN = 4

/**
 * @typedef {{who: string, name: string, colour?: number}} Someone
 * @typedef {import('../state.js').State} State
 */

/** @param {(name: string) => void} onName */
export function createPeople(onName) {
  const details = part('people', HTMLDetailsElement)
  const summary = part('people-summary', HTMLElement)
  const list = part('people-list', HTMLElement)
  const field = part('my-name', HTMLInputElement)
  /** @type {State['people'] | null} */
  let people = null
  /** @type {State['me'] | null} */
  let me = null

  function rename() {
    const name = field.value.trim()
    if (name && name !== me?.name) onName(name)
    else if (me) field.value = me.name
  }

  part('rename', HTMLFormElement).addEventListener('submit', event => {
    event.preventDefault()
    rename()
    close()
  })
  field.addEventListener('change', rename)
  document.addEventListener('pointerdown', event => {
    if (details.open && event.target instanceof Node && !details.contains(event.target)) details.open = false
  })

  /** Whether there was something to close. */
  function close() {
    if (!details.open) return false
    details.open = false
    summary.focus()
    return true
  }

  return {
    close,
    /** @param {State} state */
    show(state) {
      if (state.people === people && state.me === me) return
      people = state.people
      me = state.me
      if (document.activeElement !== field) field.value = me.name
      const mine = people.people.find(person => person.who === state.me.who) ?? state.me
      const others = people.people.filter(person => person.who !== state.me.who)
      const count = Math.max(people.count, others.length + 1)
      const rounds = others.slice(0, SHOWN - 1).map(person => avatar(person, false))
      const more = count - 1 - rounds.length
      summary.replaceChildren(avatar(mine, true), ...rounds)
      if (more > 0) summary.append(make('span', 'avatar count', `+${number(more)}`))
      summary.append(make('span', 'avatar count all', number(count))) // what a narrow screen shows instead
      attribute(summary, 'aria-label', phrase('people', { n: count }))
      list.replaceChildren(item(mine, true), ...others.map(person => item(person, false)))
      const unlisted = count - 1 - others.length
      if (unlisted > 0) list.append(make('li', 'soft', phrase('andMore', { n: unlisted })))
    },
  }
}

/** @param {Someone} person @param {boolean} me */
function avatar(person, me) {
  const round = make('span', me ? 'avatar me' : 'avatar', me ? phrase('me') : initial(named(person.name)))
  const { light, dark } = colourOf(person)
  round.style.setProperty('--who-light', light)
  round.style.setProperty('--who-dark', dark)
  round.ariaHidden = 'true'
  round.title = me ? phrase('isYou', { name: named(person.name) }) : named(person.name)
  return round
}

/** @param {Someone} person @param {boolean} me */
function item(person, me) {
  const line = make('li')
  line.append(avatar(person, me), make('bdi', '', named(person.name)))
  if (me) line.append(make('span', 'soft', phrase('you')))
  return line
}
