import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Bellwether, startBellwether, stopAllBellwethers } from '../support/bellwether.ts'
import { search } from '../support/search.ts'

let server: Bellwether
beforeAll(async () => {
  server = await startBellwether()
})
afterAll(stopAllBellwethers)

it('replays the sample with streams and errors, and every call is accounted for', async () => {
  const list = join(server.data, 'calls.ndjson')
  const { code, stdout, stderr } = await server.run(
    'replay',
    '--json',
    '--speed',
    '100',
    '--errors',
    '0.2',
    '--list',
    list,
  )
  expect(stderr).toContain('300 of 300 calls')
  const answer = JSON.parse(stdout)
  expect(answer).toMatchObject({ calls: 300, exact: true, differences: [] })
  expect(code).toBe(0)

  const calls = readFileSync(list, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(calls).toHaveLength(300)
  expect(new Set(calls.map(({ status }) => status)).size).toBeGreaterThan(2)
  const stored = await search(server.search, {
    size: 0,
    query: { term: { release: answer.run } },
    track_total_hits: true,
  })
  expect(stored.hits.total.value).toBe(300)
})

it('finds words of the prompts in three scripts', async () => {
  for (const words of ['Panthers', 'đội', '什么']) {
    const { hits } = await search(server.search, { size: 1, query: { match: { prompt: words } } })
    expect(hits.total.value, words).toBeGreaterThan(0)
  }
})

it('replays with the official SDK, too', async () => {
  const args = ['replay', '--sdk', '--json', '--speed', '1000', '--calls', '60', '--errors', '0.1']
  const { code, stdout } = await server.run(...args)
  expect(JSON.parse(stdout)).toMatchObject({ calls: 60, exact: true, differences: [] })
  expect(code).toBe(0)
})

it('prints a table for people', async () => {
  const { stdout } = await server.run('replay', '--speed', '1000', '--calls', '20')
  expect(stdout).toMatch(/calls answered +20 +20 +20 +equal/)
  expect(stdout).toMatch(/cost gpt-4o +\$0\.\d{9} +\$0\.\d{9} +\$0\.\d{9} +equal/)
  expect(stdout).toContain('Exact: every call is accounted for once.')
})

it('leaves no usable key behind', async () => {
  const { stdout } = await server.run('keys', 'list', '--json')
  const inForce = JSON.parse(stdout).filter(
    ({ revokedMs }: { revokedMs?: number }) => revokedMs === undefined,
  )
  expect(inForce.map(({ name }: { name: string }) => name)).toEqual(['first'])
})

it.each([
  [['--trace', '/nonexistent.csv'], 1, 'REPLAY_INPUT_INVALID'],
  [['--texts', 'package.json'], 1, 'REPLAY_INPUT_INVALID'],
  [['--key', `hss_${'x'.repeat(40)}`], 1, 'KEY_UNKNOWN'],
])('refuses %j', async (args, code, text) => {
  const result = await server.run('replay', ...args)
  expect(result.stderr).toContain(text)
  expect(result.code).toBe(code)
})

it('does not replay to providers that cost money', async () => {
  const real = await startBellwether({ environment: { OPENAI_API_KEY: 'sk-none' } })
  const { code, stderr } = await real.run('replay', '--calls', '1')
  expect(code).toBe(1)
  expect(stderr).toContain('PROVIDERS_REAL')
})
