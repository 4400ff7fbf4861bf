import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCli } from '../run-cli.ts'

const DAY_MS = 86_400_000

describe('bellwether keys', () => {
  let folder: string
  const clock = { ms: 0, nowMs: () => clock.ms, monotonicMs: () => clock.ms }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bellwether-keys-cli-'))
    clock.ms = Date.parse('2027-01-15T10:00:00Z')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  async function run(...args: readonly string[]) {
    const output = { stdout: '', stderr: '' }
    const collect = (name: keyof typeof output) =>
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          output[name] += chunk.toString()
          done()
        },
      })
    const code = await runCli(['keys', ...args, '--data', folder], {
      environment: {},
      clock,
      stdin: {},
      stdout: collect('stdout'),
      stderr: collect('stderr'),
    })
    return { code, ...output }
  }

  it('makes a key with everything that it may do, and lists it so', async () => {
    const options = ['--models', 'gpt-4*, small', '--endpoints', '/v1/chat/completions,/v1/audio/*']
    const limits = ['--rpm', '60', '--tpm', '90000', '--concurrent', '4', '--expires', '30d']
    const made = await run('create', '--name', 'shop', '--json', ...options, ...limits)
    const expected = {
      name: 'shop',
      models: ['gpt-4*', 'small'],
      endpoints: ['/v1/chat/completions', '/v1/audio/*'],
      limits: { requestsPerMinute: 60, tokensPerMinute: 90_000, concurrent: 4 },
      expiresMs: clock.ms + 30 * DAY_MS,
    }
    expect(made.code).toBe(0)
    expect(JSON.parse(made.stdout)).toMatchObject({ ...expected, key: expect.any(String) })
    expect(JSON.parse((await run('list', '--json')).stdout)).toMatchObject([expected])
    const { stdout } = await run('list')
    for (const part of [
      'in force',
      'models=gpt-4*,small',
      'endpoints=/v1/chat/completions,/v1/audio/*',
      'rpm=60  tpm=90000  concurrent=4  expires=2027-02-14T10:00:00',
    ]) {
      expect(stdout).toContain(part)
    }
    clock.ms += 31 * DAY_MS
    expect((await run('list')).stdout).toContain('expired ')
  })

  it('makes a key without limits when none are named', async () => {
    await run('create', '--name', 'free')
    const [key] = JSON.parse((await run('list', '--json')).stdout) as object[]
    expect(Object.keys(key ?? {})).toEqual(['id', 'name', 'createdMs'])
  })

  it.each([
    [['--models', 'a,,b'], 'without gaps'],
    [['--models', ''], 'without gaps'],
    [['--models', 'g*t'], 'the * must stand at the end'],
    [['--endpoints', 'v1/chat'], '"v1/chat" must begin with /'],
    [['--rpm', '0'], 'a whole number above 0'],
    [['--tpm', '1.5'], 'a whole number above 0'],
    [['--concurrent', 'many'], 'a whole number above 0'],
    [['--expires', 'soon'], 'a time from now like 30d'],
    [['--expires', '2027-01-01'], 'in the future'],
  ])('takes %j for wrong usage and makes no key', async (options, message) => {
    const { code, stderr, stdout } = await run('create', '--name', 'shop', ...options)
    expect(code).toBe(2)
    expect(stderr).toContain(message)
    expect(stdout).toBe('')
    expect((await run('list')).stdout).toBe('no keys\n')
  })
})
