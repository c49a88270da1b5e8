/** The address bar: the document that is open, and the links that lead to it. */

import { decodeColumns, decodeFound } from '../protocol/frames.js'
import { parsePage } from '../protocol/paging.js'

/** @import { Doc } from '../protocol/frames.js' */

const DOCUMENT = /\/parser\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\/?$/

/** The path of the start screen: a proxy may serve all of it below another path. */
export const home = () => location.pathname.replace(/^(.*\/parser\/).*/, '$1')

/** The document that the address names, or null for the start screen. */
export const openDocument = () => DOCUMENT.exec(location.pathname)?.[1] ?? null

/** The path of a document, or of something below it. @param {string} uuid @param {string} [rest] */
export const documentPath = (uuid, rest = '') => home() + uuid + rest

/**
 * Send a request whose errors are shown as they come: in the language of this page.
 *
 * @param {string} address
 * @param {RequestInit} [how]
 */
export const ask = (address, how) =>
  fetch(address, { ...how, headers: { 'Accept-Language': document.documentElement.lang } })

/**
 * Load the names of all columns. The pages of a wide table have only some of them.
 *
 * @param {string} uuid
 * @param {number} version
 * @returns {Promise<string[]>}
 */
export const columnNames = async (uuid, version) => (await loadColumns(uuid, version)).header

/** Load the names, kinds and lenses of all columns. @param {string} uuid @param {number} version */
export async function loadColumns(uuid, version) {
  const answer = await fetch(documentPath(uuid, `/columns?version=${version}`))
  return decodeColumns(await answer.text())
}

/**
 * Have the server find a text on a page, in all of its columns.
 *
 * @param {string} uuid
 * @param {{version: number, page_no: number, view?: string}} page
 * @param {string} text
 * @param {AbortSignal} signal
 */
export async function find(uuid, { version, page_no, view = '' }, text, signal) {
  const query = `version=${version}&page_no=${page_no}&text=${encodeURIComponent(text)}&${shortViews.get(view) ?? view}`
  return decodeFound(await (await fetch(documentPath(uuid, `/find?${query}`), { signal })).text())
}

/**
 * Load the facts of a version that is kept: most of them are members of the `document` frame.
 *
 * @param {string} uuid
 * @param {number} version
 * @returns {Promise<Doc>} Rejects with a sentence of the server.
 */
export async function versionFacts(uuid, version) {
  const answer = await ask(documentPath(uuid, `/info?version=${version}`))
  if (!answer.ok) throw new Error(await answer.text())
  const { n_columns: columns, ...facts } = await answer.json()
  return { ...facts, type: 'document', seq: 0, columns }
}

/**
 * Change the address to a document, or to the start screen.
 *
 * @param {string | null} uuid
 * @param {{replace?: boolean}} [how]
 */
export function go(uuid, { replace = false } = {}) {
  const path = documentPath(uuid ?? '')
  if (path === location.pathname) return
  history[replace ? 'replaceState' : 'pushState'](null, '', path)
}

/** Listen to Back and Forward, and to a place typed into the address bar. @param {() => void} onMove */
export const onMove = onMove => addEventListener('popstate', onMove)

/** The members of an address that are no part of a view. */
const NO_VIEW =
  /^(?:page_no|version|_rows|rows|columns|edition|language|format|row_numbers|spreadsheet|types|names|row|column|text)=/

/**
 * @typedef {{page: number | null, version: number | null, view: string, rows: string | null, fragment: string}}
 *   AddressedPlace `rows`: how many rows the view had when the link was made
 */

/** The place in the document that the address names. @returns {AddressedPlace} */
export function addressedPlace() {
  const query = new URLSearchParams(location.search)
  const [page = null, version = null] = ['page_no', 'version'].map(name => parsePage(query.get(name) ?? ''))
  const parts = location.search.slice(1).split('&')
  const view = parts.filter(part => part && !NO_VIEW.test(part)).join('&')
  return { page, version, view, rows: query.get('_rows'), fragment: location.hash }
}

/** Whether this page was opened by a reload or by Back, rather than by a link. */
export function isReturn() {
  const [entry] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType('navigation'))
  return entry?.type !== 'navigate'
}

/** Whether a link to another place than this one was opened. @param {{page_no: number, view: string}} place */
export function leadsElsewhere({ page_no, view }) {
  const named = addressedPlace()
  return (
    !isReturn() && Boolean(named.page || named.view) && ((named.page ?? page_no) !== page_no || named.view !== view)
  )
}

/** The short names, in addresses, of views that are too long for them. @type {Map<string, string>} */
export const shortViews = new Map()

/**
 * The query of a page of a version. Of a view it says how many rows it has, once they are counted: the link remembers them.
 *
 * @param {{page_no: number, version: number, view?: string, total_number: number, counting?: boolean}} page
 */
export const queryOf = ({ page_no, version, view, total_number, counting }) =>
  `?${view ? `${shortViews.get(view) ?? view}&${counting ? '' : `_rows=${total_number}&`}` : ''}page_no=${page_no}&version=${version}`

/**
 * Put the place that is on screen into the address.
 *
 * @param {Parameters<typeof queryOf>[0]} page
 * @param {string} fragment
 * @param {boolean} isStep whether Back returns to the place before
 */
export function showPlace(page, fragment, isStep) {
  const url = new URL(location.href)
  url.search = queryOf(page)
  url.hash = fragment
  if (url.href === location.href) return
  try {
    history[isStep ? 'pushState' : 'replaceState'](null, '', url)
  } catch {
    // Browsers limit how often the address changes. The next change brings it up to date.
  }
}

/** @param {string} uuid @param {string} [place] */
export const linkTo = (uuid, place) => location.origin + documentPath(uuid, place)

/** @param {string | null} uuid */
export const viewerPath = uuid => `${home()}ws/${uuid}`

/** @param {string | null} uuid the document to replace, or null for a new one */
export const uploadPath = uuid => (uuid ? `${viewerPath(uuid)}/upload` : `${home()}ws/upload`)
