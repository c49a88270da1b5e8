/** The list of the versions that are kept. */

import { dotted } from '../screen/sentences.js'
import { readsOnly } from '../state/state.js'
import { ago, size, visible } from '../text/format.js'
import { dateTime, phrase } from '../text/language.js'
import { ask } from './address.js'
import { make, makeButton, opensTab, part } from './dom.js'

/** @import { State } from '../state/state.js' */

/**
 * @typedef {{version: number, name: string, created: string, size: number, rows: number,
 *   by: string, restores: number | null}} KeptVersion `size` in bytes
 */

/** @param {{state: () => State, onSentence: (text: string) => void}} parts */
export function createVersions({ state, onSentence }) {
  const link = part('versions', HTMLAnchorElement)
  const panel = part('versions-panel')

  /** Ask the server, and say so where that failed. @param {RequestInit} [how] */
  async function request(how) {
    const answer = await ask(link.href, how).catch(() => null)
    if (!answer?.ok) onSentence((await answer?.text()) ?? phrase('unreachable'))
    return answer?.ok ? answer : null
  }

  /** Show a version to everyone. @param {number} version */
  async function restore(version) {
    panel.hidePopover()
    await request({
      method: 'POST',
      body: new URLSearchParams({ version: String(version), viewer: state().me.viewer })
    })
  }

  /** @param {KeptVersion} kept @param {boolean} isCurrent */
  function item({ version, name, created, size: bytes, rows, by, restores }, isCurrent) {
    const time = make('time', '', dateTime(new Date(created), new Date()))
    time.dateTime = created
    time.title = ago(Date.parse(created), Date.now())
    const when = make('span', 'soft', time, ...(by ? [' · ', make('bdi', '', visible(by))] : []))
    const again = restores && phrase('wasRestored', { version: restores })
    const words = dotted(visible(name), phrase('rows', { n: rows }), size(bytes), again || '')
    const head = make('p', '', make('b', '', phrase('aVersion', { version })), when)
    const entry = make('li', '', head, make('span', 'soft', words))
    const isRead = version === state().doc?.version
    if (isCurrent || isRead)
      entry.append(make('i', '', dotted(isCurrent && phrase('isCurrent'), isRead && phrase('youReadThis'))))
    else entry.appendChild(make('a', 'button small', phrase('openAlone'))).href = `${link.href}?version=${version}`
    if (!isCurrent && !readsOnly(state()))
      entry.append(makeButton('button small', phrase('makeCurrent'), () => restore(version)))
    return entry
  }

  link.onclick = async event => {
    if (opensTab(event)) return
    event.preventDefault()
    const answer = await request()
    if (!answer) return
    /** @type {{versions: KeptVersion[]}} */
    const { versions } = await answer.json()
    panel.replaceChildren(...versions.reverse().map((kept, i) => item(kept, i === 0)))
    panel.showPopover()
    panel.querySelector('a')?.focus()
  }

  return { restore }
}
