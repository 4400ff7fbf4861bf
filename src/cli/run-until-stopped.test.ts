import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Config, createLogger, loadConfig, systemClock } from '../kernel/index.ts'
import { runUntilStopped } from './run-until-stopped.ts'

let folder: string
let file: string
let applied: Config[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bellwether-run-'))
  file = join(folder, 'bellwether.yaml')
  writeFileSync(file, 'log_level: info\n')
  applied = []
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Runs as a command does; signals are only announced in this process, not sent to it. */
function run(isTTY: boolean, config: string | undefined = file) {
  let stopped = false
  const running = runUntilStopped(
    { data: folder, ...(config !== '' && { config }) },
    {
      environment: {},
      clock: systemClock,
      stdin: { isTTY },
      stdout: new PassThrough(),
      stderr: new PassThrough(),
    },
    {
      started: loadConfig(file, {}),
      apply: (next) => applied.push(next),
      logger: createLogger({ process: 'test', level: 'silent' }),
    },
  ).then(() => {
    stopped = true
  })
  return { running, isStopped: () => stopped }
}

it('reads the file again on SIGHUP and stops on SIGTERM when no terminal is attached', async () => {
  const { running, isStopped } = run(false)
  writeFileSync(file, 'log_level: debug\n')
  process.emit('SIGHUP')
  expect(applied.map(({ log_level }) => log_level)).toEqual(['debug'])
  await sleep(10)
  expect(isStopped()).toBe(false)
  process.emit('SIGTERM')
  await running
})

it.each([
  ['its terminal is closed', true, undefined],
  ['there is no file to read', false, ''],
])('stops on SIGHUP when %s', async (_, isTTY, config) => {
  const { running } = run(isTTY, config)
  process.emit('SIGHUP')
  await running
  expect(applied).toEqual([])
})

it('follows the file no longer once it was stopped', async () => {
  const { running } = run(false)
  process.emit('SIGINT')
  await running
  writeFileSync(file, 'log_level: debug\n')
  await sleep(500)
  expect(applied).toEqual([])
})
