/** How the page looks to me: a few words, which the server reads too, so that the page comes as it will stay. */

import { keepLook } from './storage.js'
import { drawer, part } from './dom.js'

const AT_ONCE = ['theme', 'spacing'] // for the rest the page comes again: it is written, or measured, anew

export function createSettings() {
  const { details, close } = drawer('settings')
  const form = part('look', HTMLFormElement)

  form.addEventListener('change', ({ target }) => {
    const look = [...new FormData(form).values()].map(String).filter(Boolean)
    keepLook(look)
    if (target instanceof HTMLInputElement && AT_ONCE.includes(target.name))
      document.documentElement.className = look.join(' ')
    else location.reload()
  })
  form.onclick = ({ target }) => {
    if (target instanceof HTMLButtonElement) details.open = false
  }

  return { close }
}
