/** Plays what several viewers were sent: a list of lists of frames and happenings comes in, what each one sees goes out. */

import { readFileSync } from 'node:fs'

import { missing } from '../../static/js/alone.js'
import { decode, TO_VIEWER } from '../../static/js/protocol.js'
import { fold, start } from '../../static/js/state.js'

/** Frames go through the reader that they would go through. */
const read = event => (event.type in TO_VIEWER ? decode(JSON.stringify(event)) : event)

/** What a server would answer to all that is asked for in the end. @param {import('../../static/js/state.js').State} state */
function answered(state) {
  for (let pages = missing(state); pages.length > 0; pages = missing(state)) {
    const { version, rows } = state.doc
    const seen = { n_columns: 1, columns: [[1, 1]], header: [], kinds: [], cut: [], total_number: rows }
    state = fold(state, { type: 'fetching', pages })
    for (const page_no of pages) {
      const data = Array.from({ length: Math.min(100, rows - 100 * (page_no - 1)) }, () => [`page ${page_no}`])
      state = fold(state, { type: 'fetched', version, page_no, ...seen, data })
    }
  }
  return state
}

const worlds = JSON.parse(readFileSync(0, 'utf8'))
const seen = worlds.map(events => {
  const { page, room, doc, alone, wheel, people, wanted } = answered(events.map(read).reduce(fold, start('Heron')))
  return {
    page: page?.page_no ?? null,
    room: room?.page_no ?? null,
    version: doc?.version ?? null,
    alone: alone?.page_no ?? null,
    wheel: wheel.by?.who ?? null,
    asking: wheel.asking.map(({ who }) => who),
    people: people.people.map(({ who, page_no }) => [who, page_no]),
    wanted,
  }
})
process.stdout.write(JSON.stringify(seen))
