import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bellwether, startBellwether, stopAllBellwethers } from '../support/bellwether.ts'
import { postChat, quickRequest, simulationHeader } from '../support/chat.ts'
import { pollUntil } from '../support/poll-until.ts'
import { recordOf, search } from '../support/search.ts'

let server: Bellwether
beforeAll(async () => {
  server = await startBellwether()
})
afterAll(stopAllBellwethers)

/** Time a restarted log process may take until it answers and has caught up. */
const CAUGHT_UP_MS = 20_000

async function callOnce(): Promise<string> {
  const response = await postChat(server.relay, { key: server.key, body: quickRequest() })
  await response.text()
  expect(response.status).toBe(200)
  return response.headers.get('x-request-id')!
}

/** Makes calls one after the other until told to stop; returns their ids. */
function callContinuously(): { stop(): Promise<readonly string[]> } {
  const ids: string[] = []
  const stopping = new AbortController()
  const work = async () => {
    while (!stopping.signal.aborted) {
      ids.push(await callOnce())
      await sleep(10)
    }
  }
  const running = work()
  return {
    async stop() {
      stopping.abort()
      await running
      return ids
    },
  }
}

async function expectEachOnce(ids: readonly string[]): Promise<void> {
  const found = await pollUntil(
    `${ids.length} records`,
    async () => {
      const { hits } = await search(server.search, {
        size: 2 * ids.length,
        query: { terms: { request_id: ids } },
      }).catch(() => ({ hits: { hits: [] } }))
      return hits.hits.length >= ids.length ? hits.hits : undefined
    },
    CAUGHT_UP_MS,
  )
  expect(found).toHaveLength(ids.length)
  expect(new Set(found.map(({ _id }) => _id))).toEqual(new Set(ids))
}

describe('the log process', () => {
  it('is restarted when it is killed, while calls flow on', async () => {
    const calls = callContinuously()
    await server.restart('log', 'SIGKILL')
    const ids = await calls.stop()
    expect(ids.length).toBeGreaterThan(5)
    await expectEachOnce(ids)
  })

  it('is killed and restarted when it falls silent, while calls flow on', async () => {
    const calls = callContinuously()
    await server.restart('log', 'SIGSTOP')
    await expectEachOnce(await calls.stop())
  })

  it('is not needed for a call', async () => {
    process.kill(await server.pidOf('log'), 'SIGSTOP')
    const id = await callOnce()
    process.kill(await server.pidOf('log'), 'SIGCONT')
    expect(await recordOf(server.search, id, CAUGHT_UP_MS)).toMatchObject({ outcome: 'ok' })
  })
})

describe('the relay', () => {
  it('leaves a call in flight recorded as lost when it is killed', async () => {
    const response = await postChat(server.relay, {
      key: server.key,
      body: quickRequest({ stream: true }),
      headers: simulationHeader({ promptTokens: 3, completionTokens: 4_000, speed: 1 }),
    })
    const id = response.headers.get('x-request-id')!
    const cut = expect(response.text()).rejects.toThrow()
    await server.restart('relay', 'SIGKILL')
    await cut
    expect(await recordOf(server.search, id, CAUGHT_UP_MS)).toMatchObject({ outcome: 'lost' })
    await pollUntil('the relay to answer again', async () => {
      try {
        return await callOnce()
      } catch {
        return undefined
      }
    })
  })
})

describe('the simulated providers', () => {
  it('are restarted on their port', async () => {
    process.kill(await server.pidOf('simulator'), 'SIGKILL')
    await pollUntil('a call to succeed again', async () => {
      const response = await postChat(server.relay, { key: server.key, body: quickRequest() })
      await response.text()
      return response.status === 200 ? true : undefined
    })
  })
})

describe('the supervisor', () => {
  it('takes its processes with it when it is killed, and another can start at once', async () => {
    const pids = [
      await server.pidOf('relay'),
      await server.pidOf('log'),
      await server.pidOf('simulator'),
    ]
    await server.stop('SIGKILL')
    const again = await startBellwether({ data: server.data })
    await pollUntil('the old processes to end', () =>
      pids.some((pid) => isAlive(pid)) ? undefined : true,
    )
    await again.stop()
  })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  const stat = `/proc/${pid}/stat`
  // an orphan that has ended stays in the list until its new parent looks after it
  return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'utf8'))
}
