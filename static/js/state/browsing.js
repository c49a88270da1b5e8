/**
 * Browsing alone: a page of my own while the room goes on, and the pages beside it at hand before they are asked for.
 *
 * @typedef {import('./state.js').State} State
 * @typedef {import('../protocol/frames.js').Doc} Doc
 *
 * @typedef {object} Sent
 * @property {number} version
 * @property {number} edition
 * @property {number} page_no
 * @property {number} total_number rows there were in all when it was sent
 * @property {import('../protocol/frames.js').Person | null} [by] who turned the room to it
 * @typedef {Sent & import('../protocol/frames.js').Seen} Leaf a page that can be shown, whoever it was sent for, each column at its place
 *
 * @typedef {object} Alone
 * @property {number} page_no where I am, or am about to be
 * @property {string | null} follow whom I follow
 */

import { PAGE_ROWS, pagesOf, rowsOf } from '../protocol/paging.js'
import { intersect, rangeOf } from '../grid/selection.js'
import { hasColumns, mergeColumns } from '../grid/column-windows.js'

const MOST_LEAVES = 6 // of 20,000 columns they are megabytes each
const MOST_UNDER_WAY = 3

/** Put a page where it is found again; the oldest gives way. @param {readonly Leaf[]} leaves @param {Leaf | null} leaf */
export function keep(leaves, leaf) {
  if (!leaf) return leaves
  const others = leaves.filter(one => one.page_no !== leaf.page_no && isOf(leaf, one))
  return [leaf, ...others].slice(0, MOST_LEAVES)
}

/**
 * A page on screen: what is selected stays so while some of it is in sight.
 *
 * @template {Leaf | null} P @param {State} state @param {P} page
 */
export function shown({ selection, page: before }, page) {
  if (!selection || !page || (before && before.version !== page.version)) return { page, selection: null }
  const { first, last } = rowsOf(page.page_no, page.total_number)
  const stays = intersect(rangeOf(selection), { top: first, bottom: last, left: 0, right: Infinity })
  return { page, selection: stays && selection }
}

/** Go to a page by myself, or after somebody. It is shown at once if it is at hand. @param {State} state @param {number} page_no @param {string | null} [follow] @returns {State} */
export function look(state, page_no, follow = null) {
  const { page, doc } = state
  const leaves = keep(state.leaves, page?.version === doc?.version ? page : null)
  const leaf = atHand({ leaves, doc }, page_no) ?? null
  return {
    ...state,
    alone: { page_no, follow },
    ...shown(state, leaf ?? page),
    leaves: keep(leaves, leaf),
    wanted: leaf ? null : page_no,
    told: state.told?.kind === 'turned' || state.told?.kind === 'mayNot' ? null : state.told,
    stalled: false
  }
}

/** @param {State} state @returns {State} */
export function rejoin(state) {
  if (!state.alone) return state
  return { ...state, alone: null, ...shown(state, state.room), leaves: keep(state.leaves, state.page), wanted: null }
}

/** A page that was fetched. Answers keep their order: those before it that are not here were left out. @param {State} state @param {Leaf} sent @returns {State} */
export function taken(state, sent) {
  if (!isOf(state.doc, sent)) return state
  const fetching = state.fetching.slice(state.fetching.indexOf(sent.page_no) + 1)
  const leaf = mergeColumns(sent, atHand(state, sent.page_no))
  const mine = state.alone?.page_no === leaf.page_no
  const leaves = keep(state.leaves, leaf)
  return mine ? { ...state, fetching, leaves, ...shown(state, leaf), wanted: null } : { ...state, fetching, leaves }
}

/** What was read has changed: where it is another table, or another reading, nothing at hand is of it. @param {State} state @param {Doc} doc @returns {State} */
export function reread(state, doc) {
  const before = state.doc
  const same = isOf(before, doc)
  const next = same ? state : { ...state, leaves: [], fetching: [], stalled: false }
  if (!next.alone) return next
  const page_no = Math.min(next.alone.page_no, Math.max(1, pagesOf(doc.rows)))
  const there = same && page_no === next.page?.page_no
  return { ...next, alone: { ...next.alone, page_no }, wanted: there ? null : page_no }
}

/** The others of a circle that I am in by following somebody: there nobody leads. @param {Pick<State, 'me' | 'people'>} state @param {string} who @returns {string[]} */
export function circle({ me, people }, who) {
  /** @type {string[]} */
  const others = []
  for (let next = who; next !== me.who; ) {
    const follow = people.people.find(one => one.who === next)?.follow
    if (!follow || others.includes(next)) return []
    others.push(next)
    next = follow
  }
  return others
}

/** Go where the one is whom I follow. @param {State} state @returns {State} */
export function after(state) {
  const { alone, me, people, room } = state
  if (!alone?.follow) return state
  const others = circle(state, alone.follow)
  if (others.length > 0)
    return others.every(who => me.who < who) ? { ...state, alone: { ...alone, follow: null } } : state
  const person = people.people.find(({ who }) => who === alone.follow)
  const target = person ? (person.page_no ?? room?.page_no) : undefined
  return target && target !== alone.page_no ? look(state, target, alone.follow) : state
}

/** The pages to fetch now: mine first, then those beside it. @param {State} state */
export function missing(state) {
  const { link, doc, alone, fetching, stalled, watched } = state
  if (link.status !== 'live' || !doc || !alone || stalled) return []
  const { page_no } = alone
  return [page_no, page_no + 1, page_no - 1]
    .filter(
      near =>
        near >= 1 &&
        near <= pagesOf(doc.rows) &&
        !fetching.includes(near) &&
        !isWhole(doc, atHand(state, near), watched)
    )
    .slice(0, Math.max(0, MOST_UNDER_WAY - fetching.length))
}

/** Whether both are of the same table, read in the same way. @typedef {{version: number, edition: number}} Reading @param {Reading | null} one @param {Reading} other */
export const isOf = (one, other) => one?.version === other.version && one.edition === other.edition

/** A page that need not be asked for. @param {{leaves: readonly Leaf[], doc: Doc | null}} state @param {number} page_no */
export function atHand({ leaves, doc }, page_no) {
  return leaves.find(leaf => leaf.page_no === page_no && isOf(doc, leaf))
}

/** Whether it has all the rows there are for it by now, and the columns. @param {Doc} doc @param {Leaf | undefined} leaf @param {State['watched']} watched */
function isWhole(doc, leaf, watched) {
  if (!leaf || !hasColumns(leaf, watched)) return false
  return leaf.data.length === PAGE_ROWS || leaf.total_number === doc.rows
}
