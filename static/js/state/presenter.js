/** The presenter: while there is one, only the presenter turns the pages for everyone. On the wire it is the wheel. */

/**
 * @import { PresenterFrame } from '../protocol/frames.js'
 * @import { State } from './state.js'
 */

/** @type {PresenterFrame} */
export const NO_PRESENTER = { type: 'wheel', by: null, away: false, asking: [] }

/** Whether I may turn the page for everyone. @param {State} state */
export const mayTurn = ({ presenter, me }) => presenter.by === null || presenter.by.who === me.who

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
