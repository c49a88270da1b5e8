/** The talk beside the table: what people say, what happened, and what I missed. */

import { pageOf } from '../protocol/paging.js'
import { noticeWords, shortName } from '../screen/sentences.js'
import { presentPerson } from '../state/browsing.js'
import { maySpeak, readsOnly } from '../state/state.js'
import { missed, unread } from '../state/talk.js'
import { dateTime, phrase } from '../text/language.js'
import { splitMentions } from '../text/mentions.js'
import {
  attribute,
  disclose,
  inColour,
  lendFocus,
  make,
  makeButton,
  makeLink,
  onSubmit,
  part,
  say,
  sayOrHide,
  show
} from './dom.js'

/**
 * @import { FrameToServer, TalkLine } from '../protocol/frames.js'
 * @import { ViewWords } from '../screen/sentences.js'
 * @import { State } from '../state/state.js'
 * @import { MessagePart } from '../text/mentions.js'
 */

/**
 * @typedef {Pick<TalkHandlers, 'onPlace' | 'viewWords'>} LineHandlers
 *
 * @typedef {{version: number, page_no: number, row?: number | null, column?: number | null}} VersionPlace
 *
 * @typedef {object} TalkHandlers
 * @property {(frame: FrameToServer) => boolean} send whether it could be sent
 * @property {(place: VersionPlace) => void} onPlace go there
 * @property {ViewWords} viewWords
 * @property {() => void} onStep
 * @property {(open: boolean) => void} onOpen
 */

/** The members of the state that are drawn. */
const DRAWN = /** @type {const} */ (['uuid', 'me', 'connection', 'people', 'reader', 'speak', 'talk'])

/** @param {TalkHandlers} handlers @param {boolean} open as on the last visit */
export function createTalk({ send, onPlace, onStep, onOpen, viewWords }, open) {
  const panel = part('talk')
  const button = part('talk-button')
  const allow = part('talk-allow', HTMLInputElement)
  /** @type {State | null} */
  let state = null
  let { lang } = document.documentElement
  let giveBack = lendFocus(panel, button)
  const lines = createLines({ onPlace, viewWords })
  const form = createForm(send, () => state)

  button.onclick = () => toggle(!open)
  part('talk-close').onclick = () => toggle(false)
  part('talk-step').onclick = onStep
  allow.onchange = () => send({ type: 'allow', speak: allow.checked })

  /** @param {boolean} next @param {() => void} [give] */
  function toggle(next, give = giveBack) {
    if (open && !next) giveBack()
    giveBack = next && !panel.contains(document.activeElement) ? lendFocus(panel, button) : give
    open = next
    if (state) draw(state)
    onOpen(open)
    if (!open) return
    lines.scrollToEnd()
    form.focus()
  }

  /** @param {State} now */
  function draw(now) {
    const n = open ? 0 : unread(now.talk, now.me.who)
    disclose(button, panel, open)
    sayOrHide(part('talk-unread'), n > 0 ? String(n) : '')
    attribute(button, 'aria-label', n > 0 ? phrase('talkUnread', { n }) : phrase('talk'))
    if (!open) return
    lines.draw(now)
    drawMissed(now)
    form.enable(maySpeak(now))
    const reads = readsOnly(now)
    show(part('talk-why'), reads && !now.speak)
    show(part('talk-allowing'), !reads)
    allow.checked = now.speak
  }

  return {
    /** Close the panel where the focus is in it, and return whether that was so. */
    close() {
      if (!open || !panel.contains(document.activeElement)) return false
      toggle(false)
      return true
    },
    /** @param {boolean} [next] @param {() => void} [give] returns the focus that the panel has already */
    toggle: (next = !open, give) => toggle(next, give),
    isOpen: () => open,
    /** @param {State} now */
    show(now) {
      const before = state
      state = now
      if (before?.uuid === now.uuid) form.giveBack(now, before)
      else form.clear()
      if (before?.uuid !== now.uuid || lang !== document.documentElement.lang) lines.clear()
      lang = document.documentElement.lang
      if (DRAWN.some(member => before?.[member] !== now[member])) draw(now)
    }
  }
}

/** The form to say something. @param {TalkHandlers['send']} send @param {() => State | null} state */
function createForm(send, state) {
  const field = part('talk-text', HTMLInputElement)
  /** What I said and have not received yet. @type {{text: string, after: number}[]} */
  let said = []

  onSubmit('talk-form', () => {
    const text = field.value.trim().replace(/\s+/g, ' ')
    const now = state()
    if (!text || !now || !send({ type: 'say', text })) return
    said.push({ text, after: now.talk.last })
    field.value = ''
  })

  return {
    clear() {
      said = []
    },
    focus() {
      if (!field.disabled) field.focus()
    },
    /** @param {boolean} enabled */
    enable(enabled) {
      field.disabled = !enabled
      part('talk-send', HTMLButtonElement).disabled = !enabled
    },
    /**
     * Return to the field what came too fast, or was lost with the connection.
     *
     * @param {State} now
     * @param {State} before
     */
    giveBack({ talk, me, toast }, before) {
      const refused = toast?.kind === 'error' && toast.code === 'too-fast' && toast !== before.toast
      const recalled = talk.complete && !before.talk.complete
      said = said.filter(({ text, after }) => {
        const isHere = talk.lines.some(
          line => line.line > after && line.type === 'message' && line.by.who === me.who && line.text === text
        )
        if (isHere) return false
        if (!refused && !recalled) return true
        field.value = `${text} ${field.value}`.trim()
        return false
      })
    }
  }
}

/** The list of lines. @param {LineHandlers} handlers */
function createLines(handlers) {
  const list = part('talk-lines')
  const log = part('talk-log')
  /** @type {Map<number, HTMLLIElement>} */
  const items = new Map()

  const scrollToEnd = () => {
    log.scrollTop = log.scrollHeight
  }

  return {
    scrollToEnd,
    clear() {
      items.clear()
      list.replaceChildren()
    },
    /** @param {State} state */
    draw({ talk, people, me }) {
      const atEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 30
      const kept = new Set(talk.lines.map(({ line }) => line))
      for (const [line, element] of items) {
        if (kept.has(line)) continue
        element.remove()
        items.delete(line)
      }
      for (const line of talk.lines) {
        if (items.has(line.line)) continue
        const element = lineItem(line, people, me.who, handlers)
        element.value = line.line
        items.set(line.line, element)
        list.append(element)
      }
      for (const [line, element] of items) attribute(element, 'aria-current', line === talk.step ? 'step' : null)
      items.get(talk.step)?.scrollIntoView({ block: 'nearest' })
      if (atEnd && talk.step === 0) scrollToEnd()
    }
  }
}

/**
 * @param {TalkLine} line
 * @param {State['people']} people
 * @param {string} me
 * @param {LineHandlers} handlers
 */
function lineItem(line, people, me, { onPlace, viewWords }) {
  const at = make('time', 'soft', dateTime(new Date(line.at), new Date()))
  at.dateTime = line.at
  if (line.type === 'notice')
    return make(
      'li',
      'notice',
      makeButton('as-link', noticeWords(line, viewWords), () => onPlace(line)),
      at
    )
  const { by, version } = line
  const name = make('b', by.who === me ? 'name me' : 'name', make('bdi', '', shortName(by.name)))
  const text = make('p', '', ...splitMentions(line.text).map(piece => pieceNode(piece, version, onPlace)))
  text.dir = 'auto'
  return make('li', 'message', inColour(name, presentPerson(people, by.who) ?? by), at, text)
}

/** @param {MessagePart} piece @param {number} version @param {TalkHandlers['onPlace']} onPlace */
function pieceNode({ text, row, column, href }, version, onPlace) {
  if (href) return makeLink('', text, href)
  return row ? makeButton('as-link', text, () => onPlace({ version, page_no: pageOf(row), row, column })) : text
}

/** Say how many lines I missed, and where in them I am. @param {State} state */
function drawMissed({ talk, me }) {
  const lines = missed(talk, me.who)
  const n = lines.length
  show(part('talk-missed'), n > 0)
  if (n === 0) return
  const at = lines.findIndex(({ line }) => line === talk.step) + 1
  const words = phrase(talk.absence.after ? 'missedLines' : 'missedBefore', { n })
  say(part('talk-missed-words'), at ? phrase('missedAt', { at, of: n }) : words)
  say(part('talk-step'), phrase(at === 0 ? 'stepThrough' : at < n ? 'stepNext' : 'stepDone'))
}
