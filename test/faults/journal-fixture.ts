import { mkdtempSync, readdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Damage,
  type Journal,
  type JournalOptions,
  type JournalRecord,
  openJournal,
  openReader,
} from '../../src/journal/index.ts'
import { createLogger, systemClock } from '../../src/kernel/index.ts'

/** Bytes at the head of a segment file, before the first entry. */
export const SEGMENT_HEADER_BYTES = 64

/** Creates an empty folder of its own for a test. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'journal-'))
}

/** Opens a small journal, which says nothing. */
export function openSmallJournal(
  folder: string,
  options: Partial<JournalOptions> = {},
): Promise<Journal> {
  return openJournal({
    folder,
    syncMs: 5,
    segmentBytes: 4096,
    maxBytes: 1024 * 1024,
    memoryBytes: 64 * 1024,
    readers: [],
    clock: systemClock,
    logger: createLogger({ process: 'test', level: 'silent' }),
    ...options,
  })
}

/** What a reader that begins at `position` gets until there is nothing more. */
export async function readAll(
  folder: string,
  position = 0,
): Promise<{ entries: JournalRecord[]; texts: string[]; next: number; damages: Damage[] }> {
  const entries: JournalRecord[] = []
  const damages: Damage[] = []
  const reader = openReader({ folder, position, onDamage: (damage) => damages.push(damage) })
  for (;;) {
    const batch = await reader.next(500)
    if (batch.entries.length === 0) break
    entries.push(...batch.entries)
  }
  await reader.close()
  const texts = entries.map(({ bytes }) => Buffer.from(bytes).toString())
  return { entries, texts, next: reader.position, damages }
}

/** The segments of a folder: where each begins, and where its file ends. */
export function segmentExtents(folder: string): { base: number; end: number; path: string }[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .sort()
    .map((name) => {
      const base = Number(name.slice(0, 20))
      const path = join(folder, name)
      return { base, end: base + statSync(path).size - SEGMENT_HEADER_BYTES, path }
    })
}

/** Tells which positions two segments claim, as `[from, to]`. */
export function overlaps(folder: string): [number, number][] {
  const extents = segmentExtents(folder)
  return extents.flatMap(({ end }, index): [number, number][] => {
    const following = extents[index + 1]
    return following !== undefined && end > following.base ? [[following.base, end]] : []
  })
}

/** Numbered entries of varying length: the number, then filling. */
export function numbered(number: number, bytes: number): Buffer {
  return Buffer.from(`${number} `.padEnd(Math.max(bytes, String(number).length + 1), 'x'))
}

/** The number of a numbered entry; NaN when it was changed. */
export function numberOf(bytes: Uint8Array): number {
  const match = /^(\d+) x*$/.exec(Buffer.from(bytes).toString())
  return Number(match?.[1] ?? Number.NaN)
}
