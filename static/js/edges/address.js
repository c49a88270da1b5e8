/** The address bar: which document is open, and the link that leads to it. */

import { decodeColumns } from '../protocol/frames.js'
import { readPage } from '../protocol/paging.js'

const HOME = '/parser/'
const DOCUMENT = /^\/parser\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\/?$/

/** The document that the address names, or null for the first screen. */
export function openDocument() {
  return DOCUMENT.exec(location.pathname)?.[1] ?? null
}

/** Where one cell is, as text and whole. @param {string} uuid @param {number} version @param {number} row @param {number} column */
export const cellOf = (uuid, version, row, column) =>
  `/parser/${uuid}/cell?version=${version}&row=${row}&column=${column}`

/** The names of a table's columns: of a wide one not all come with its pages. @param {string} uuid @param {number} version @returns {Promise<string[]>} */
export async function namesOf(uuid, version) {
  const answer = await fetch(`/parser/${uuid}/columns?version=${version}`)
  return decodeColumns(await answer.text()).header
}

/** @param {string | null} uuid @param {{replace?: boolean}} [how] */
export function go(uuid, { replace = false } = {}) {
  const path = uuid ? HOME + uuid : HOME
  if (path === location.pathname) return
  if (replace) history.replaceState(null, '', path)
  else history.pushState(null, '', path)
}

/** Back and forward, and a place typed into the address bar. @param {() => void} onMove */
export const onMove = onMove => addEventListener('popstate', onMove)

/** @typedef {{page: number | null, version: number | null, fragment: string}} Address where in the document */

/** @returns {Address} */
export function openPlace() {
  const query = new URLSearchParams(location.search)
  const [page = null, version = null] = ['page_no', 'version'].map(name => readPage(query.get(name) ?? ''))
  return { page, version, fragment: location.hash }
}

/** Whether somebody has come back to this page, by a reload or by Back, rather than by a link. */
export function isReturn() {
  const [entry] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType('navigation'))
  return entry?.type !== 'navigate'
}

/** The address follows the screen. @param {number} page @param {number} version @param {string} fragment @param {boolean} isStep whether Back leads back here */
export function showPlace(page, version, fragment, isStep) {
  const url = new URL(location.href)
  url.searchParams.set('page_no', String(page))
  url.searchParams.set('version', String(version))
  url.hash = fragment
  if (url.href === location.href) return
  try {
    history[isStep ? 'pushState' : 'replaceState'](null, '', url)
  } catch {
    // A browser that has been told too often in a while refuses: the next place is as good.
  }
}

/** @param {string} uuid @param {string} [place] */
export const linkTo = (uuid, place = '') => `${location.origin}${HOME}${uuid}${place}`

/** @param {string} uuid */
export const downloadOf = uuid => `${HOME}${uuid}/download`

/** @param {string} uuid */
export const versionsOf = uuid => `${HOME}${uuid}/versions`

/** @param {string | null} uuid */
export const viewerPath = uuid => `/parser/ws/${uuid}`

/** @param {string | null} uuid the document to replace, or null for a new one */
export const uploadPath = uuid => (uuid ? `/parser/ws/${uuid}/upload` : '/parser/ws/upload')
