import { spawnSync } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  numbered,
  openSmallJournal,
  SEGMENT_HEADER_BYTES,
  segmentExtents,
  temporaryFolder,
} from './journal-fixture.ts'

const CHILD = new URL('./journal-reader-child.ts', import.meta.url).pathname
const FRAME_BYTES = 220

const probe = spawnSync('strace', ['-o', '/dev/null', '-e', 'inject=pread64:error=EIO', 'true'])
const skipped = probe.error === undefined ? '' : ' (skipped: no strace that can inject errors)'

let folder: string
let segment: string

beforeEach(async () => {
  folder = temporaryFolder()
  const journal = await openSmallJournal(folder, { segmentBytes: 100_000 })
  for (let number = 0; number < 100; number++) journal.write(numbered(number, 200))
  await journal.close()
  segment = segmentExtents(folder)[0]?.path ?? ''
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

/** Reads the journal in a process whose reads of the segment fail as `when` says. */
function readWithErrors(when: string): { numbers: number[]; damages: unknown[] } {
  const { stdout } = spawnSync(
    'strace',
    [
      ...['-f', '-o', '/dev/null', '-P', segment, '-e', 'trace=pread64'],
      ...['-e', `inject=pread64:error=EIO:when=${when}`],
      ...[process.execPath, CHILD, folder],
    ],
    { env: { ...process.env, UV_THREADPOOL_SIZE: '1' } },
  )
  return JSON.parse(stdout.toString())
}

it.skipIf(skipped !== '')(`reads again what the disk could not read once${skipped}`, () => {
  const numbers = Array.from({ length: 100 }, (_, number) => number)
  expect(readWithErrors('2..3')).toEqual({ numbers, damages: [] })
  expect(readdirSync(join(folder, 'quarantine'))).toEqual([])
})

it.skipIf(skipped !== '')(`reads around a block that the disk cannot read${skipped}`, () => {
  // Read 1 takes the header. 2 to 5: a batch, then its two blocks. 6 and 7: the search, then the
  // first block of it; the other one it can read
  const { numbers, damages } = readWithErrors('2..7')
  const first = Math.ceil((4096 - SEGMENT_HEADER_BYTES) / FRAME_BYTES)
  expect(numbers).toEqual(Array.from({ length: 100 - first }, (_, index) => first + index))
  expect(damages).toEqual([{ kind: 'damaged', segment, from: 0, to: first * FRAME_BYTES }])
  expect(readdirSync(join(folder, 'quarantine'))).toHaveLength(1)
})
