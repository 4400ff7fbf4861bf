import { crc32c } from '@node-rs/crc32'

/**
 * A frame is one entry on disk: magic u32, CRC32C u32 of all that follows, length u32 of the
 * payload, position u64, payload; little endian. The position makes a frame valid in one place
 * only: bytes inside a caller's body that look like a frame are never taken for one, and a search
 * for the next frame after damage can reject a false start without reading its payload.
 */
export const FRAME_HEADER_BYTES = 20

/** Largest payload. A reader may have to hold one in memory. */
export const MAX_RECORD_BYTES = 64 * 1024 * 1024

/** Not valid UTF-8, so it is rare in the text that payloads are made of. */
const MAGIC = Buffer.from([0xfd, 0x42, 0x57, 0xfe])
const MAGIC_U32 = MAGIC.readUInt32LE(0)

/** What `payloadLength` answers for bytes that may become a frame once more of them are there. */
export const INCOMPLETE = -1
/** What `payloadLength` answers for bytes that are no frame. */
export const INVALID = -2

/** Encodes `payload` as the frame at `position`. */
export function encodeFrame(payload: Uint8Array, position: number): Buffer {
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + payload.byteLength)
  frame.writeUInt32LE(MAGIC_U32, 0)
  frame.writeUInt32LE(payload.byteLength, 8)
  writePosition(frame, position, 12)
  frame.set(payload, FRAME_HEADER_BYTES)
  frame.writeUInt32LE(crc32c(frame.subarray(8)), 4)
  return frame
}

/**
 * Tells the length of the payload of the frame at `offset` of `bytes`, which is `position` in the
 * journal, or INCOMPLETE when its bytes reach past `end`, or INVALID.
 */
export function payloadLength(
  bytes: Buffer,
  offset: number,
  end: number,
  position: number,
): number {
  const length = announcedLength(bytes, offset, end, position)
  if (length < 0) return length
  const frameEnd = offset + FRAME_HEADER_BYTES + length
  if (frameEnd > end) return INCOMPLETE
  const sum = bytes.readUInt32LE(offset + 4)
  return crc32c(bytes.subarray(offset + 8, frameEnd)) === sum ? length : INVALID
}

/** The same from the frame's header alone, without its CRC: the length is not yet proven. */
export function announcedLength(
  bytes: Buffer,
  offset: number,
  end: number,
  position: number,
): number {
  if (end - offset < FRAME_HEADER_BYTES) return INCOMPLETE
  if (bytes.readUInt32LE(offset) !== MAGIC_U32) return INVALID
  if (readPosition(bytes, offset + 12) !== position) return INVALID
  const length = bytes.readUInt32LE(offset + 8)
  return length > MAX_RECORD_BYTES ? INVALID : length
}

/** Tells where in `bytes` a frame may begin, from `offset` on, or -1. */
export function indexOfMagic(bytes: Buffer, offset: number): number {
  return bytes.indexOf(MAGIC, offset)
}

/** Writes a position (a whole number below 2^53) as u64. */
export function writePosition(bytes: Buffer, position: number, offset: number): void {
  bytes.writeUInt32LE(position % 2 ** 32, offset)
  bytes.writeUInt32LE(Math.floor(position / 2 ** 32), offset + 4)
}

/** Reads a position; NaN when the bytes hold a number of 2^53 or more. */
export function readPosition(bytes: Buffer, offset: number): number {
  const position = bytes.readUInt32LE(offset + 4) * 2 ** 32 + bytes.readUInt32LE(offset)
  return Number.isSafeInteger(position) ? position : Number.NaN
}
