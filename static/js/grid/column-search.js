/** The search for a column by some letters of its name, in the command palette. */

/**
 * Find the columns whose names hold the letters that are typed, in this order. The likeliest come first: those with the
 * letters together, and early.
 *
 * @param {readonly (string | undefined)[]} names @param {string} typed @param {number} most
 */
export function searchColumns(names, typed, most) {
  const wanted = typed.toLowerCase().trim()
  return names
    .map((name = '', column) => ({ column, score: distance(name.toLowerCase(), wanted) }))
    .filter(({ score }) => score < Infinity)
    .sort((a, b) => a.score - b.score || a.column - b.column)
    .slice(0, most)
    .map(({ column }) => column)
}

/**
 * The distance of a name from what is typed, Infinity where letters are missing.
 *
 * @param {string} name
 * @param {string} typed
 */
function distance(name, typed) {
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
