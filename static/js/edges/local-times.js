/** Local times: what the server wrote in UTC, as the reader's clock and language have it. A script of its own. */

const { lang } = document.documentElement
const locale = navigator.languages.find(tag => tag.slice(0, 2) === lang.slice(0, 2)) ?? lang
for (const time of document.querySelectorAll('time')) {
  time.title = time.textContent ?? ''
  time.textContent = new Date(time.dateTime).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' })
}
