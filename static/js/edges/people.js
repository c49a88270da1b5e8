/** Who is here: rounds in the header, names behind them, and my own name to change. */

import { circle } from '../alone.js'
import { number, phrase } from '../language.js'
import { initial } from '../names.js'
import { named, whereabouts } from '../words.js'
import { attribute, drawer, enter, inColour, make, part } from './dom.js'

const SHOWN = 4

/**
 * @typedef {import('../protocol.js').Present} Present
 * @typedef {{who: string, name: string, colour?: number}} Someone
 * @typedef {import('../state.js').State} State
 */

/** @param {{onName: (name: string) => void, onFollow: (who: string | null) => void, onGive: (who: string) => void}} handlers */
export function createPeople({ onName, onFollow, onGive }) {
  const { details, close } = drawer('people')
  const summary = part('people-summary')
  const list = part('people-list')
  const field = part('my-name', HTMLInputElement)
  /** @type {State['people'] | null} */
  let people = null
  /** @type {State['me'] | null} */
  let me = null
  /** @type {State['alone']} */
  let alone = null
  /** @type {State['wheel'] | null} */
  let wheel = null

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

  list.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest('button') : null
    if (!button) return
    const { who = '', give } = button.dataset
    if (give) return onGive(give)
    onFollow(who === alone?.follow ? null : who)
  })

  return {
    close,
    /** Open at my name, to be written over. */
    askName() {
      details.open = true
      enter('my-name')
    },
    /** @param {State} state */
    show(state) {
      if (state.people === people && state.me === me && state.alone === alone && state.wheel === wheel) return
      people = state.people
      me = state.me
      alone = state.alone
      wheel = state.wheel
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
      list.replaceChildren(myself(mine), ...others.map(person => item(person, state)))
      const unlisted = count - 1 - others.length
      if (unlisted > 0) list.append(make('li', 'soft', phrase('andMore', { n: unlisted })))
    },
  }
}

/** @param {Someone} person @param {boolean} me */
function avatar(person, me) {
  const round = make('span', me ? 'avatar me' : 'avatar', me ? phrase('me') : initial(named(person.name)))
  round.ariaHidden = 'true'
  round.title = me ? phrase('isYou', { name: named(person.name) }) : named(person.name)
  return inColour(round, person)
}

/** @param {Someone} person */
function myself(person) {
  const line = make('li')
  line.append(avatar(person, true), make('bdi', '', named(person.name)), make('span', 'soft', phrase('you')))
  return line
}

/** @param {Present} person @param {State} state */
function item(person, state) {
  const { alone, wheel, me } = state
  const line = make('li')
  const button = line.appendChild(make('button'))
  const name = named(person.name)
  button.type = 'button'
  button.dataset['who'] = person.who
  const followed = person.who === alone?.follow
  button.ariaPressed = String(followed)
  button.title = phrase(followed ? 'unfollow' : 'follow', { name })
  button.disabled = !followed && circle(state, person.who).length > 0
  button.append(avatar(person, false), make('bdi', '', name), make('span', 'soft', whereabouts(person, me.who)))
  if (wheel.by?.who === me.who && wheel.asking.some(({ who }) => who === person.who)) {
    const give = line.appendChild(make('button', 'give', phrase('handOver')))
    give.type = 'button'
    give.dataset['give'] = person.who
    give.title = phrase('asksWheel', { name })
  }
  return line
}
