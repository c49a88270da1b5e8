/**
 * SHA-256 (FIPS 180-4) of bytes that come in pieces. The browser's own wants the whole file at once, and is missing where the
 * page came over plain http. No secret depends on it: it tells whether every byte has arrived.
 *
 * @typedef {Record<number, any>} Words 32 bits each; no place is looked up that is not there
 */

const BLOCK = 64 // bytes
const LENGTH = 8 // bytes, which end the last block

/** The first primes. @param {number} count */
function primes(count) {
  /** @type {number[]} */
  const found = []
  for (let n = 2; found.length < count; n++) if (found.every(prime => n % prime)) found.push(n)
  return found
}

/** The first 32 bits behind the point. @param {number} root */
const fraction = root => Math.floor((root % 1) * 2 ** 32) | 0

const START = primes(8).map(prime => fraction(Math.sqrt(prime)))
/** @type {Words} */
const ROUNDS = Int32Array.from(primes(64), prime => fraction(Math.cbrt(prime)))

/** @param {number} word @param {number} by */
const turned = (word, by) => (word >>> by) | (word << (32 - by))

export function createHash() {
  /** @type {Words} */
  const sum = Int32Array.from(START)
  /** @type {Words} */
  const words = new Int32Array(64)
  const rest = new Uint8Array(BLOCK) // what is yet to fill a block
  let length = 0

  /** @param {Words} bytes @param {number} at */
  function take(bytes, at) {
    for (let i = 0; i < 16; i++, at += 4) words[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]
    for (let i = 16; i < 64; i++) {
      const early = words[i - 15]
      const late = words[i - 2]
      const first = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3)
      const second = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10)
      words[i] = ((first + words[i - 7]) | 0) + ((second + words[i - 16]) | 0)
    }
    // One by one: lists of eight, made for every block, would take twice the time.
    let a = sum[0], b = sum[1], c = sum[2], d = sum[3], e = sum[4], f = sum[5], g = sum[6], h = sum[7]
    for (let i = 0; i < 64; i++) {
      const first = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + ((ROUNDS[i] + words[i]) | 0)) | 0
      const second = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
      h = g
      g = f
      f = e
      e = (d + first) | 0
      d = c
      c = b
      b = a
      a = (first + second) | 0
    }
    sum[0] += a
    sum[1] += b
    sum[2] += c
    sum[3] += d
    sum[4] += e
    sum[5] += f
    sum[6] += g
    sum[7] += h
  }

  /** @param {Uint8Array} bytes */
  function add(bytes) {
    const held = length % BLOCK
    let at = 0
    length += bytes.length
    if (held > 0) {
      at = BLOCK - held
      rest.set(bytes.subarray(0, at), held)
      if (bytes.length < at) return
      take(rest, 0)
    }
    for (; at + BLOCK <= bytes.length; at += BLOCK) take(bytes, at)
    rest.set(bytes.subarray(at))
  }

  return {
    add,
    /** The sum of all that was added, in lower-case hexadecimal: the last thing to ask for. */
    digest() {
      const bits = BigInt(8 * length)
      const end = new Uint8Array(BLOCK + LENGTH - ((length + LENGTH) % BLOCK))
      end[0] = 0x80
      new DataView(end.buffer).setBigUint64(end.length - LENGTH, bits)
      add(end)
      return Array.from(/** @type {Int32Array} */ (sum), word => (word >>> 0).toString(16).padStart(8, '0')).join('')
    },
  }
}
