import { afterEach, describe, expect, it } from 'vitest'
import { expectClosed, expectIdle, requestIdOf } from './after-call.ts'
import { startRawProvider, startRelay, stopRelays } from './relay-fixture.ts'

afterEach(stopRelays)

const MEGABYTE = 1024 * 1024

function large(megabytes: number): object {
  return { messages: [{ role: 'user', content: 'x'.repeat(megabytes * MEGABYTE) }] }
}

describe('a body of many megabytes', () => {
  it('of 49 reaches the provider as it is', async () => {
    const bench = await startRelay({ relay: { log_bodies: 'none' } })
    const response = await bench.chat(large(49))
    expect(response.status).toBe(200)
    expect(bench.provider.received[0]?.body.length).toBeGreaterThan(49 * MEGABYTE)
    await expectIdle(bench)
  })

  it.each([
    ['keeps', false],
    ['closes', true],
  ])('that the provider refuses unread is refused, and he %s the connection', async (_, closes) => {
    const body = '{"error":{"message":"too large","type":"x","param":null,"code":"too_large"}}'
    const baseUrl = await startRawProvider((socket) => {
      socket.once('data', () => {
        socket.pause()
        socket.write(
          `HTTP/1.1 413 Too Large\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n` +
            `${closes ? 'connection: close\r\n' : ''}\r\n${body}`,
        )
        if (closes) setTimeout(() => socket.destroy(), 50)
      })
    })
    const bench = await startRelay({ baseUrl, relay: { timeouts: { idle_ms: 1_000 } } })
    const response = await bench.chat(large(20))
    expect([response.status, await response.text()]).toEqual([413, body])
    await expectClosed(bench, requestIdOf(response), {
      outcome: 'upstream_error',
      status_code: 413,
      error_type: 'too_large',
    })
    await expectIdle(bench)
  })

  it('that the provider stops reading is given up in time', async () => {
    const baseUrl = await startRawProvider((socket) => {
      socket.once('data', () => socket.pause())
    })
    const bench = await startRelay({ baseUrl, relay: { timeouts: { first_byte_ms: 300 } } })
    const response = await bench.chat(large(20))
    expect(response.status).toBe(504)
    expect(await response.json()).toMatchObject({ error: { code: 'timeout_first_byte' } })
    await expectIdle(bench)
  })

  it('as an answer of more than 64 is refused instead of filling the memory', async () => {
    const bench = await startRelay()
    bench.provider.answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const piece = Buffer.alloc(MEGABYTE, ' ')
      const send = () => {
        while (!response.destroyed && response.write(piece));
        response.once('drain', send)
      }
      send()
    }
    const response = await bench.chat()
    expect(response.status).toBe(502)
    expect(await response.json()).toMatchObject({ error: { code: 'upstream_invalid_answer' } })
    await expectClosed(bench, requestIdOf(response), { error_type: 'invalid_answer' })
    await expectIdle(bench, 0)
  })
})
