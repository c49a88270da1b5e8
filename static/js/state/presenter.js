/** The wheel: who has it turns the pages, where it is free everybody does. */

/**
 * @typedef {import('./state.js').State} State
 * @typedef {import('../protocol/frames.js').Wheel} Wheel
 */

/** @type {Wheel} */
export const FREE = { type: 'wheel', by: null, away: false, asking: [] }

/** Whether I may turn the page for everyone. @param {State} state */
export const mayTurn = ({ wheel, me }) => wheel.by === null || wheel.by.who === me.who

/** What I can do about it; nothing where I may only read. @param {State} state @returns {'take' | 'give' | 'ask' | 'asked' | null} */
export function choice({ wheel, me, reader, uuid }) {
  if (reader === uuid) return null
  if (!wheel.by) return 'take'
  if (wheel.by.who === me.who) return 'give'
  return wheel.asking.some(({ who }) => who === me.who) ? 'asked' : 'ask'
}

/** The wheel has changed hands, or is asked for. @param {State} state @param {Wheel} wheel @returns {State} */
export function handed(state, wheel) {
  const next = { ...state, wheel }
  const told = news(state, wheel)
  return told && state.told?.kind !== 'missed' ? { ...next, told } : next
}

/** @param {State} state @param {Wheel} wheel @returns {State['told']} */
function news({ wheel: before, me }, { by, asking }) {
  if (by?.who !== before.by?.who)
    return before.by?.who === me.who && !by ? null : { kind: 'wheel', by, mine: by?.who === me.who }
  const asks = asking.find(({ who }) => !before.asking.some(one => one.who === who))
  return asks && by?.who === me.who ? { kind: 'asks', by: asks } : null
}
