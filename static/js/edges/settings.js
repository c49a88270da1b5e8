/** The settings: how the page looks to me. The server knows them too, so that the page comes as it will stay. */

import { drawer, part } from './dom.js'
import { keepLook } from './storage.js'

const INSTANT = ['theme', 'spacing'] // the other settings need a reload

export function createSettings() {
  const { details, close } = drawer('settings')
  const form = part('look', HTMLFormElement)

  form.onchange = ({ target }) => {
    const look = [...new FormData(form).values()].map(String).filter(Boolean)
    keepLook(look)
    if (target instanceof HTMLInputElement && INSTANT.includes(target.name))
      document.documentElement.className = look.join(' ')
    else location.reload()
  }
  form.onclick = ({ target }) => {
    if (target instanceof HTMLButtonElement) details.open = false
  }

  return { close }
}
