import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openReader } from '../../src/journal/index.ts'
import { numberOf, overlaps, readAll, temporaryFolder } from './journal-fixture.ts'

const CHILD = new URL('./journal-writer-child.ts', import.meta.url).pathname

const probe = spawnSync('strace', ['-o', '/dev/null', '-e', 'inject=fdatasync:error=EIO', 'true'])
const skipped = probe.status === 0 ? '' : ' (skipped: no strace that can inject errors)'

let root: string
let folder: string
let writer: ChildProcess | undefined

beforeEach(() => {
  root = temporaryFolder()
  folder = join(root, 'journal')
  mkdirSync(folder)
})

afterEach(() => {
  // strace does not take its child along: the group does
  if (writer?.pid !== undefined && writer.exitCode === null) process.kill(-writer.pid, 'SIGKILL')
  writer = undefined
  rmSync(root, { recursive: true })
})

interface Life {
  /** What the writer said. */
  readonly said: readonly string[]
  /** Numbers that a reader got while the writer ran. */
  readonly read: readonly number[]
  /** The calls of fdatasync: file, and whether it failed. */
  readonly syncs: readonly { readonly file: string; readonly failed: boolean }[]
  readonly status: number | null
}

/** Runs a writer whose fdatasync calls `when` fail with EIO. One thread, so they are counted. */
async function writeWithErrors(when: string, ...options: string[]): Promise<Life> {
  const log = join(root, 'strace')
  const child = spawn(
    'strace',
    [
      ...['-f', '-y', '-o', log, '-e', 'trace=fdatasync'],
      ...['-e', `inject=fdatasync:error=EIO:when=${when}`],
      ...[process.execPath, CHILD, '--folder', folder, ...options],
    ],
    {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
    },
  )
  writer = child
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const read: number[] = []
  const reader = openReader({ folder, position: 0 })
  const readOn = async (): Promise<void> => {
    const { entries } = await reader.next()
    read.push(...entries.map(({ bytes }) => numberOf(bytes)))
    if (entries.length > 0) await readOn()
  }
  const closed = once(child, 'close')
  while (child.exitCode === null) {
    await readOn()
    await delay(3)
  }
  const [status] = (await closed) as [number | null]
  await readOn()
  await reader.close()
  return { said: output.trim().split('\n'), read, syncs: syncCalls(log), status }
}

function syncCalls(log: string): Life['syncs'] {
  const calls = readFileSync(log, 'utf8').matchAll(/fdatasync\(\d+<([^>]+)>\)\s+= (-?\d)/g)
  return [...calls].map(([, file = '', result]) => ({ file, failed: result === '-1' }))
}

function numbersSaid(said: readonly string[], word: string): number[] {
  return said
    .filter((line) => line.startsWith(`${word} `))
    .map((line) => Number(line.split(' ')[1]))
}

async function numbersLeft(): Promise<number[]> {
  return (await readAll(folder)).entries.map(({ bytes }) => numberOf(bytes))
}

it.skipIf(skipped !== '').each([1, 2, 3, 5, 8, 13, 21])(
  `writes what is not confirmed into another file after sync %d failed${skipped}`,
  async (when) => {
    const options = ['--count', '200', '--segment', '1500']
    const { said, read, syncs, status } = await writeWithErrors(String(when), ...options)
    expect(status).toBe(0)
    expect(said.at(-1)).toBe('closed')
    const numbers = Array.from({ length: 200 }, (_, number) => number)
    expect(read, 'read meanwhile').toEqual(numbers)
    expect(await numbersLeft(), 'read afterwards').toEqual(numbers)
    expect(overlaps(folder)).toEqual([])
    const failure = syncs.findIndex(({ failed }) => failed)
    expect(failure).toBe(when - 1)
    expect(syncs[failure + 1]?.file).toMatch(/\.log\.new$/)
    // A replacement that begins where the failed file began takes over its name
    const taken = syncs[failure + 1]?.file.replace(/\.new$/, '')
    const later = syncs.slice(failure + 1).map(({ file }) => file)
    expect(later.filter((file) => file !== taken)).not.toContain(syncs[failure]?.file)
  },
  60_000,
)

it.skipIf(skipped !== '')(
  `keeps taking entries while the disk fails for seconds, and then writes them all${skipped}`,
  async () => {
    const { said, read, status } = await writeWithErrors('4..7', '--count', '300', '--pause', '8')
    expect(status).toBe(0)
    expect(said).toContain('state degraded')
    expect(said.filter((line) => line.startsWith('refused'))).toEqual([])
    const numbers = Array.from({ length: 300 }, (_, number) => number)
    expect(read).toEqual(numbers)
    expect(await numbersLeft()).toEqual(numbers)
  },
  60_000,
)

it.skipIf(skipped !== '')(
  `shows to readers what came while the disk failed, also when nothing follows${skipped}`,
  async () => {
    const options = ['--first', '1', '--count', '5', '--every', '1000', '--pause', '80']
    const { said, read, status } = await writeWithErrors('2..3', ...options)
    expect(status).toBe(0)
    expect(said).toContain('state degraded')
    expect(read).toEqual([1, 2, 3, 4, 5])
  },
  60_000,
)

it.skipIf(skipped !== '')(
  `confirms nothing while the disk fails for good, and ends with an error${skipped}`,
  async () => {
    const life = await writeWithErrors('5+', '--count', '45', '--memory', '2000')
    expect(life.status).not.toBe(0)
    const left = new Set(await numbersLeft())
    const synced = numbersSaid(life.said, 'synced')
    expect(synced.length).toBeGreaterThan(0)
    expect(synced.filter((number) => !left.has(number))).toEqual([])
    // After the failure began nothing can have been confirmed
    const firstFailure = life.syncs.findIndex(({ failed }) => failed)
    expect(life.syncs.slice(firstFailure).every(({ failed }) => failed)).toBe(true)
    expect(synced.length).toBeLessThanOrEqual(firstFailure)
  },
  60_000,
)

it.skipIf(skipped !== '')(
  `confirms an entry only when the files and their names are on disk${skipped}`,
  () => {
    const log = join(root, 'strace')
    const trace = ['-f', '-y', '-o', log, '-e', 'trace=fdatasync,fsync,pwrite64,write,rename']
    const options = ['--folder', folder, '--count', '60', '--every', '3', '--segment', '1000']
    const { status } = spawnSync('strace', [...trace, process.execPath, CHILD, ...options])
    expect(status).toBe(0)
    const unsynced = new Set<string>()
    let confirmed = 0
    for (const line of readFileSync(log, 'utf8').split('\n')) {
      const file = /\d<([^>]*\/journal(?:\/[^>]*\.log(?:\.new)?)?)>/.exec(line)?.[1]
      const renamed = /rename\("([^"]+\.log\.new)", "([^"]+)"\)/.exec(line)
      if (renamed !== null) {
        unsynced.add(folder)
        if (unsynced.delete(renamed[1] ?? '')) unsynced.add(renamed[2] ?? '')
      } else if (file !== undefined && line.includes('pwrite64(')) unsynced.add(file)
      else if (file !== undefined && /f(data)?sync\(/.test(line)) unsynced.delete(file)
      if (!line.includes('"synced ')) continue
      confirmed++
      expect([...unsynced], line).toEqual([])
    }
    expect(confirmed).toBe(20)
  },
  60_000,
)
