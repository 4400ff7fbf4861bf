import type { FileHandle } from 'node:fs/promises'
import { isErrno } from './durable.ts'

/** What the disk reads at once: one bad place costs that much. */
const BLOCK_BYTES = 4096

/**
 * Reads `length` bytes at `offset`; fewer when the file ends before. Blocks that the disk cannot
 * read come back as zeros, which no checksum takes for an entry: so what is around them stays
 * readable.
 */
export async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(length)
  let filled = 0
  while (filled < length) {
    const read = await readSome(file, bytes, filled, offset)
    if (read === 0) break
    filled += read
  }
  return bytes.subarray(0, filled)
}

async function readSome(
  file: FileHandle,
  bytes: Buffer,
  filled: number,
  offset: number,
): Promise<number> {
  const at = offset + filled
  try {
    return (await file.read(bytes, filled, bytes.length - filled, at)).bytesRead
  } catch (error) {
    if (!isErrno(error, 'EIO')) throw error
  }
  const length = Math.min(bytes.length - filled, BLOCK_BYTES - (at % BLOCK_BYTES))
  try {
    return (await file.read(bytes, filled, length, at)).bytesRead
  } catch (error) {
    if (!isErrno(error, 'EIO')) throw error
    bytes.fill(0, filled, filled + length)
    return length
  }
}
