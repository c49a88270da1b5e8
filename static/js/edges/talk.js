/** The talk beside the table: what people say, what happened, and what I missed of it. */

import { moment, phrase } from '../text/language.js'
import { mentions } from '../text/mentions.js'
import { pageOf } from '../protocol/paging.js'
import { maySpeak, readsOnly } from '../state/state.js'
import { missed, unread } from '../state/talk.js'
import { named, noticed } from '../screen/sentences.js'
import { attribute, inColour, make, makeButton, makeLink, part, say, show } from './dom.js'

/**
 * @typedef {import('../state/state.js').State} State
 * @typedef {import('../protocol/frames.js').Line} Line
 * @typedef {object} Handlers
 * @property {(text: string) => boolean} onSay whether it could be said
 * @property {(place: {version: number, page_no: number, row?: number | null, column?: number | null}) => void} onPlace go there, in this version
 * @property {(speak: boolean) => void} onAllow
 * @property {() => void} onStep
 * @property {(open: boolean) => void} onOpen
 */

/** @param {Handlers} handlers @param {boolean} open as it was when this browser was here last */
export function createTalk({ onSay, onPlace, onAllow, onStep, onOpen }, open) {
  const panel = part('talk')
  const button = part('talk-button')
  const count = part('talk-unread')
  const list = part('talk-lines')
  const log = part('talk-log')
  const field = part('talk-text', HTMLInputElement)
  const send = part('talk-send', HTMLButtonElement)
  const why = part('talk-why')
  const allow = part('talk-allow', HTMLInputElement)
  const step = part('talk-step')
  /** @type {State | null} */
  let state = null
  /** What I said and have not heard yet. @type {{text: string, after: number}[]} */
  let said = []
  /** What is on screen, by the numbers of its lines. @type {Map<number, HTMLLIElement>} */
  const items = new Map()

  button.onclick = () => toggle(!open)
  part('talk-close').onclick = () => toggle(false)
  step.onclick = onStep
  allow.addEventListener('change', () => onAllow(allow.checked))
  part('talk-form', HTMLFormElement).addEventListener('submit', event => {
    event.preventDefault()
    const text = field.value.trim().replace(/\s+/g, ' ')
    if (!text || !state || !onSay(text)) return
    said.push({ text, after: state.talk.last })
    field.value = ''
  })

  /** What did not get through stands in the field again: it came too fast, or the line was dead. @param {State} now @param {State} before */
  function giveBack({ talk, me, told }, before) {
    const refused = told?.kind === 'error' && told.code === 'too-fast' && told !== before.told
    const recalled = talk.whole && !before.talk.whole
    said = said.filter(({ text, after }) => {
      if (
        talk.lines.some(
          line => line.line > after && line.type === 'message' && line.by.who === me.who && line.text === text
        )
      )
        return false
      if (!refused && !recalled) return true
      field.value = `${text} ${field.value}`.trim()
      return false
    })
  }

  /** @param {boolean} next */
  function toggle(next) {
    open = next
    if (state) draw(state)
    onOpen(open)
    if (!open) return button.focus()
    log.scrollTop = log.scrollHeight
    if (!field.disabled) field.focus()
  }

  /** @param {Line} line @param {State} now */
  function item(line, now) {
    const entry = make('li', line.type)
    entry.value = line.line
    const at = make('time', 'soft', moment(new Date(line.at), new Date()))
    at.dateTime = line.at
    if (line.type === 'notice') {
      entry.append(
        makeButton('as-link', noticed(line), () => onPlace(line)),
        at
      )
      return entry
    }
    const person = now.people.people.find(({ who }) => who === line.by.who) ?? line.by
    const name = inColour(make('b', person.who === now.me.who ? 'name me' : 'name'), person)
    name.append(make('bdi', '', named(line.by.name)))
    const text = make('p')
    text.dir = 'auto'
    text.append(...mentions(line.text).map(piece => pieceOf(piece, line.version)))
    entry.append(name, at, text)
    return entry
  }

  /** @param {import('../text/mentions.js').Piece} piece @param {number} version */
  function pieceOf({ text, row, column, href }, version) {
    if (href) return makeLink('', text, href)
    return row ? makeButton('as-link', text, () => onPlace({ version, page_no: pageOf(row), row, column })) : text
  }

  /** @param {State} now */
  function drawLines(now) {
    const atEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 30
    const kept = new Set(now.talk.lines.map(({ line }) => line))
    for (const [line, element] of items) {
      if (kept.has(line)) continue
      element.remove()
      items.delete(line)
    }
    for (const line of now.talk.lines) {
      if (items.has(line.line)) continue
      const element = item(line, now)
      items.set(line.line, element)
      list.append(element)
    }
    for (const [line, element] of items) attribute(element, 'aria-current', line === now.talk.step ? 'step' : null)
    items.get(now.talk.step)?.scrollIntoView({ block: 'nearest' })
    if (atEnd && now.talk.step === 0) log.scrollTop = log.scrollHeight
  }

  /** @param {State} now */
  function drawMissed(now) {
    const lines = missed(now.talk, now.me.who)
    show(part('talk-missed'), lines.length > 0)
    if (lines.length === 0) return
    const at = lines.findIndex(({ line }) => line === now.talk.step) + 1
    const n = lines.length
    const words = phrase(now.talk.away.after ? 'missedLines' : 'missedBefore', { n })
    say(part('talk-missed-words'), at ? phrase('missedAt', { at, of: n }) : words)
    say(step, phrase(at === 0 ? 'stepThrough' : at < lines.length ? 'stepNext' : 'stepDone'))
  }

  /** @param {State} now */
  function draw(now) {
    show(panel, open)
    attribute(button, 'aria-expanded', String(open))
    const waiting = open ? 0 : unread(now.talk, now.me.who)
    show(count, waiting > 0)
    say(count, String(waiting))
    attribute(button, 'aria-label', waiting > 0 ? phrase('talkUnread', { n: waiting }) : phrase('talk'))
    if (!open) return
    drawLines(now)
    drawMissed(now)
    const reads = readsOnly(now)
    field.disabled = send.disabled = !maySpeak(now)
    show(why, reads && !now.speak)
    show(part('talk-allowing'), !reads)
    allow.checked = now.speak
  }

  return {
    /** Whether there was something to close. */
    close() {
      if (!open || !panel.contains(document.activeElement)) return false
      toggle(false)
      return true
    },
    toggle: () => toggle(!open),
    isOpen: () => open,
    /** @param {State} now */
    show(now) {
      const { uuid, me, talk, speak, link, reader, people } = now
      const before = state
      state = now
      if (before?.uuid === uuid) giveBack(now, before)
      else {
        said = []
        items.clear()
        list.replaceChildren()
      }
      const same = before && before.talk === talk && before.speak === speak && before.link === link
      if (!same || before.reader !== reader || before.me !== me || before.people !== people || before.uuid !== uuid)
        draw(now)
    }
  }
}
