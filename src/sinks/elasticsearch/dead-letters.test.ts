import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { systemClock } from '../../kernel/index.ts'
import { type DeadLetter, DeadLetters } from './dead-letters.ts'

let folder: string

function letter(position: number, bytes = 10): DeadLetter {
  const origin = { journal: 'relay', position }
  return { origin, index: 'i', id: `${position}`, reason: 'bad', content: 'x'.repeat(bytes) }
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bellwether-dead-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

it('lists each record once, also after a restart', () => {
  for (let start = 0; start < 2; start++) {
    const letters = new DeadLetters({ folder, clock: systemClock })
    letters.add([letter(1), letter(2)])
    expect(letters.counts()).toEqual({ kept: 2, dropped: 0 })
    letters.close()
  }
})

it.each([
  ['number', { maxLetters: 3 }],
  ['size', { maxBytes: 35 }],
])('keeps the newest within its %s and counts what it drops', (_, limit) => {
  const letters = new DeadLetters({ folder, clock: systemClock, ...limit })
  for (let position = 0; position < 5; position++) letters.add([letter(position)])
  expect(letters.counts()).toEqual({ kept: 3, dropped: 2 })
  letters.add([letter(9)])
  expect(letters.counts()).toEqual({ kept: 3, dropped: 3 })
  letters.close()
})

it('keeps the newest even when it is larger than all may be', () => {
  const letters = new DeadLetters({ folder, clock: systemClock, maxBytes: 5 })
  letters.add([letter(1), letter(2)])
  expect(letters.counts()).toEqual({ kept: 1, dropped: 1 })
  letters.close()
})
