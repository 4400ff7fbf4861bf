import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createLogger, isAppError, systemClock } from '../kernel/index.ts'
import { type SupervisedChild, superviseChild } from './supervised-child.ts'

/**
 * A child that does as its settings say: `failure` at its start, `deaf` to being told to stop,
 * or ready at once. It adds one to the port it is given, to show what it was started with, and
 * writes the settings of a reload into the file they name.
 */
const CHILD = `
  import { writeFileSync } from 'node:fs'
  import { serveChild } from ${JSON.stringify(new URL('./serve-child.ts', import.meta.url).href)}
  import { AppError } from ${JSON.stringify(new URL('../kernel/index.ts', import.meta.url).href)}
  serveChild(async ({ port, failure, deaf }) => {
    if (failure === 'crash') process.exit(3)
    if (failure !== undefined) throw new AppError(failure, { port })
    return {
      ports: { main: port + 1 },
      reload: (settings) => writeFileSync(settings.file, JSON.stringify(settings)),
      stop: () => (deaf ? new Promise(() => {}) : Promise.resolve()),
    }
  }, { ...console, error: () => {} })
`

const logger = createLogger({ process: 'test', level: 'silent' })
let folder: string
let children: SupervisedChild[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bellwether-child-'))
  writeFileSync(join(folder, 'child.ts'), CHILD)
})

afterEach(async () => {
  await Promise.all(children.map((child) => child.stop(100)))
  children = []
  rmSync(folder, { recursive: true })
})

function start(settings: object, silentAfterMs = 5_000) {
  const seen: unknown[] = []
  const child = superviseChild(
    {
      name: 'child',
      file: pathToFileURL(join(folder, 'child.ts')),
      execArgv: [],
      environment: {},
      settings: (ports) => {
        seen.push(ports)
        return settings
      },
      silentAfterMs,
    },
    { clock: systemClock, logger, onChange: () => {} },
  )
  children.push(child)
  return { child, seen }
}

it('is ready with the ports the child reports', async () => {
  const { child } = start({ port: 41 })
  expect(await child.ready).toEqual({ main: 42 })
})

it('passes on the catalogue error a child fails its start with', async () => {
  const { child } = start({ port: 8080, failure: 'PORT_IN_USE' })
  await expect(child.ready).rejects.toSatisfy(
    (error) => isAppError(error, 'PORT_IN_USE') && error.details.port === 8080,
  )
})

it('says with which code a child crashed at its start', async () => {
  await expect(start({ failure: 'crash' }).child.ready).rejects.toMatchObject({
    code: 'PROCESS_ENDED',
    details: { process: 'child', code: 3 },
  })
})

it('starts a child that was killed again, on the ports it had', async () => {
  const { child, seen } = start({ port: 1 })
  await child.ready
  const first = child.pid!
  process.kill(first, 'SIGKILL')
  await vi.waitFor(() => expect(child.pid).toSatisfy((pid) => pid !== undefined && pid !== first))
  expect(child.restarts).toBe(1)
  expect(seen).toEqual([undefined, { main: 2 }])
})

it('kills a child that falls silent and starts it again', async () => {
  const { child } = start({ port: 1 }, 2_000)
  await child.ready
  const first = child.pid!
  process.kill(first, 'SIGSTOP')
  await vi.waitFor(() => expect(child.pid).not.toBe(first), { timeout: 8_000 })
}, 10_000)

it('leaves a child alone that only beats', async () => {
  const { child } = start({ port: 1 }, 1_800)
  await child.ready
  await sleep(3_000)
  expect(child.restarts).toBe(0)
}, 10_000)

it('tells a child its settings as they are now, while it runs and when it starts again', async () => {
  const settings = { port: 1, file: join(folder, 'told'), word: 'first' }
  const { child } = start(settings)
  child.reload()
  await child.ready
  const told = () => JSON.parse(readFileSync(settings.file, 'utf8'))
  await vi.waitFor(() => expect(told()).toEqual(settings))
  settings.word = 'second'
  child.reload()
  await vi.waitFor(() => expect(told()).toEqual({ ...settings, word: 'second' }))
})

it('goes on when new settings are not taken', async () => {
  const { child } = start({ port: 1 })
  await child.ready
  const { pid } = child
  child.reload()
  await sleep(200)
  expect(child).toMatchObject({ pid, restarts: 0 })
})

it('stops a child and does not start it again', async () => {
  const { child } = start({ port: 1 })
  await child.ready
  await child.stop(5_000)
  expect(child.pid).toBeUndefined()
  expect(child.restarts).toBe(0)
})

it('kills a child that does not stop in time', async () => {
  const { child } = start({ port: 1, deaf: true })
  await child.ready
  const startMs = performance.now()
  await child.stop(300)
  expect(performance.now() - startMs).toBeLessThan(3_000)
  expect(child.pid).toBeUndefined()
})
