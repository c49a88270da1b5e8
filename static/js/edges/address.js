/** The address bar: which document is open, and the link that leads to it. */

const HOME = '/parser/'
const DOCUMENT = /^\/parser\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\/?$/

/** The document that the address names, or null for the first screen. */
export function openDocument() {
  return DOCUMENT.exec(location.pathname)?.[1] ?? null
}

/** @param {string | null} uuid @param {{replace?: boolean}} [how] */
export function go(uuid, { replace = false } = {}) {
  const path = uuid ? HOME + uuid : HOME
  if (path === location.pathname) return
  if (replace) history.replaceState(null, '', path)
  else history.pushState(null, '', path)
}

/** Back and forward. @param {(uuid: string | null) => void} onMove */
export function onMove(onMove) {
  addEventListener('popstate', () => onMove(openDocument()))
}

/** @param {string} uuid */
export const linkTo = uuid => `${location.origin}${HOME}${uuid}`

export const curlLine = () => `curl -T cities.tsv ${location.origin}${HOME}`

/** @param {string} uuid */
export const downloadOf = uuid => `${HOME}${uuid}/download`

/** @param {string} uuid */
export const versionsOf = uuid => `${HOME}${uuid}/versions`

/** @param {string | null} uuid */
export const viewerPath = uuid => `/parser/ws/${uuid}`

/** @param {string | null} uuid the document to replace, or null for a new one */
export const uploadPath = uuid => (uuid ? `/parser/ws/${uuid}/upload` : '/parser/ws/upload')
