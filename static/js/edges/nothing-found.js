/** The sentence in the middle of an empty table: no row is in the view, and there are ways back. */

import { dataRows, viewOf, viewOn } from '../state/views.js'
import { phrase } from '../text/language.js'
import { latestFilter, withFilter } from '../view/editing.js'
import { WHOLE } from '../view/query.js'
import { conditionWords, viewWords } from '../view/sentence.js'
import { make, makeButton, part, say, show } from './dom.js'

/**
 * @import { State } from '../state/state.js'
 * @import { ColumnNaming, View } from '../view/query.js'
 * @import { ChangeView } from './view-chips.js'
 */

/**
 * @param {ChangeView} onChange
 * @param {(view: string) => void} onUndo a view that had rows is asked for again
 * @param {() => void} onLeave the focus has to go elsewhere
 */
export function createNothingFound(onChange, onUndo, onLeave) {
  const words = make('p')
  const ways = make('p', 'on-screen')
  const place = make('div', 'nothing', words, ways)
  place.hidden = true
  part('viewer').append(place)
  /** The last view of this document that had rows. */
  let before = { uuid: '', view: '' }

  /** @param {View} view @param {View | null} earlier @param {ColumnNaming} names @param {boolean} canUndo */
  function draw(view, earlier, names, canUndo) {
    const filter = latestFilter(view, earlier)
    const searched = viewWords({ ...WHOLE, search: view.search }, names)
    const what = filter ? conditionWords(filter, names) : searched
    const remove = makeButton('button', phrase('removeCondition', { what }), () => {
      onLeave()
      onChange(one => (filter ? withFilter(one, filter, null) : { ...one, search: WHOLE.search }))
    })
    const undo = makeButton('button', phrase('undo'), () => {
      onLeave()
      onUndo(before.view)
    })
    ways.replaceChildren(remove, ...(canUndo ? [undo] : []))
  }

  return {
    /**
     * @param {State} state
     * @param {ColumnNaming | null} names
     * @param {(view: string) => View | null} parsed
     */
    show(state, names, parsed) {
      const { uuid, page, doc } = state
      const view = parsed(viewOn(page))
      if (page && (page.total_number > 0 || !page.view)) before = { uuid: uuid ?? '', view: viewOn(page) }
      const isEmpty = Boolean(page?.view) && page?.total_number === 0 && viewOn(page) === viewOf(state)
      const isShown = isEmpty && view !== null && names !== null
      if (isShown) {
        const which = viewWords({ ...view, sorts: [], columns: [] }, names)
        const next = phrase('noneMatches', { rows: phrase('rows', { n: dataRows(doc) }), which })
        const canUndo = before.uuid === uuid
        if (place.hidden || words.textContent !== next) draw(view, canUndo ? parsed(before.view) : null, names, canUndo)
        say(words, next)
      }
      show(place, isShown)
    }
  }
}
