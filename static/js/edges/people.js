/** The people here: avatars in the header, a list behind them, and my own name to change. */

import { shortName, whereabouts } from '../screen/sentences.js'
import { followCycle, presentPerson } from '../state/browsing.js'
import { initial } from '../text/avatar.js'
import { number, phrase } from '../text/language.js'
import { attribute, drawer, enter, inColour, make, makeButton, onSubmit, part, show } from './dom.js'

/**
 * @import { Present } from '../protocol/frames.js'
 * @import { State } from '../state/state.js'
 */

const MAX_AVATARS = 4
/** What the list is made of. */
const CHANGES = /** @type {const} */ (['people', 'me', 'alone', 'presenter', 'newest'])

/** @typedef {{who: string, name: string, colour?: number}} ColouredPerson */

/**
 * @typedef {object} PeopleHandlers
 * @property {(name: string) => void} onName
 * @property {(who: string | null) => void} onFollow
 * @property {(who: string) => void} onGive
 */

/** @param {PeopleHandlers} handlers */
export function createPeople({ onName, onFollow, onGive }) {
  const { details, close } = drawer('people')
  const field = part('my-name', HTMLInputElement)
  /** @type {State | null} */
  let shown = null

  function rename() {
    const name = field.value.trim()
    if (name && name !== shown?.me.name) onName(name)
    else if (shown) field.value = shown.me.name
  }

  onSubmit('rename', () => {
    rename()
    close()
  })
  field.onchange = rename

  /** @param {Present} person @param {State} state */
  function item(person, state) {
    const { alone, presenter, me } = state
    const { who } = person
    const name = shortName(person.name)
    const followed = who === alone?.follow
    const button = makeButton(
      '',
      '',
      () => onFollow(followed ? null : who),
      ...labels(person, false, whereabouts(person, state))
    )
    button.ariaPressed = String(followed)
    button.title = phrase(followed ? 'unfollow' : 'follow', { name })
    button.disabled = !followed && followCycle(state, who).length > 0
    const line = make('li', '', button)
    if (presenter.by?.who === me.who && presenter.asking.some(one => one.who === who)) {
      line.appendChild(makeButton('give', phrase('handOver'), () => onGive(who))).title = phrase('asksToPresent', {
        name
      })
    }
    return line
  }

  return {
    close,
    /** Open the list at my name, selected. */
    askName() {
      details.open = true
      enter('my-name')
    },
    /** @param {State} state */
    show(state) {
      const { people, me } = state
      if (CHANGES.every(key => state[key] === shown?.[key])) return
      if (details.matches(':active')) return // a button that is replaced while it is pressed gets no click
      shown = state
      if (document.activeElement !== field) field.value = me.name
      const mine = presentPerson(people, me.who) ?? me
      const others = people.people.filter(person => person.who !== me.who)
      const count = Math.max(people.count, others.length + 1)
      showAvatars(mine, others, count)
      part('people-list').replaceChildren(
        make('li', '', ...labels(mine, true, phrase('you'))),
        ...others.map(person => item(person, state))
      )
      show(part('follow-hint'), others.length > 0)
      const unlisted = count - 1 - others.length
      if (unlisted > 0) part('people-list').append(make('li', 'soft', phrase('andMore', { n: unlisted })))
    }
  }
}

/** @param {ColouredPerson} mine @param {readonly Present[]} others @param {number} count of all people */
function showAvatars(mine, others, count) {
  const summary = part('people-summary')
  const avatars = others.slice(0, MAX_AVATARS - 1).map(person => avatar(person, false))
  const more = count - 1 - avatars.length
  summary.replaceChildren(avatar(mine, true), ...avatars)
  if (more > 0) summary.append(make('span', 'avatar count', `+${number(more)}`))
  summary.append(make('span', 'avatar count all', number(count))) // on a narrow screen
  attribute(summary, 'aria-label', phrase('people', { n: count }))
}

/** @param {ColouredPerson} person @param {boolean} me */
function avatar(person, me) {
  const name = shortName(person.name)
  const round = make('span', me ? 'avatar me' : 'avatar', me ? phrase('me') : initial(name))
  round.ariaHidden = 'true'
  round.title = me ? phrase('isYou', { name }) : name
  return inColour(round, person)
}

/** @param {ColouredPerson} person @param {boolean} me @param {string} note */
const labels = (person, me, note) => [
  avatar(person, me),
  make('bdi', '', shortName(person.name)),
  make('span', 'soft', note)
]
