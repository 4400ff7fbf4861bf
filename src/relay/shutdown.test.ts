import { afterEach, describe, expect, it } from 'vitest'
import {
  STREAM_EVENTS,
  STREAM_HEADERS,
  sendJson,
  startRelay,
  stopRelays,
  wholeAnswer,
} from '../../test/faults/relay-fixture.ts'

afterEach(stopRelays)

describe('a relay that stops', () => {
  it('lets the calls under way finish and takes no more', async () => {
    const bench = await startRelay()
    bench.provider.answer = (response) => {
      setTimeout(() => sendJson(response, wholeAnswer()), 200)
    }
    const call = bench.chat()
    await expect.poll(() => bench.relay.inFlight().length).toBe(1)
    const closing = bench.relay.close(5_000)
    await expect(bench.chat()).rejects.toThrow()
    const response = await call
    expect(response.status).toBe(200)
    expect(response.headers.get('connection')).toBe('close')
    await closing
    expect((await bench.closed()).record.outcome).toBe('ok')
  })

  it('ends what takes too long with an error of its own and closes the records', async () => {
    const bench = await startRelay()
    bench.provider.answer = (response, { body }) => {
      if (!body.includes('"stream":true')) return
      response.writeHead(200, STREAM_HEADERS)
      response.write(STREAM_EVENTS[1])
    }
    const whole = bench.chat()
    const stream = await bench.chat({ stream: true })
    await expect.poll(() => bench.relay.inFlight().length).toBe(2)
    const before = performance.now()
    await bench.relay.close(100)
    expect(performance.now() - before).toBeLessThan(2_000)
    const response = await whole
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ error: { code: 'relay_shutdown' } })
    expect(await stream.text()).toContain('"code":"relay_shutdown"')
    const closed = (await bench.entries()).filter(({ kind }) => kind === 'close')
    expect(closed.map(({ record }) => [record.outcome, record.error_type])).toEqual([
      ['relay_error', 'relay_shutdown'],
      ['relay_error', 'relay_shutdown'],
    ])
    expect(bench.relay.inFlight()).toHaveLength(0)
  })

  it('says beforehand that it is not ready', async () => {
    const bench = await startRelay()
    bench.provider.answer = () => undefined
    const keptAlive = bench.chat()
    await expect.poll(() => bench.relay.inFlight().length).toBe(1)
    const closing = bench.relay.close(300)
    await keptAlive
    await closing
    await expect(fetch(`${bench.url}/readyz`)).rejects.toThrow()
  })
})

it('a relay says which port is taken', async () => {
  const bench = await startRelay()
  await expect(startRelay({ port: bench.port })).rejects.toMatchObject({ code: 'PORT_IN_USE' })
})
