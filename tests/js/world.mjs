/**
 * Simulates the screens of many viewers. An input line is a frame that a viewer receives, or what its person does. The
 * output line is the frames that the viewer sends then, or what is on its screen.
 */

import { createInterface } from 'node:readline'

import { pagesToFetch, placeOf } from '../../static/js/state/browsing.js'
import { decode, encode, MEMBERS } from '../../static/js/protocol/frames.js'
import { fold, isLive, start } from '../../static/js/state/state.js'

const WITH_THE_ROOM = JSON.stringify({ type: 'place', page_no: null, follow: null })

/** @type {Map<string, {state: import('../../static/js/state/state.js').State, placed: string, opening: number | null}>} */
const screens = new Map()

/** Decode a frame as the page would. */
const read = event => (event.type in MEMBERS ? decode(JSON.stringify(event)) : event)

/** The frames that app.js would send after an event. */
function answer(screen, event) {
  const frames = []
  const tell = happening => (screen.state = fold(screen.state, happening))
  tell(event)
  if (event.type === 'welcome') screen.placed = WITH_THE_ROOM
  const { talk } = screen.state
  if (event.type === 'welcome' || (event.type === 'log' && !talk.complete))
    frames.push({ type: 'recall', after: talk.last })
  const { alone, wanted, turning } = screen.state
  if (!isLive(screen.state)) return frames
  if (!alone && wanted !== null && !turning) {
    frames.push({ type: 'turn', page_no: wanted })
    tell({ type: 'turning' })
  }
  const { opening, doc } = screen.state
  if (doc && opening !== screen.opening) {
    screen.opening = opening
    if (opening) frames.push({ type: 'info', version: opening }) // a request over HTTP
  }
  const pages = pagesToFetch(screen.state)
  frames.push(...pages.map(page_no => ({ type: 'fetch', page_no, version: screen.state.doc.version })))
  if (pages.length > 0) tell({ type: 'fetching', pages })
  const place = placeOf(screen.state)
  if (JSON.stringify(place) !== screen.placed) {
    frames.push(place)
    screen.placed = JSON.stringify(place)
  }
  return frames
}

/** What is on a screen. */
function sight({
  me,
  connection,
  doc,
  room,
  page,
  alone,
  wanted,
  turning,
  fetching,
  people,
  presenter,
  talk,
  selections
}) {
  const on = page && selections?.version === page.version && selections.page_no === page.page_no
  return {
    who: me.who,
    live: connection.status === 'live',
    doc: doc && [doc.version, doc.edition, doc.rows, doc.complete],
    room: room && [room.version, room.page_no],
    page: page && [page.version, page.page_no, page.data.map(cells => cells.join('\t'))],
    alone: alone && [alone.page_no, alone.follow],
    waits: [wanted, turning, fetching],
    people: [people.count, people.people],
    presenter: [presenter.by, presenter.away, presenter.asking],
    lines: talk.complete ? talk.lines : null,
    selections: on ? selections.selections : []
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { screen: name, event } = JSON.parse(line)
  if (event?.type === 'opened') screens.set(name, { state: start(event.name), placed: WITH_THE_ROOM, opening: null })
  const screen = screens.get(name)
  const out = event ? answer(screen, read(event)).map(encode) : sight(screen.state)
  process.stdout.write(`${JSON.stringify(out)}\n`)
}
