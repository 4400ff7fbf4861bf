import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runBellwether } from '../support/bellwether.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bellwether-cli-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

it.each([
  [['--help'], 0, 'Usage: bellwether'],
  [['up', '--help'], 0, '--config'],
  [['replay', '--help'], 0, '--trace'],
  [['--version'], 0, '.'],
] as const)('answers %j with code %d', async (args, code, text) => {
  const result = await runBellwether(args)
  expect(result.code).toBe(code)
  expect(result.stdout).toContain(text)
})

it.each([
  [['fly'], 'unknown command'],
  [['up', '--wings'], 'unknown option'],
  [['keys', 'create'], '--name'],
  [['replay', '--speed', 'fast'], 'a number above 0'],
  [['replay', '--errors', '2'], 'a share from 0 to 1'],
] as const)('takes %j for wrong usage', async (args, text) => {
  const result = await runBellwether(args)
  expect(result.code).toBe(2)
  expect(result.stderr).toContain(text)
  expect(result.stdout).toBe('')
})

it('makes, lists and revokes keys', async () => {
  const data = ['--data', join(folder, 'keys')]
  const made = await runBellwether(['keys', 'create', '--name', 'shop', '--team', 'web', ...data])
  expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^hss_[0-9A-Za-z]{40}\n$/) })

  const twice = await runBellwether(['keys', 'create', '--name', 'shop', ...data])
  expect(twice.code).toBe(1)
  expect(twice.stderr).toContain('KEY_NAME_TAKEN')

  const list = await runBellwether(['keys', 'list', '--json', ...data])
  expect(JSON.parse(list.stdout)).toMatchObject([{ name: 'shop', team: 'web' }])
  expect(list.stdout).not.toContain(made.stdout.trim())

  expect((await runBellwether(['keys', 'revoke', 'shop', ...data])).code).toBe(0)
  const gone = await runBellwether(['keys', 'revoke', 'shop', '--json', ...data])
  expect(gone.code).toBe(1)
  expect(JSON.parse(gone.stderr)).toMatchObject({ error: { code: 'KEY_NOT_FOUND' } })
})

it('checks a configuration', async () => {
  const file = join(folder, 'good.yaml')
  writeFileSync(file, 'listen:\n  relay: 8081\n')
  const result = await runBellwether(['config', 'check', '--config', file, '--json'])
  expect(result.code).toBe(0)
  expect(JSON.parse(result.stdout)).toMatchObject({ simulated: true, listen: { relay: 8081 } })
})

it('names each problem of a configuration', async () => {
  const file = join(folder, 'bad.yaml')
  writeFileSync(file, 'listen:\n  relay: 99999\n  search_host: 0.0.0.0\n')
  const result = await runBellwether(['config', 'check', '--config', file])
  expect(result.code).toBe(1)
  expect(result.stderr).toContain('CONFIG_INVALID')
  expect(result.stderr).toContain('listen.relay')
  expect(result.stderr).toContain('search_host')
})

it('names a configuration file that is not there', async () => {
  const result = await runBellwether(['up', '--config', join(folder, 'none.yaml')])
  expect(result.code).toBe(1)
  expect(result.stderr).toContain('CONFIG_UNREADABLE')
})

it('starts from a clone with the Node of the machine, whichever it is', () => {
  const system = ['/usr/bin/node', '/usr/local/bin/node'].find((file) => existsSync(file))
  const node = system ?? process.execPath
  const result = spawnSync(node, [join(ROOT, 'bin/bellwether.js'), '--version'], {
    encoding: 'utf8',
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
  })
  expect(result).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+/) })
})
