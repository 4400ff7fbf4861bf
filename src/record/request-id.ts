import { randomFillSync } from 'node:crypto'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const TIME_CHARACTERS = 10
const RANDOM_CHARACTERS = 16

/** Random bytes are drawn in one go for many ids: a system call per id would cost more. */
const pool = Buffer.alloc(4096)
let used = pool.length

function randomByte(): number {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  return pool[used++]!
}

/**
 * Makes the id of a call: `req_` and a ULID (48 bits of milliseconds, 80 random bits, Crockford
 * base 32), so that ids sort by time.
 */
export function createRequestId(nowMs: number): string {
  let time = ''
  let rest = nowMs
  for (let place = 0; place < TIME_CHARACTERS; place++) {
    time = ALPHABET[rest % 32]! + time
    rest = Math.floor(rest / 32)
  }
  let random = ''
  for (let place = 0; place < RANDOM_CHARACTERS; place++) random += ALPHABET[randomByte() & 31]
  return `req_${time}${random}`
}
