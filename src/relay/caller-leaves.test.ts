import { afterEach, describe, expect, it } from 'vitest'
import {
  chunk,
  event,
  type RelayBench,
  STREAM_EVENTS,
  STREAM_HEADERS,
  sendJson,
  sendRaw,
  startRelay,
  stopRelays,
  usageChunk,
  wholeAnswer,
} from '../../test/faults/relay-fixture.ts'

afterEach(stopRelays)

/** Begins a streamed call, reads its first piece and leaves. */
async function leaveStream(bench: RelayBench): Promise<void> {
  const leaving = new AbortController()
  const response = await bench.chat({ stream: true }, { signal: leaving.signal })
  await response.body?.getReader().read()
  leaving.abort()
}

describe('a caller who leaves', () => {
  it('while the answer is streamed gets the usage of the provider on record', async () => {
    const bench = await startRelay()
    let finish: (() => void) | undefined
    bench.provider.answer = (response) => {
      response.writeHead(200, STREAM_HEADERS)
      response.write(STREAM_EVENTS[1])
      finish = () => response.end(STREAM_EVENTS.slice(2).join(''))
    }
    await leaveStream(bench)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect((await bench.entries()).map(({ kind }) => kind)).toEqual(['open'])
    finish?.()
    const { record, response } = await bench.closed()
    expect(record).toMatchObject({
      outcome: 'client_closed',
      status_code: 499,
      tokens_used: 120,
      cost_status: 'priced',
    })
    expect(record.usage_estimated).toBeUndefined()
    expect(response).toContain('bạn 你好')
  })

  it('is not read for beyond a megabyte', async () => {
    const bench = await startRelay()
    let closed = false
    bench.provider.answer = (response) => {
      response.writeHead(200, STREAM_HEADERS)
      const piece = chunk({ content: 'x'.repeat(30_000) })
      const timer = setInterval(() => response.write(piece), 2)
      response.on('close', () => {
        closed = true
        clearInterval(timer)
      })
    }
    await leaveStream(bench)
    const { record } = await bench.closed()
    expect(record).toMatchObject({ outcome: 'client_closed', usage_estimated: true })
    await expect.poll(() => closed).toBe(true)
  })

  it('together with many others is read for only as far as there are places', async () => {
    const bench = await startRelay()
    bench.provider.answer = (response) => {
      response.writeHead(200, STREAM_HEADERS)
      response.write(STREAM_EVENTS[1])
    }
    await Promise.all(Array.from({ length: 70 }, () => leaveStream(bench)))
    await expect
      .poll(async () => (await bench.entries()).filter(({ kind }) => kind === 'close').length)
      .toBe(6)
    expect(bench.relay.inFlight()).toHaveLength(64)
    await expect.poll(() => bench.provider.connections()).toBe(64)
  })

  it('before a whole answer comes gets that answer on record', async () => {
    const bench = await startRelay()
    bench.provider.answer = (response) => {
      setTimeout(() => sendJson(response, wholeAnswer()), 100)
    }
    const call = bench.chat({}, { signal: AbortSignal.timeout(40) })
    await expect(call).rejects.toThrow()
    const { record, response } = await bench.closed()
    expect(record).toMatchObject({ outcome: 'client_closed', status_code: 499, tokens_used: 120 })
    expect(JSON.parse(response)).toEqual(wholeAnswer())
  })

  it('before an error comes is still a caller who left', async () => {
    const bench = await startRelay()
    bench.provider.answer = (response) => {
      setTimeout(() => sendJson(response, { error: { message: 'no' } }, 500), 100)
    }
    await expect(bench.chat({}, { signal: AbortSignal.timeout(40) })).rejects.toThrow()
    const { record } = await bench.closed()
    expect(record).toMatchObject({
      outcome: 'client_closed',
      status_code: 499,
      cost_status: 'none',
    })
  })

  it('in the middle of his own body is on record and was never sent on', async () => {
    const bench = await startRelay()
    await sendRaw(
      bench.port,
      `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${bench.key}\r\n` +
        'content-length: 100\r\n\r\n{"model"',
    )
    const { record } = await bench.closed()
    expect(record).toMatchObject({ outcome: 'client_closed', status_code: 499, attempt_count: 0 })
    expect(bench.provider.received).toHaveLength(0)
  })

  it('after the end has changed nothing', async () => {
    const bench = await startRelay()
    bench.provider.answer = (response) => {
      response.writeHead(200, STREAM_HEADERS)
      response.write(chunk({ content: 'a' }) + usageChunk() + event('[DONE]'))
    }
    const leaving = new AbortController()
    const response = await bench.chat({ stream: true }, { signal: leaving.signal })
    await response.text()
    leaving.abort()
    const { record } = await bench.closed()
    expect(record.outcome).toBe('ok')
    await expect.poll(() => bench.provider.connections(), { timeout: 3_000 }).toBe(0)
    expect((await bench.entries()).map(({ kind }) => kind)).toEqual(['open', 'close'])
  })
})
