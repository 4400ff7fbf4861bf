import { randomFillSync } from 'node:crypto'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const TIME_CHARACTERS = 10

/** Two characters for each ten random bits. */
const PAIRS = Array.from(
  { length: 1024 },
  (_, bits) => `${ALPHABET[bits >> 5]}${ALPHABET[bits & 31]}`,
)

/** Random bytes are drawn in one go for many ids: a system call per id would cost more. */
const pool = Buffer.alloc(4096)
let used = pool.length

function randomPair(): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const bits = pool.readUInt16LE(used) & 1023
  used += 2
  return PAIRS[bits]!
}

/** Calls of the same millisecond share the first part. */
let latest = { ms: -1, text: '' }

function timePart(nowMs: number): string {
  if (nowMs === latest.ms) return latest.text
  let text = ''
  let rest = nowMs
  for (let place = 0; place < TIME_CHARACTERS; place++) {
    text = ALPHABET[rest % 32]! + text
    rest = Math.floor(rest / 32)
  }
  latest = { ms: nowMs, text: `req_${text}` }
  return latest.text
}

/**
 * Makes the id of a call: `req_` and a ULID (48 bits of milliseconds, 80 random bits, Crockford
 * base 32), so that ids sort by time.
 */
export function createRequestId(nowMs: number): string {
  const first = timePart(nowMs) + randomPair() + randomPair() + randomPair() + randomPair()
  return first + randomPair() + randomPair() + randomPair() + randomPair()
}
