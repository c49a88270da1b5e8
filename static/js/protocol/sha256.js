/** The SHA-256 of bytes that arrive in pieces, as FIPS 180-4 defines it. */

const BLOCK = 64 // bytes

/** The first 64 primes: the constants are the first 32 bits of the fractions of their roots. */
const PRIMES = Array.from({ length: 310 }, (_, i) => i + 2).filter(isPrime)
const START = PRIMES.slice(0, 8).map(prime => fraction(Math.sqrt(prime)))
/** @type {any} for speed: an index needs no check */
const ROUNDS = Int32Array.from(PRIMES, prime => fraction(Math.cbrt(prime)))

/** @param {number} n */
function isPrime(n) {
  for (let i = 2; i * i <= n; i++) if (n % i === 0) return false
  return true
}

/** @param {number} root */
function fraction(root) {
  return Math.floor((root - Math.floor(root)) * 2 ** 32)
}

/** Start a hash. `add` takes the next piece; `digest` ends it and returns its 32 bytes. */
export function createSha256() {
  const state = Int32Array.from(START)
  const words = new Int32Array(ROUNDS.length)
  const rest = new Uint8Array(BLOCK) // the bytes behind the last whole block
  const restView = new DataView(rest.buffer)
  let length = 0

  /** @param {Uint8Array} bytes */
  function add(bytes) {
    const filled = length % BLOCK
    length += bytes.length
    let from = 0
    if (filled > 0) {
      from = Math.min(BLOCK - filled, bytes.length)
      rest.set(bytes.subarray(0, from), filled)
      if (filled + from === BLOCK) compress(state, words, restView, 0)
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    for (; from + BLOCK <= bytes.length; from += BLOCK) compress(state, words, view, from)
    if (from < bytes.length) rest.set(bytes.subarray(from))
  }

  return {
    add,
    digest() {
      // The end is a bit of 1, zeros, and the number of bits as 64 bits.
      const bits = BigInt(length) * 8n
      const end = new Uint8Array(BLOCK - ((length + 8) % BLOCK) + 8)
      end[0] = 0x80
      new DataView(end.buffer).setBigUint64(end.length - 8, bits)
      add(end)
      const digest = new DataView(new ArrayBuffer(32))
      for (const [i, word] of state.entries()) digest.setInt32(4 * i, word)
      return new Uint8Array(digest.buffer)
    }
  }
}

/**
 * Take one block into the state: the schedule of 64 words, then a round for each.
 *
 * @param {any} state eight numbers
 * @param {any} w 64 numbers, for the schedule
 * @param {DataView} view
 * @param {number} from where in it the block begins
 */
function compress(state, w, view, from) {
  for (let i = 0; i < 16; i++) w[i] = view.getInt32(from + 4 * i)
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15]
    const y = w[i - 2]
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
    w[i] = w[i - 16] + s0 + w[i - 7] + s1
  }
  let a = state[0]
  let b = state[1]
  let c = state[2]
  let d = state[3]
  let e = state[4]
  let f = state[5]
  let g = state[6]
  let h = state[7]
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
    const t1 = h + s1 + ((e & f) ^ (~e & g)) + ROUNDS[i] + w[i]
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
    const t2 = s0 + ((a & b) ^ (a & c) ^ (b & c))
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  state[0] += a
  state[1] += b
  state[2] += c
  state[3] += d
  state[4] += e
  state[5] += f
  state[6] += g
  state[7] += h
}
