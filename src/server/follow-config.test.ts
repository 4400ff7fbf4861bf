import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Config, loadConfig } from '../kernel/index.ts'
import { type ConfigFollower, followConfig } from './follow-config.ts'

const PROVIDER = 'providers: { own: { base_url: "http://127.0.0.1:9/v1" } }\n'
const level = (name: string) => `${PROVIDER}log_level: ${name}\n`
const SOON = { timeout: 5_000 }

let folder: string
let file: string
let follower: ConfigFollower
let applied: Config[]
let lines: { readonly msg: string; readonly problem?: string; readonly settings?: unknown }[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bellwether-follow-'))
  file = join(folder, 'bellwether.yaml')
  applied = []
  lines = []
})
afterEach(() => {
  follower.close()
  rmSync(folder, { recursive: true })
})

function follow(
  started = loadConfig(file, {}),
  apply = (config: Config) => void applied.push(config),
) {
  follower = followConfig({
    file,
    started,
    load: () => loadConfig(file, {}),
    apply,
    logger: pino({ level: 'trace' }, { write: (line) => lines.push(JSON.parse(line)) }),
  })
}

const levels = () => applied.map(({ log_level }) => log_level)

it('applies a file that is written over', async () => {
  writeFileSync(file, level('info'))
  follow()
  writeFileSync(file, level('debug'))
  await vi.waitFor(() => expect(levels()).toEqual(['debug']), SOON)
  writeFileSync(file, level('error'))
  await vi.waitFor(() => expect(levels()).toEqual(['debug', 'error']), SOON)
})

it('applies a file that an editor writes beside and renames', async () => {
  writeFileSync(file, level('info'))
  follow()
  for (const name of ['debug', 'error']) {
    writeFileSync(`${file}.swp`, level(name))
    renameSync(`${file}.swp`, file)
    await vi.waitFor(() => expect(levels().at(-1)).toBe(name), SOON)
  }
})

it('applies a mounted ConfigMap, whose link is pointed elsewhere', async () => {
  for (const name of ['info', 'debug']) {
    mkdirSync(join(folder, `..${name}`))
    writeFileSync(join(folder, `..${name}`, 'bellwether.yaml'), level(name))
  }
  symlinkSync('..info', join(folder, '..data'))
  symlinkSync('..data/bellwether.yaml', file)
  follow()
  symlinkSync('..debug', join(folder, '..new'))
  renameSync(join(folder, '..new'), join(folder, '..data'))
  await vi.waitFor(() => expect(levels()).toEqual(['debug']), SOON)
})

it('applies a file behind a link into a folder that is not watched', async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'bellwether-elsewhere-'))
  writeFileSync(join(elsewhere, 'real.yaml'), level('info'))
  symlinkSync(join(elsewhere, 'real.yaml'), file)
  follow()
  await sleep(300)
  writeFileSync(join(elsewhere, 'real.yaml'), level('debug'))
  await vi.waitFor(() => expect(levels()).toEqual(['debug']), SOON)
  rmSync(elsewhere, { recursive: true })
})

it('reads a file that is written in several steps once, when it is complete', async () => {
  writeFileSync(file, level('info'))
  follow()
  for (const text of ['log_le', 'log_level: [', PROVIDER, level('warn'), level('debug')]) {
    writeFileSync(file, text)
    await sleep(50)
  }
  await vi.waitFor(() => expect(levels()).toEqual(['debug']), SOON)
  expect(lines.filter(({ problem }) => problem !== undefined)).toEqual([])
})

it('sees a change that was made while the server started', async () => {
  writeFileSync(file, level('info'))
  const started = loadConfig(file, {})
  writeFileSync(file, level('debug'))
  follow(started)
  await vi.waitFor(() => expect(levels()).toEqual(['debug']), SOON)
})

it('applies nothing when nothing has changed but the time of the file', async () => {
  writeFileSync(file, level('info'))
  follow()
  writeFileSync(file, `# a comment\n${level('info')}`)
  await sleep(600)
  expect(applied).toEqual([])
})

it('names each problem of a broken file in a line and takes the next good one', async () => {
  writeFileSync(file, level('info'))
  follow()
  writeFileSync(file, `${PROVIDER}log_level: loud\nrelay: { max_body_mb: -1 }\n`)
  await vi.waitFor(() => expect(lines).toHaveLength(2), SOON)
  expect(lines.map(({ problem }) => problem)).toEqual([
    expect.stringContaining('relay.max_body_mb'),
    expect.stringContaining('log_level'),
  ])
  writeFileSync(file, `${PROVIDER}log_level: [info\n`)
  await vi.waitFor(() => expect(lines.at(-1)?.problem).toMatch(/at line 3, column 1:$/), SOON)
  rmSync(file)
  await vi.waitFor(() => expect(lines.at(-1)?.problem).toBe('no such file'), SOON)
  expect(applied).toEqual([])
  writeFileSync(file, level('debug'))
  await vi.waitFor(() => expect(levels()).toEqual(['debug']), SOON)
})

it('reports what cannot be applied and goes on with what was', async () => {
  writeFileSync(file, level('info'))
  follow(undefined, (config) => {
    if (config.log_level === 'debug') throw new Error('no room for that')
    applied.push(config)
  })
  writeFileSync(file, level('debug'))
  await vi.waitFor(() => expect(lines.at(-1)?.problem).toBe('no room for that'), SOON)
  writeFileSync(file, level('error'))
  await vi.waitFor(() => expect(levels()).toEqual(['error']), SOON)
})

it('applies the rest and names what needs a restart', async () => {
  writeFileSync(file, level('info'))
  follow()
  writeFileSync(file, `${level('debug')}listen: { relay: 1 }\nstore: { text: false }\n`)
  await vi.waitFor(() => expect(levels()).toEqual(['debug']), SOON)
  expect(applied[0]).toMatchObject({ listen: { relay: 8_080 }, store: { text: true } })
  expect(lines.find(({ msg }) => msg.includes('restart'))?.settings).toEqual([
    'listen.relay',
    'store.text',
  ])
})

it('does not leave simulated providers without a restart', async () => {
  writeFileSync(file, 'log_level: info\n')
  follow()
  writeFileSync(file, level('debug'))
  await vi.waitFor(() => expect(lines.at(-1)?.msg).toContain('restart'), SOON)
  expect(applied).toEqual([])
})

it('reads the file at once when it is told to', () => {
  writeFileSync(file, level('info'))
  follow()
  writeFileSync(file, level('debug'))
  follower.reload()
  expect(levels()).toEqual(['debug'])
  follower.reload()
  expect(lines.map(({ msg }) => msg)).toEqual(Array(2).fill('configuration read again'))
})
