import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bellwether, startBellwether, stopAllBellwethers } from '../support/bellwether.ts'
import { preparePythonSdks } from '../support/python-sdks.ts'
import { PATIENT, QUICK, SERVED } from '../support/sdk-calls.ts'

const SCRIPT = fileURLToPath(new URL('sdk_python.py', import.meta.url))

const CHECKS = {
  openai: ['chat', 'stream', 'tool', 'schema', 'image', 'errors', 'asynchronous', 'responses'],
  anthropic: ['chat', 'stream', 'tool', 'schema', 'image', 'errors'],
} as const

const CALLS = Object.entries(CHECKS).flatMap(([sdk, names]) =>
  names.flatMap((name) => SERVED.map(([model]) => `${sdk} ${name} ${model}`)),
)

const python = await preparePythonSdks()
const title = python.ok ? 'the Python SDKs' : `the Python SDKs (skipped: ${python.reason})`

describe.runIf(python.ok)(title, () => {
  let server: Bellwether
  let results: Readonly<Record<string, string>>
  beforeAll(async () => {
    server = await startBellwether({ config: PATIENT })
    if (!python.ok) return
    const output = await python.run(SCRIPT, {
      PATH: process.env.PATH,
      RELAY: server.relay,
      KEY: server.key,
      QUICK: JSON.stringify(QUICK),
      MODELS: JSON.stringify(SERVED.map(([model]) => model)),
    })
    results = JSON.parse(output) as Readonly<Record<string, string>>
  })
  afterAll(stopAllBellwethers)

  it('are all run', () => {
    expect(new Set(Object.keys(results))).toEqual(new Set([...CALLS, 'others']))
  })

  it.each([...CALLS, 'others'])('work unchanged: %s', (call) => {
    expect(results[call]).toBe('ok')
  })
})
