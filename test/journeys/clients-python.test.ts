import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type JourneyServer, startJourneyServer } from '../support/clients-server.ts'
import { preparePythonSdks } from '../support/python-sdks.ts'
import { ENGINE_START_MS } from '../support/search-engine.ts'

const SCRIPT = fileURLToPath(new URL('clients_python.py', import.meta.url))
const PACKAGES = ['elasticsearch==8.19.3', 'opensearch-py==3.2.0', 'elasticsearch-dsl==8.18.0']

const CHECKS = ['connect', 'documents', 'indices', 'bulk', 'search', 'cursors', 'by_query'] as const
const CALLS = [
  ...CHECKS.map((check) => `elasticsearch ${check}`),
  ...CHECKS.map((check) => `opensearch ${check}`),
  'elasticsearch-dsl',
]

const python = await preparePythonSdks(PACKAGES)
const title = python.ok ? 'the Python clients' : `the Python clients (skipped: ${python.reason})`

describe.runIf(python.ok)(title, () => {
  let server: JourneyServer
  let results: Readonly<Record<string, string>>

  beforeAll(async () => {
    server = await startJourneyServer()
    if (!python.ok) return
    const output = await python.run(SCRIPT, {
      PATH: process.env.PATH,
      SEARCH: server.url,
      LACKS: JSON.stringify(server.lacks),
    })
    results = JSON.parse(output) as Readonly<Record<string, string>>
  }, ENGINE_START_MS)
  afterAll(() => server.close())

  it('are all run', () => {
    const isServed = (call: string) =>
      server.lacks.every((lacking) => lacking !== `${call.split(/[ -]/)[0]} clients`)
    const expected = CALLS.filter(isServed)
    expect(new Set(Object.keys(results))).toEqual(new Set(expected))
  })

  it.for(CALLS)('work unchanged: %s', (call, { skip }) => {
    if (results[call] === undefined) skip('this server refuses the client')
    expect(results[call]).toBe('ok')
  })
})
