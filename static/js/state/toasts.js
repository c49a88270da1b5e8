/** Toasts that speak of a state: each of them goes when its state ends, however long it would have stood. */

import { isEarlier } from './browsing.js'
import { mayTurn } from './presenter.js'
import { viewOf, viewOn } from './views.js'

/**
 * @import { Person, TalkLine } from '../protocol/frames.js'
 * @import { State, Toast } from './state.js'
 */

/** Whether what a toast says is still so. @param {Toast} toast @param {State} state */
export function isStillSo(toast, state) {
  const { alone, doc, me, opening, page, people, presenter, room, upload } = state
  /** @param {Person} person */
  const isHere = ({ who }) => people.people.some(person => person.who === who)
  switch (toast.kind) {
    case 'turned':
      return !alone && room?.page_no === toast.to
    case 'replaced':
      return room?.version === toast.version && !isEarlier(state)
    case 'missed':
      return room?.page_no === toast.to
    case 'company':
      return toast.came.every(isHere) && !toast.gone.some(isHere)
    case 'following':
      return alone?.follow === toast.by.who
    case 'unfollowed':
      return alone !== null && !alone.follow
    case 'nameless':
      return me.name === toast.name
    case 'presenter':
      return presenter.by?.who === toast.by?.who
    case 'asksToPresent':
      return presenter.by?.who === me.who && presenter.asking.some(({ who }) => who === toast.by.who)
    case 'onlyPresenter':
      return !alone && presenter.by?.who === toast.by.who
    case 'led':
      return alone?.page_no === toast.page && room?.page_no === toast.room
    case 'ledToView':
      return alone?.view === toast.view && viewOn(room) === toast.room
    case 'viewed':
      return viewOf(state) === toast.view && (!alone || toast.mine)
    case 'offered':
      return doc?.version === toast.version
    case 'earlier':
      return doc?.version !== toast.version
    case 'pasted':
      return page !== null
    case 'pointed':
      return doc?.version === toast.version
    case 'busy':
      return upload !== null
    case 'unanswered':
      return state.unanswered
    case 'error':
      if (toast.code === 'not-your-turn') return !mayTurn(state)
      return toast.code !== 'unknown-version' || isEarlier(state) || opening !== null
    case 'reparsed':
    case 'shared':
    case 'sentence':
      return true // it tells what has happened, and that stays so
  }
}

/**
 * Say with a new version which columns of the view it lacks: the talk has them.
 *
 * @param {Toast | null} toast
 * @param {readonly TalkLine[]} lines of the talk
 * @returns {Toast | null}
 */
export function withGone(toast, lines) {
  if (toast?.kind !== 'replaced') return toast
  const { version } = toast
  const lists = lines.map(line => (line.type === 'notice' && line.version === version ? (line.gone ?? []) : []))
  const gone = lists.filter(list => list.length > 0).at(-1)
  return gone ? { ...toast, gone } : toast
}
