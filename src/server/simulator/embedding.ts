import { createHash } from 'node:crypto'

/** Words and single characters of scripts that are written without spaces. */
const WORD = /\p{Script=Han}|[\p{L}\p{N}]+/gu

/**
 * Makes a vector of length 1 out of a text's words: the same text gives the same vector, and
 * texts that share words are closer than texts that do not.
 */
export function embedding(text: string, dimensions: number): readonly number[] {
  const vector = new Array<number>(dimensions).fill(0)
  for (const word of text.toLowerCase().match(WORD) ?? ['']) {
    const digest = createHash('sha256').update(word).digest()
    for (let at = 0; at < digest.length; at += 4) {
      const hash = digest.readUInt32LE(at)
      vector[(hash >>> 1) % dimensions]! += hash % 2 === 0 ? 1 : -1
    }
  }
  const length = Math.hypot(...vector)
  // words may cancel each other out where there are few dimensions
  if (length === 0) return vector.map((_, index) => (index === 0 ? 1 : 0))
  return vector.map((value) => value / length)
}

/** The vector as OpenAI sends it for `encoding_format: base64`. */
export function base64Embedding(vector: readonly number[]): string {
  return Buffer.from(Float32Array.from(vector).buffer).toString('base64')
}
