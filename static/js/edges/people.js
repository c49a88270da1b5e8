/** Who is here: rounds in the header, names behind them, and my own name to change. */

import { circle } from '../state/browsing.js'
import { number, phrase } from '../text/language.js'
import { initial } from '../text/avatar.js'
import { named, whereabouts } from '../screen/sentences.js'
import { attribute, drawer, enter, inColour, make, makeButton, part } from './dom.js'

const SHOWN = 4

/**
 * @typedef {import('../protocol/frames.js').Present} Present
 * @typedef {{who: string, name: string, colour?: number}} Someone
 * @typedef {import('../state/state.js').State} State
 */

/** @param {{onName: (name: string) => void, onFollow: (who: string | null) => void, onGive: (who: string) => void}} handlers */
export function createPeople({ onName, onFollow, onGive }) {
  const { details, close } = drawer('people')
  const summary = part('people-summary')
  const list = part('people-list')
  const field = part('my-name', HTMLInputElement)
  /** @type {State | null} */
  let shown = null

  function rename() {
    const name = field.value.trim()
    if (name && name !== shown?.me.name) onName(name)
    else if (shown) field.value = shown.me.name
  }

  part('rename', HTMLFormElement).addEventListener('submit', event => {
    event.preventDefault()
    rename()
    close()
  })
  field.addEventListener('change', rename)

  /** @param {Present} person @param {State} state */
  function item(person, state) {
    const { alone, wheel, me } = state
    const { who } = person
    const line = make('li')
    const name = named(person.name)
    const followed = who === alone?.follow
    const button = line.appendChild(makeButton('', '', () => onFollow(followed ? null : who)))
    button.ariaPressed = String(followed)
    button.title = phrase(followed ? 'unfollow' : 'follow', { name })
    button.disabled = !followed && circle(state, who).length > 0
    button.append(avatar(person, false), make('bdi', '', name), make('span', 'soft', whereabouts(person, me.who)))
    if (wheel.by?.who === me.who && wheel.asking.some(one => one.who === who)) {
      line.appendChild(makeButton('give', phrase('handOver'), () => onGive(who))).title = phrase('asksWheel', { name })
    }
    return line
  }

  return {
    close,
    /** Open at my name, to be written over. */
    askName() {
      details.open = true
      enter('my-name')
    },
    /** @param {State} state */
    show(state) {
      const { people, me, alone, wheel } = state
      if (people === shown?.people && me === shown.me && alone === shown.alone && wheel === shown.wheel) return
      if (details.matches(':active')) return // a press on a button that is replaced before its release is no click
      shown = state
      if (document.activeElement !== field) field.value = me.name
      const mine = people.people.find(person => person.who === me.who) ?? me
      const others = people.people.filter(person => person.who !== me.who)
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
    }
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
