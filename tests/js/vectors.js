/** The fenced examples of PROTOCOL.md, which both halves are tested against. */

import { readFileSync } from 'node:fs'

const text = readFileSync(new URL('../../PROTOCOL.md', import.meta.url), 'utf8')

/** @typedef {{info: string, body: string, line: number}} Block */

/** Every fenced block with an info string. @type {Block[]} */
export const blocks = [...text.matchAll(/^```(\S[^\n]*)\n([\s\S]*?)\n```$/gm)].map(match => ({
  info: match[1].trim(),
  body: match[2],
  line: text.slice(0, match.index).split('\n').length
}))

/** @param {string} info */
export const examples = info => blocks.filter(block => block.info === info)

/** The types that the examples of one direction show. @param {string} info */
export const shownTypes = info => new Set(examples(info).map(({ body }) => JSON.parse(body).type))

/** An example by its type. @param {string} info @param {string} type */
export function example(info, type) {
  const found = examples(info).find(({ body }) => JSON.parse(body).type === type)
  if (!found) throw new Error(`PROTOCOL.md shows no ${type}`)
  return JSON.parse(found.body)
}

/** Bytes written in hexadecimal, blanks between them as one likes. @param {string} hex */
export const bytesOf = hex => Uint8Array.from(Buffer.from(hex.replace(/\s/g, ''), 'hex'))
