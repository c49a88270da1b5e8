/** The versions that are kept: a list beside the link to their page. */

import { ago, size, visible } from '../text/format.js'
import { phrase } from '../text/language.js'
import { make, part } from './dom.js'

/** @param {{readsOnly: () => boolean, onSentence: (text: string) => void}} handlers */
export function createVersions({ readsOnly, onSentence }) {
  const link = part('versions', HTMLAnchorElement)
  const panel = part('versions-panel')

  /** @param {number} version to show to everyone */
  async function restore(version) {
    panel.hidePopover()
    const answer = await fetch(link.href, { method: 'POST', body: new URLSearchParams({ version: String(version) }) })
    if (!answer.ok) onSentence(await answer.text())
  }

  /** @param {{version: number, name: string, created: string, size: number, rows: number}} kept @param {boolean} isCurrent */
  function item({ version, name, created, size: bytes, rows }, isCurrent) {
    const entry = make('li')
    const words = [visible(name), phrase('rows', { n: rows }), size(bytes)].join(' · ')
    const title = make('b', '', phrase('version', { version, when: ago(Date.parse(created), Date.now()) }))
    entry.append(title, make('span', 'soft', words))
    if (isCurrent) entry.append(make('i', '', phrase('isCurrent')))
    else entry.appendChild(make('a', 'button small', phrase('openAlone'))).href = `${link.href}?version=${version}`
    if (!isCurrent && !readsOnly())
      entry.appendChild(make('button', 'button small', phrase('makeCurrent'))).onclick = () => restore(version)
    return entry
  }

  link.onclick = async event => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return // a tab of its own
    event.preventDefault()
    const answer = await fetch(link.href)
    if (!answer.ok) return onSentence(await answer.text())
    const { versions } = await answer.json()
    panel.replaceChildren(
      ...versions
        .reverse()
        .map((/** @type {Parameters<typeof item>[0]} */ kept, /** @type {number} */ i) => item(kept, i === 0))
    )
    panel.showPopover()
    panel.querySelector('a')?.focus()
  }
}
