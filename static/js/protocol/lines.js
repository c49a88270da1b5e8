/** An answer in lines of JSON: frames that say how far it is, answers that are not whole yet, and then the answer. */

/**
 * @typedef {object} Listening
 * @property {AbortSignal} [signal]
 * @property {(percent: number | null) => void} [onProgress] how far it is, where that is known
 * @property {(answer: any) => void} [onPartial] what has been found so far
 * @property {(answer: any) => void} [onSample] what a sample says first
 */

/** The media type that asks for one. */
export const STREAM = 'application/jsonl'

/** The server gave an answer up. */
export class AnswerError extends Error {
  /** @param {{code: string, message: string}} frame */
  constructor({ code, message }) {
    super(message)
    this.code = code
  }
}

/**
 * Read an answer to its end.
 *
 * @param {AsyncIterable<string>} pieces of its text
 * @param {Listening} listening
 */
export async function readAnswer(pieces, { onProgress, onPartial } = {}) {
  let rest = ''
  /** @type {any} */
  let answer = null

  /** @param {string} line */
  function take(line) {
    const one = JSON.parse(line)
    if (one.type === 'progress') onProgress?.(one.percent)
    else if (one.type === 'error') throw new AnswerError(one)
    else if (one.partial) onPartial?.(one)
    else answer = one
  }

  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() ?? ''
    lines.forEach(take)
  }
  if (rest) take(rest)
  if (answer === null) throw new TypeError() // it was cut
  return answer
}
