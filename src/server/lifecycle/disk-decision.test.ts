import { expect, it } from 'vitest'
import { diskVerdict } from './disk-decision.ts'

const GIB = 2 ** 30
const TOTAL = 1000 * GIB
const ROOM = { dataBytes: 0, totalBytes: TOTAL, freeBytes: 500 * GIB }
const NO_LIMITS = { maxBytes: undefined, keepFreePercent: undefined }

it.each([
  [84, 'ok', 0],
  [85, 'warn', 0],
  [89.9, 'warn', 0],
  [90, 'drop', 0],
  [97, 'drop', 7],
] as const)('at %d % of the size limit it says %s', (percent, level, excess) => {
  const limits = { ...NO_LIMITS, maxBytes: 100 * GIB }
  const verdict = diskVerdict({ ...ROOM, dataBytes: percent * GIB }, limits, 0)
  expect(verdict.level).toBe(level)
  expect(verdict.excessBytes).toBeCloseTo(excess * GIB, -3)
})

it.each([
  [16, 'ok'],
  [15, 'warn'],
  [10.1, 'warn'],
  [10, 'drop'],
  [3, 'drop'],
] as const)('with %d % of the file system free it says %s', (percent, level) => {
  const measures = { ...ROOM, freeBytes: (percent * TOTAL) / 100 }
  const limits = { ...NO_LIMITS, keepFreePercent: 10 }
  expect(diskVerdict(measures, limits, 0).level).toBe(level)
})

it('by default drops nothing for a disk that something else has filled', () => {
  const measures = { ...ROOM, freeBytes: 50 * GIB }
  expect(diskVerdict(measures, NO_LIMITS, 49 * GIB)).toMatchObject({
    level: 'warn',
    reason: expect.stringContaining('would not reach'),
  })
  expect(diskVerdict(measures, NO_LIMITS, 50 * GIB).level).toBe('drop')
})

it('drops days of any size when the next records have no room', () => {
  const measures = { ...ROOM, freeBytes: GIB / 2 }
  expect(diskVerdict(measures, NO_LIMITS, 1).level).toBe('drop')
})

it('leaves the file system alone when nothing is to be kept free', () => {
  const limits = { ...NO_LIMITS, keepFreePercent: 0 }
  expect(diskVerdict({ ...ROOM, freeBytes: 0 }, limits, GIB).level).toBe('ok')
})
