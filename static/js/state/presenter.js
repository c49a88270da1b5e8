/** The presenter: while there is one, only the presenter turns the pages for everyone. */

import { isEarlier } from './browsing.js'

/**
 * @import { PresenterFrame } from '../protocol/frames.js'
 * @import { State } from './state.js'
 */

/** @type {PresenterFrame} */
export const NO_PRESENTER = { type: 'presenter', by: null, away: false, asking: [] }

/** Whether I may turn the page for everyone. @param {State} state */
export const mayTurn = ({ presenter, me }) => presenter.by === null || presenter.by.who === me.who

/**
 * Whether scrolling on takes me alone to the next page: others are here who did not ask for it. Everyone follows a
 * presenter, who scrolls for all.
 *
 * @param {State} state
 */
export const scrollsAlone = ({ alone, people, presenter, me }) =>
  !alone && people.count > 1 && presenter.by?.who !== me.who

/**
 * How I can bring everyone to my page: while somebody presents, by asking to present.
 *
 * @param {State} state
 * @returns {'gather' | 'ask' | 'pending' | null}
 */
export function gatherAction(state) {
  const { alone, people, room } = state
  if (!alone || people.count < 2 || isEarlier(state)) return null
  const action = presenterAction(state)
  if (action === 'ask' || action === 'pending') return action
  return action && alone.page_no !== room?.page_no ? 'gather' : null
}

/**
 * What I can do about the presenter: nothing where I may only read, and nothing more while my request is pending.
 *
 * @param {State} state
 * @returns {'take' | 'give' | 'ask' | 'pending' | null}
 */
export function presenterAction({ presenter, me, reader, uuid }) {
  if (reader === uuid) return null
  if (!presenter.by) return 'take'
  if (presenter.by.who === me.who) return 'give'
  return presenter.asking.some(({ who }) => who === me.who) ? 'pending' : 'ask'
}

/**
 * Take in a change of presenter, or a request to become one.
 *
 * @param {State} state
 * @param {PresenterFrame} presenter
 * @returns {State}
 */
export function changePresenter(state, presenter) {
  const toast = toastFor(state, presenter)
  return { ...state, presenter, toast: toast && state.toast?.kind !== 'missed' ? toast : state.toast }
}

/** @param {State} state @param {PresenterFrame} presenter @returns {State['toast']} */
function toastFor({ presenter: before, me }, { by, asking }) {
  const mine = by?.who === me.who
  if (by?.who !== before.by?.who) return before.by?.who === me.who && !by ? null : { kind: 'presenter', by, mine }
  const asks = asking.find(({ who }) => !before.asking.some(person => person.who === who))
  return asks && mine ? { kind: 'asksToPresent', by: asks } : null
}
