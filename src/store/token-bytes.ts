/**
 * In front of a byte that the word index would change or part tokens at; no text has it, because
 * it is no byte of UTF-8.
 */
const ESCAPE = 0xff
/** Makes of the escaped byte one that is part of a token. */
const HIGH = 0x80
const BLANK = 0x20
const DELETE = 0x7f
const UPPER_A = 0x41
const UPPER_Z = 0x5a

/**
 * Writes a token as the word index holds it: UTF-8, but blanks, control characters and ASCII
 * capitals escaped. The bytes of a text's beginning are the beginning of its bytes.
 */
export function tokenBytes(text: string): Buffer {
  const plain = Buffer.from(text)
  let escapes = 0
  for (const byte of plain) if (isEscaped(byte)) escapes++
  if (escapes === 0) return plain
  const bytes = Buffer.alloc(plain.length + escapes)
  let place = 0
  for (const byte of plain) {
    if (isEscaped(byte)) bytes[place++] = ESCAPE
    bytes[place++] = isEscaped(byte) ? byte | HIGH : byte
  }
  return bytes
}

function isEscaped(byte: number): boolean {
  return byte <= BLANK || byte === DELETE || (byte >= UPPER_A && byte <= UPPER_Z)
}
