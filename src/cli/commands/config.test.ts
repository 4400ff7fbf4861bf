import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { systemClock } from '../../kernel/index.ts'
import { runCli } from '../run-cli.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bellwether-config-cli-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

async function check(yaml: string, ...more: readonly string[]) {
  const file = join(folder, 'bellwether.yaml')
  writeFileSync(file, yaml)
  let said = ''
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      said += chunk.toString()
      done()
    },
  })
  const code = await runCli(['config', 'check', '--config', file, ...more], {
    environment: { ES_SECRET: 'hidden-secret' },
    clock: systemClock,
    stdin: {},
    stdout: stream,
    stderr: stream,
  })
  return { code, said }
}

const CLUSTER = `
search: { engine: mirror }
elasticsearch:
  nodes: ["https://es:9200"]
`

it.each([
  ['auth: { username: us, password: "${ES_SECRET}" }', 'user us, password ***'],
  ['auth: { api_key: "${ES_SECRET}" }', 'API key ***'],
  ['shards: 2', 'no authentication'],
])('shows the cluster of a configuration with %s, not its secrets', async (line, shown) => {
  const yaml = `${CLUSTER}  ${line}\n`
  const { code, said } = await check(yaml)
  expect(code).toBe(0)
  expect(said).toContain(`https://es:9200 (${shown})`)
  expect((await check(yaml, '--json')).said).toContain('"engine":"mirror"')
  expect(said + (await check(yaml, '--json')).said).not.toContain('hidden-secret')
})

it.each([
  ['search: { engine: elasticsearch }', 'elasticsearch.nodes: is needed'],
  ['elasticsearch: { nodes: ["http://us:secret@es:9200"] }', 'must not hold credentials'],
  ['elasticsearch: { auth: { username: us } }', 'takes `username` and `password`, or `api_key`'],
  ['elasticsearch: { index_prefix: Other }', 'must read holysheep-NAME'],
])('refuses %s', async (yaml, problem) => {
  const { code, said } = await check(yaml)
  expect(code).toBe(1)
  expect(said).toContain(problem)
  expect(said).not.toContain('secret@')
})
