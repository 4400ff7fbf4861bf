import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bellwether, startBellwether, stopAllBellwethers } from '../support/bellwether.ts'
import { pollUntil } from '../support/poll-until.ts'
import {
  allIds,
  call,
  ENGINE_START_MS,
  hasEngine,
  type SearchEngine,
  startEngine,
} from '../support/search-engine.ts'

const RECORDS = 20_000
const BATCH = 250
const PATIENCE_MS = 120_000

function batchText(first: number): string {
  return Array.from({ length: BATCH }, (_, place) => {
    const id = `r${first + place}`
    const action = { create: { _index: 'holysheep-requests', _id: id } }
    const source = {
      '@timestamp': new Date(Date.UTC(2026, 0, 5 + ((first + place) % 3))).toISOString(),
      request_id: id,
      model: 'gpt-4o',
      latency_ms: place,
      prompt: `question ${id}`,
    }
    return `${JSON.stringify(action)}\n${JSON.stringify(source)}\n`
  }).join('')
}

/** Sends a batch until it was taken, as a careful client does; the log process may be away. */
async function sendUntilTaken(search: string, first: number): Promise<void> {
  const text = batchText(first)
  for (;;) {
    try {
      const { items } = await call(search, 'POST', '/_bulk', text)
      const statuses = (items as { create: { status: number } }[]).map(
        ({ create }) => create.status,
      )
      if (statuses.every((status) => status === 201 || status === 409)) return
    } catch {
      // nobody answered: whether it was taken is not known
    }
    await sleep(100)
  }
}

async function lagOf({ console: page }: Bellwether): Promise<number | undefined> {
  try {
    const status = (await (await fetch(`${page}/api/status`)).json()) as {
      elasticsearch: { lag_bytes: number; dead_letters: { kept: number } }
    }
    expect(status.elasticsearch.dead_letters.kept).toBe(0)
    return status.elasticsearch.lag_bytes
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

describe('a cluster that is killed while it is filled', () => {
  if (!hasEngine('opensearch')) {
    it.skip('needs opensearch in ../shared/engines, which is not there', () => {})
    return
  }
  let engine: SearchEngine

  beforeAll(async () => {
    engine = await startEngine('opensearch')
  }, ENGINE_START_MS)
  afterAll(async () => {
    await stopAllBellwethers()
    await engine.remove()
  })

  it('has every record once in the end, also when the log process is killed, and no call waits', async () => {
    const bellwether = await startBellwether({
      config: {
        search: { engine: 'elasticsearch' },
        elasticsearch: { nodes: [engine.url], retention_days: 0, batch_documents: 300 },
      },
    })
    const ending = new AbortController()
    const latencies: number[] = []
    const calls = (async () => {
      while (!ending.signal.aborted) {
        const startMs = performance.now()
        const response = await fetch(`${bellwether.relay}/v1/chat/completions`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${bellwether.key}`,
            'content-type': 'application/json',
          },
          body: JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] }),
        })
        expect(response.status).toBe(200)
        await response.arrayBuffer()
        latencies.push(performance.now() - startMs)
        await sleep(50)
      }
    })()
    const sending = (async () => {
      for (let first = 0; first < RECORDS; first += BATCH) {
        await sendUntilTaken(bellwether.search, first)
        await sleep(100)
      }
    })()
    for (let round = 0; round < 2; round++) {
      await sleep(2_500)
      await engine.kill()
      await sleep(1_000)
      process.kill(await bellwether.pidOf('log'), 'SIGKILL')
      await sleep(1_000)
      await engine.start()
      await sleep(1_000)
      process.kill(await bellwether.pidOf('log'), 'SIGKILL')
    }
    await sending
    ending.abort()
    await calls
    await pollUntil(
      'the cluster to have everything',
      async () => ((await lagOf(bellwether)) === 0 ? true : undefined),
      PATIENCE_MS,
    )
    const ids = await allIds(engine.url, 'holysheep-*')
    expect(new Set(ids).size).toBe(ids.length)
    const ours = ids.filter((id) => /^r\d+$/.test(id))
    const wanted = Array.from({ length: RECORDS }, (_, number) => `r${number}`)
    expect(ours.length).toBe(RECORDS)
    expect(new Set(ours)).toEqual(new Set(wanted))
    expect(ids.filter((id) => id.startsWith('req_'))).toHaveLength(latencies.length)
    expect(Math.max(...latencies)).toBeLessThan(5_000)
  })
})
