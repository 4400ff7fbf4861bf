import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openReader } from '../../src/journal/index.ts'
import { numberOf, openSmallJournal, readAll, temporaryFolder } from './journal-fixture.ts'

const CHILD = new URL('./journal-writer-child.ts', import.meta.url).pathname
const KILLS = 50

let folder: string

beforeEach(() => {
  folder = temporaryFolder()
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

/** Starts a writer; `said` collects the numbers it was told are written or synced. */
function startWriter(
  first: number,
  said: Set<number>,
): { child: ChildProcess; open: Promise<void> } {
  const child = spawn(process.execPath, [CHILD, '--folder', folder, '--first', String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const open = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      if (line === 'open') resolve()
      const number = /^(?:written|synced) (\d+)$/.exec(line)?.[1]
      if (number !== undefined) said.add(Number(number))
    })
  })
  return { child, open }
}

it(`loses nothing that was written in ${KILLS} kills -9 of the writer`, async () => {
  const said = new Set<number>()
  const read: number[] = []
  const reader = openReader({ folder, position: 0 })
  async function readOn(): Promise<void> {
    for (;;) {
      const { entries } = await reader.next()
      if (entries.length === 0) return
      read.push(...entries.map(({ bytes }) => numberOf(bytes)))
    }
  }
  for (let kill = 0, first = 0; kill < KILLS; kill++) {
    const { child, open } = startWriter(first, said)
    // Every third one dies while it opens, which is while it repairs what the last one left
    if (kill % 3 === 2) await delay(50 + ((kill * 17) % 120))
    else await open
    const deadline = performance.now() + ((kill * 37) % 150)
    while (performance.now() < deadline) {
      await readOn()
      await delay(5)
    }
    child.kill('SIGKILL')
    await once(child, 'close')
    first = Math.max(first, ...said) + 1_000
  }
  await readOn()
  await (await openSmallJournal(folder)).close()
  await readOn()
  await reader.close()
  const afresh = (await readAll(folder)).entries.map(({ bytes }) => numberOf(bytes))
  expect(afresh, 'read while it was written and read afterwards').toEqual(read)
  expect(read, 'in order, none twice').toEqual([...new Set(read)].sort((a, b) => a - b))
  const found = new Set(read)
  expect([...said].filter((number) => !found.has(number))).toEqual([])
  // At most the one entry of each life that was written and not yet said
  expect(read.length - said.size).toBeLessThanOrEqual(KILLS)
  expect(said.size).toBeGreaterThan(KILLS * 10)
}, 120_000)
