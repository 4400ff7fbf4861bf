import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { openAccounts } from '../../src/accounts/index.ts'
import { systemClock } from '../../src/kernel/index.ts'
import {
  chunk,
  type RelayBench,
  readEntries,
  SMALL_BODY,
  STREAM_EVENTS,
  STREAM_HEADERS,
  sendStream,
  startRawProvider,
  startRelay,
  stopRelays,
} from './relay-fixture.ts'

const CHILD = fileURLToPath(new URL('./relay-child.ts', import.meta.url))

afterEach(stopRelays)

function openSockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length
}

/** Begins a streamed call on a connection of its own, and closes that at the first byte. */
async function leaveStream({ port, key }: RelayBench): Promise<void> {
  const call = request({
    ...{ agent: false, port, host: '127.0.0.1', method: 'POST', path: '/v1/chat/completions' },
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
  })
  call.end(JSON.stringify({ ...SMALL_BODY, stream: true }))
  const [response] = (await once(call, 'response')) as [IncomingMessage]
  await once(response, 'data')
  call.destroy()
}

it('leaves no socket and no call behind after 200 streams whose callers left', async () => {
  const bench = await startRelay()
  const before = openSockets()
  bench.provider.answer = (response) => {
    response.writeHead(200, STREAM_HEADERS)
    response.write(chunk({ content: 'begin' }))
    const timer = setInterval(() => response.write(chunk({ content: 'x'.repeat(40_000) })), 5)
    response.on('close', () => clearInterval(timer))
  }
  for (let round = 0; round < 10; round++) {
    await Promise.all(Array.from({ length: 20 }, () => leaveStream(bench)))
  }
  await expect.poll(() => bench.relay.inFlight().length, { timeout: 20_000 }).toBe(0)
  await expect.poll(() => bench.provider.connections(), { timeout: 5_000 }).toBe(0)
  const entries = await bench.entries()
  const closed = entries.filter(({ kind }) => kind === 'close')
  expect(new Set(closed.map(({ record }) => record.request_id)).size).toBe(200)
  expect(closed.every(({ record }) => record.outcome === 'client_closed')).toBe(true)
  expect(closed).toHaveLength(200)
  await expect.poll(openSockets, { timeout: 5_000 }).toBeLessThanOrEqual(before)
})

it('serves a thousand streams at once and each its own', async () => {
  const bench = await startRelay()
  bench.provider.answer = (response, { body }) => {
    const { user } = JSON.parse(body) as { user: string }
    response.writeHead(200, STREAM_HEADERS)
    response.write(chunk({ content: user }))
    setTimeout(() => response.end(STREAM_EVENTS.slice(3).join('')), 500)
  }
  const texts = await Promise.all(
    Array.from({ length: 1000 }, async (_, number) => {
      const response = await bench.chat({ stream: true, user: `u${number}.` })
      return [number, await response.text()] as const
    }),
  )
  for (const [number, text] of texts) {
    expect(text).toContain(`"u${number}."`)
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
  }
  const closed = (await bench.entries()).filter(({ kind }) => kind === 'close')
  expect(closed).toHaveLength(1000)
  expect(closed.every(({ record }) => record.outcome === 'ok')).toBe(true)
})

it('goes on serving while providers break off at random', async () => {
  const baseUrl = await startRawProvider((socket) => {
    socket.on('data', () => {
      const fate = Math.random()
      if (fate < 0.2) socket.destroy()
      else if (fate < 0.4) socket.end('HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n{"id":1')
      else if (fate < 0.6) socket.end('nonsense\r\n\r\n')
      else {
        const body = '{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}'
        socket.write(
          'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n' +
            `content-length: ${body.length}\r\n\r\n${body}`,
        )
      }
    })
  })
  const bench = await startRelay({ baseUrl })
  const statuses = await Promise.all(
    Array.from({ length: 500 }, async () => {
      const response = await bench.chat()
      await response.json()
      return response.status
    }),
  )
  expect(new Set(statuses)).toEqual(new Set([200, 502]))
  const closed = (await bench.entries()).filter(({ kind }) => kind === 'close')
  expect(closed).toHaveLength(500)
  expect(closed.filter(({ record }) => record.status_code === 200)).toHaveLength(
    statuses.filter((status) => status === 200).length,
  )
})

async function startChild(
  folder: string,
  baseUrl: string,
): Promise<{ child: ChildProcess; port: number; lost: number }> {
  const child = spawn(process.execPath, [CHILD, folder, baseUrl], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [data] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer]
  return { child, ...(JSON.parse(data.toString()) as { port: number; lost: number }) }
}

/** Calls without pause until the relay is gone; returns the ids of the calls answered in full. */
async function callUntilGone(port: number, key: string, stream: boolean): Promise<string[]> {
  const answered: string[] = []
  for (;;) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ ...SMALL_BODY, stream }),
      })
      const text = await response.text()
      if (!stream || text.includes('[DONE]')) {
        answered.push(response.headers.get('x-request-id') ?? '')
      }
    } catch {
      return answered
    }
  }
}

it('after kill -9 has every answered call on record once, and every other one as lost', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'relay-kill-'))
  const accounts = openAccounts(join(folder, 'accounts.db'), systemClock)
  const { secret } = accounts.keys.create({ name: 'test' })
  accounts.close()
  const { provider } = await startRelay()
  const whole = provider.answer
  provider.answer = (response, received) => {
    setTimeout(() => {
      if (received.body.includes('"stream":true')) sendStream(response)
      else whole(response, received)
    }, Math.random() * 8)
  }
  const answered: string[] = []
  let lost = 0
  for (let kill = 0; kill < 5; kill++) {
    const relay = await startChild(folder, provider.baseUrl)
    lost += relay.lost
    const callers = Array.from({ length: 16 }, (_, number) =>
      callUntilGone(relay.port, secret, number % 2 === 0),
    )
    await sleep(400 + Math.random() * 600)
    relay.child.kill('SIGKILL')
    answered.push(...(await Promise.all(callers)).flat())
  }
  const last = await startChild(folder, provider.baseUrl)
  lost += last.lost
  last.child.kill('SIGKILL')
  await once(last.child, 'exit')

  const entries = await readEntries(join(folder, 'journal'))
  const opened = new Set(entries.map(({ record }) => record.request_id))
  const closes = entries.filter(({ kind }) => kind === 'close')
  const outcomes = new Map(closes.map(({ record }) => [record.request_id, record.outcome]))
  expect(closes).toHaveLength(outcomes.size)
  expect(outcomes.size).toBe(opened.size)
  expect(answered.length).toBeGreaterThan(200)
  expect(answered.filter((id) => outcomes.get(id) !== 'ok')).toEqual([])
  expect(closes.filter(({ record }) => record.outcome === 'lost')).toHaveLength(lost)
  expect(lost).toBeGreaterThan(0)
  rmSync(folder, { recursive: true, force: true })
})
