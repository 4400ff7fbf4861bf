import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  encodeFrame,
  FRAME_HEADER_BYTES,
  INCOMPLETE,
  INVALID,
  MAX_RECORD_BYTES,
  payloadLength,
  readPosition,
  writePosition,
} from './frame.ts'

const position = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })

it('gives back any payload at any position', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), position, (payload, at) => {
      const frame = encodeFrame(payload, at)
      expect(payloadLength(frame, 0, frame.length, at)).toBe(payload.length)
      expect(frame.subarray(FRAME_HEADER_BYTES)).toEqual(Buffer.from(payload))
    }),
  )
})

it('is the CRC32C of everything behind the checksum', () => {
  const frame = encodeFrame(Buffer.from('123456789'), 0)
  let sum = -1
  for (const byte of frame.subarray(8)) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0x82f63b78 : sum >>> 1
  }
  expect(frame.readUInt32LE(4)).toBe(~sum >>> 0)
})

it('takes no frame with any one bit turned', () => {
  const frame = encodeFrame(Buffer.from('a payload'), 12_345)
  for (let bit = 0; bit < frame.length * 8; bit++) {
    const turned = Buffer.from(frame)
    turned[bit >> 3]! ^= 1 << (bit & 7)
    expect(payloadLength(turned, 0, turned.length, 12_345)).toBeLessThan(0)
  }
})

it('takes no frame that stands at another position', () => {
  const frame = encodeFrame(Buffer.from('a payload'), 12_345)
  expect(payloadLength(frame, 0, frame.length, 12_346)).toBe(INVALID)
})

it('waits for the rest of a frame that is cut anywhere', () => {
  const frame = encodeFrame(Buffer.from('a payload'), 7)
  for (let end = 0; end < frame.length; end++) {
    expect(payloadLength(frame, 0, end, 7)).toBe(INCOMPLETE)
  }
})

it('does not wait for more bytes than an entry may have', () => {
  const frame = encodeFrame(Buffer.from('a payload'), 7)
  frame.writeUInt32LE(MAX_RECORD_BYTES + 1, 8)
  expect(payloadLength(frame, 0, frame.length, 7)).toBe(INVALID)
})

it('reads a position of 2^53 or more as no number', () => {
  const bytes = Buffer.alloc(8)
  writePosition(bytes, Number.MAX_SAFE_INTEGER, 0)
  expect(readPosition(bytes, 0)).toBe(Number.MAX_SAFE_INTEGER)
  expect(readPosition(Buffer.alloc(8, 0xff), 0)).toBeNaN()
})
