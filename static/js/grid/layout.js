/**
 * How the columns of a table stand: in which order, which are hidden, pinned, and how wide somebody has made them.
 *
 * What was chosen is kept by name, so that it holds for the next version too. Columns count from 0; a position is a place
 * among those that are shown.
 *
 * @typedef {object} Choice
 * @property {string} name of the column
 * @property {number} at where it was then: of several with its name the nearest is meant
 * @property {number} [width]
 * @property {boolean} [hidden]
 * @property {boolean} [pinned]
 * @property {number} [to] the position that it was moved to, among those that are not pinned
 *
 * @typedef {object} Layout
 * @property {Int32Array} order the columns as they are shown, the pinned ones first
 * @property {number} pins how many of them are pinned
 * @property {Int32Array} places at which position each column is, -1 where it is hidden
 * @property {Map<number, number>} widths those that were chosen
 * @property {Map<number, Choice>} chosen what was chosen for which column
 */

/**
 * The column that a choice means. Where names are not known yet it is taken to be where it was.
 *
 * @param {Choice} choice @param {number} count of columns @param {(column: number) => string | null | undefined} nameOf null where it is not known
 */
export function columnOf({ name, at }, count, nameOf) {
  if (at < count && (nameOf(at) ?? name) === name) return at
  let best = -1
  for (let column = 0; column < count; column++) {
    if (nameOf(column) === name && (best < 0 || Math.abs(column - at) < Math.abs(best - at))) best = column
  }
  return best
}

/** @param {readonly Choice[]} choices @param {number} count @param {(column: number) => string | null | undefined} nameOf @returns {Layout} */
export function arranged(choices, count, nameOf) {
  const meant = choices.map(choice => ({ ...choice, column: columnOf(choice, count, nameOf) })).filter(({ column }) => column >= 0)
  const hidden = new Set(meant.filter(choice => choice.hidden).map(({ column }) => column))
  const pinned = meant.filter(choice => choice.pinned && !choice.hidden).map(({ column }) => column)
  const moved = meant.filter(choice => choice.to !== undefined && !choice.hidden && !choice.pinned)
  const apart = new Set([...hidden, ...pinned, ...moved.map(({ column }) => column)])
  /** @type {number[]} */
  const rest = []
  for (let column = 0; column < count; column++) if (!apart.has(column)) rest.push(column)
  for (const { column, to = 0 } of moved.sort((a, b) => (a.to ?? 0) - (b.to ?? 0))) rest.splice(to, 0, column)
  const order = Int32Array.from([...pinned, ...rest])
  const places = new Int32Array(count).fill(-1)
  for (const [position, column] of order.entries()) places[column] = position
  const widths = new Map(meant.filter(({ width }) => width).map(({ column, width }) => [column, width ?? 0]))
  return { order, pins: pinned.length, places, widths, chosen: new Map(meant.map(({ column, ...choice }) => [column, choice])) }
}

/** Choose something else for one column; what is undefined is as it was at first. @param {readonly Choice[]} choices @param {Choice} choice @param {Choice} [before] the one for this column @returns {Choice[]} */
export function chosen(choices, choice, before = choice) {
  const next = { ...before, ...choice }
  const says = next.width || next.hidden || next.pinned || next.to !== undefined
  const others = choices.filter(({ name, at }) => name !== before.name || at !== before.at)
  return says ? [...others, next] : others
}

/** Show all of them again, as they are in the table; widths and pins stay. @param {readonly Choice[]} choices @returns {Choice[]} */
export function allShown(choices) {
  return choices.filter(({ width, pinned }) => width || pinned).map(({ to, hidden, ...choice }) => choice)
}

/**
 * The columns whose names hold the letters that are typed, in their order, the likeliest first: where they stand together,
 * and early.
 *
 * @param {readonly (string | undefined)[]} names @param {string} typed @param {number} most
 */
export function likely(names, typed, most) {
  const wanted = typed.toLowerCase().trim()
  return names
    .map((name = '', column) => ({ column, score: scored(name.toLowerCase(), wanted) }))
    .filter(({ score }) => score < Infinity)
    .sort((a, b) => a.score - b.score || a.column - b.column)
    .slice(0, most)
    .map(({ column }) => column)
}

/** How far a name is from what is typed. @param {string} name @param {string} typed */
function scored(name, typed) {
  const whole = name.indexOf(typed)
  if (whole >= 0) return Math.min(whole, 8) + (name === typed ? -1 : 0)
  let at = -1
  let score = 10
  for (const letter of typed.replace(/\s/g, '')) {
    const next = name.indexOf(letter, at + 1)
    if (next < 0) return Infinity
    score += next - at
    at = next
  }
  return score
}
