import OpenAI from 'openai'
import { afterEach, describe, expect, it } from 'vitest'
import {
  chunk,
  event,
  type RelayBench,
  STREAM_EVENTS,
  STREAM_HEADERS,
  sendJson,
  sendStream,
  startRelay,
  stopRelays,
  USAGE,
  usageChunk,
  wholeAnswer,
} from '../../test/faults/relay-fixture.ts'

afterEach(stopRelays)

function clientFor(bench: RelayBench): OpenAI {
  return new OpenAI({ baseURL: `${bench.url}/v1`, apiKey: bench.key, maxRetries: 0 })
}

const MESSAGES = [{ role: 'user' as const, content: 'Xin chào' }]

describe('a call that is not streamed', () => {
  it('gives the official SDK the answer of the provider', async () => {
    const bench = await startRelay()
    const { data, response } = await clientFor(bench)
      .chat.completions.create({ model: 'small', messages: MESSAGES })
      .withResponse()
    expect(data).toMatchObject(wholeAnswer())
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-request-id': expect.stringMatching(/^req_[0-9A-Z]{26}$/),
      'x-bellwether-provider': 'fake',
      'x-bellwether-model': 'small',
      'x-bellwether-attempts': '1',
      'x-bellwether-cost-usd': '0.00032',
      'x-bellwether-overhead-ms': expect.stringMatching(/^[\d.]+$/),
      'server-timing': expect.stringMatching(/^relay;dur=[\d.]+, provider;dur=[\d.]+$/),
    })
  })

  it('leaves one record, opened before the provider is called, closed before the answer', async () => {
    const bench = await startRelay()
    const opened: number[] = []
    bench.provider.answer = (response) => {
      void bench.entries().then((entries) => {
        opened.push(entries.length)
        sendJson(response, wholeAnswer())
      })
    }
    const response = await bench.chat(
      { user: 'u-1' },
      { headers: { 'x-bellwether-labels': 'app=web' } },
    )
    const requestId = response.headers.get('x-request-id')
    expect(opened).toEqual([1])
    const entries = await bench.entries()
    expect(entries.map(({ kind, record }) => [kind, record.request_id])).toEqual([
      ['open', requestId],
      ['close', requestId],
    ])
    const { record, request, response: body } = await bench.closed()
    expect(record).toEqual({
      '@timestamp': expect.any(Number),
      request_id: requestId,
      type: 'holysheep_request',
      relay_host: 'relay-1',
      endpoint: '/v1/chat/completions',
      protocol: 'openai',
      sdk: 'node',
      app: 'web',
      labels: { app: 'web' },
      key_id: bench.keyId,
      key_name: 'test',
      team: 'red',
      user_id: 'u-1',
      stream: false,
      model: 'small',
      provider: 'fake',
      target: 'fake/small-2024',
      cache: 'off',
      status_code: 200,
      outcome: 'ok',
      attempt_count: 1,
      attempts: [
        {
          target: 'fake/small-2024',
          start_ms: expect.any(Number),
          wait_ms: expect.any(Number),
          dns_ms: 0,
          connect_ms: expect.any(Number),
          tls_ms: expect.any(Number),
          first_byte_ms: expect.any(Number),
          stream_ms: expect.any(Number),
          status: 200,
          decision: 'answered',
        },
      ],
      response_model: 'small-2024-08',
      finish_reason: 'stop',
      latency_ms: expect.any(Number),
      overhead_ms: expect.any(Number),
      connect_ms: expect.any(Number),
      first_byte_ms: expect.any(Number),
      stream_ms: expect.any(Number),
      request_bytes: Buffer.byteLength(request),
      response_bytes: Buffer.byteLength(body),
      input_tokens: 60,
      cache_read_tokens: 40,
      output_tokens: 20,
      prompt_tokens: 100,
      completion_tokens: 20,
      tokens_used: 120,
      cost_usd: 0.00032,
      cost_status: 'priced',
      price_version: expect.any(String),
      body_status: 'full',
    })
    expect(JSON.parse(request)).toMatchObject({ model: 'small', user: 'u-1' })
    expect(JSON.parse(body)).toEqual(wholeAnswer())
  })

  it('reaches the provider with its own model name and credential, and nothing of ours', async () => {
    const bench = await startRelay()
    await bench.chat(
      { temperature: 0.5 },
      {
        headers: { 'x-bellwether-labels': 'a=b', 'x-holysheep-user-id': 'u', 'openai-beta': 'x=1' },
      },
    )
    const [received] = bench.provider.received
    expect(received?.url).toBe('/v1/chat/completions')
    expect(received?.headers).toMatchObject({
      authorization: 'Bearer provider-credential-1',
      'accept-encoding': 'identity',
      'openai-beta': 'x=1',
    })
    const names = Object.keys(received?.headers ?? {})
    expect(names.filter((name) => /bellwether|holysheep/.test(name))).toEqual([])
    expect(JSON.parse(received?.body ?? '')).toEqual({
      model: 'small-2024',
      messages: MESSAGES,
      temperature: 0.5,
    })
    expect(JSON.stringify(received)).not.toContain(bench.key)
  })

  it('is answered with the bytes of the provider, and with those of its headers that matter', async () => {
    const bench = await startRelay()
    const bytes = '{ "choices":[ ],\n "odd": 1e2 }'
    bench.provider.answer = (response) => {
      response.writeHead(200, {
        'content-type': 'application/json; charset=utf-8',
        'openai-processing-ms': '12',
        'x-request-id': 'theirs',
        'set-cookie': 'a=b',
        'x-ms-region': 'East US',
      })
      response.end(bytes)
    }
    const response = await bench.chat()
    expect(await response.text()).toBe(bytes)
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(response.headers.get('openai-processing-ms')).toBe('12')
    expect(response.headers.get('set-cookie')).toBeNull()
    expect(response.headers.get('x-request-id')).toMatch(/^req_/)
    const { record } = await bench.closed()
    expect(record).toMatchObject({ upstream_region: 'East US', cost_status: 'none' })
  })

  it('is marked unpriced when its model has no price', async () => {
    const bench = await startRelay({ models: { odd: { target: 'fake/nobody-knows-this' } } })
    bench.provider.answer = (response) =>
      sendJson(response, wholeAnswer({ model: 'nobody-knows-this' }))
    const response = await bench.chat({ model: 'odd' })
    expect(response.headers.get('x-bellwether-cost-usd')).toBeNull()
    const { record } = await bench.closed()
    expect(record).toMatchObject({ cost_status: 'unpriced', tokens_used: 120 })
    expect(record.cost_usd).toBeUndefined()
  })

  it("takes the provider's usage also when it is 0", async () => {
    const bench = await startRelay()
    const usage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }
    bench.provider.answer = (response) => sendJson(response, wholeAnswer({ usage }))
    await bench.chat()
    const { record } = await bench.closed()
    expect(record).toMatchObject({ tokens_used: 0, cost_usd: 0, cost_status: 'priced' })
    expect(record.usage_estimated).toBeUndefined()
  })

  it('may be any of many that come at once, each with its own record', async () => {
    const bench = await startRelay()
    bench.provider.answer = (response, { body }) => {
      const { user } = JSON.parse(body) as { user: string }
      setTimeout(() => sendJson(response, wholeAnswer({ id: user })), Math.random() * 30)
    }
    const calls = Array.from({ length: 100 }, async (_, number) => {
      const response = await bench.chat({ user: `u-${number}` })
      const { id } = (await response.json()) as { id: string }
      expect(id).toBe(`u-${number}`)
      return [response.headers.get('x-request-id'), id] as const
    })
    const answered = new Map(await Promise.all(calls))
    const closed = (await bench.entries()).filter(({ kind }) => kind === 'close')
    expect(new Map(closed.map(({ record }) => [record.request_id, record.user_id]))).toEqual(
      answered,
    )
    expect(closed).toHaveLength(100)
    expect(bench.relay.inFlight()).toHaveLength(0)
  })
})

describe('a streamed call', () => {
  it('gives the official SDK each chunk and hides the usage nobody asked for', async () => {
    const bench = await startRelay()
    bench.provider.answer = (response) => sendStream(response)
    const stream = await clientFor(bench).chat.completions.create({
      model: 'small',
      stream: true,
      messages: MESSAGES,
    })
    const chunks: OpenAI.ChatCompletionChunk[] = []
    for await (const part of stream) chunks.push(part)
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe(
      'Chào bạn 你好',
    )
    expect(chunks).toHaveLength(4)
    expect(chunks.every(({ usage }) => usage === undefined)).toBe(true)
    const sent = JSON.parse(bench.provider.received[0]?.body ?? '') as object
    expect(sent).toMatchObject({ stream: true, stream_options: { include_usage: true } })
  })

  it('hands the usage on to a caller who asked for it', async () => {
    const bench = await startRelay()
    bench.provider.answer = (response) => sendStream(response)
    const response = await bench.chat({ stream: true, stream_options: { include_usage: true } })
    expect(await response.text()).toBe(STREAM_EVENTS.join(''))
  })

  it('leaves a record with the usage and the answer that the stream adds up to', async () => {
    const bench = await startRelay()
    bench.provider.answer = (response) => sendStream(response)
    const answer = await bench.chat({ stream: true })
    const text = await answer.text()
    const { record, response } = await bench.closed()
    expect(record).toMatchObject({
      outcome: 'ok',
      stream: true,
      status_code: 200,
      finish_reason: 'stop',
      response_model: 'small-2024-08',
      prompt_tokens: 100,
      completion_tokens: 20,
      cost_usd: 0.00032,
      response_bytes: Buffer.byteLength(text),
      body_status: 'full',
    })
    expect(JSON.parse(response)).toEqual(
      wholeAnswer({
        choices: [
          {
            index: 0,
            message: { role: 'assistant', content: 'Chào bạn 你好' },
            finish_reason: 'stop',
          },
        ],
      }),
    )
  })

  it('is passed on chunk by chunk, before the provider has finished', async () => {
    const bench = await startRelay()
    let goOn: (() => void) | undefined
    bench.provider.answer = (response) => {
      response.writeHead(200, STREAM_HEADERS)
      response.write(STREAM_EVENTS[1])
      goOn = () => response.end(STREAM_EVENTS.slice(2).join(''))
    }
    const response = await bench.chat({ stream: true })
    const reader = response.body?.getReader()
    const first = await reader?.read()
    expect(Buffer.from(first?.value ?? []).toString()).toBe(STREAM_EVENTS[1])
    expect((await bench.entries()).map(({ kind }) => kind)).toEqual(['open'])
    goOn?.()
    while ((await reader?.read())?.done === false);
    expect((await bench.closed()).record.outcome).toBe('ok')
  })

  it('is on record before the caller sees its end', async () => {
    const bench = await startRelay()
    bench.provider.answer = (response) => {
      response.writeHead(200, STREAM_HEADERS)
      for (const each of STREAM_EVENTS) response.write(each)
      // the provider keeps the connection open after it is done
    }
    const response = await bench.chat({ stream: true })
    expect(await response.text()).toContain('[DONE]')
    expect((await bench.entries()).map(({ kind }) => kind)).toEqual(['open', 'close'])
  })

  it.each(['\n', '\r\n', '\r'])('survives chunks of three bytes with line ends %j', async (end) => {
    const bench = await startRelay()
    const bytes = Buffer.from(STREAM_EVENTS.join('').replaceAll('\n', end))
    bench.provider.answer = (response) => {
      response.writeHead(200, STREAM_HEADERS)
      let at = 0
      const send = () => {
        for (let turn = 0; turn < 40; turn++) {
          response.write(bytes.subarray(at, at + 3))
          at += 3
        }
        if (at >= bytes.length) response.end()
        else setImmediate(send)
      }
      send()
    }
    const response = await bench.chat({ stream: true })
    const text = await response.text()
    expect(text).toBe(
      STREAM_EVENTS.filter((each) => !each.includes('total_tokens'))
        .join('')
        .replaceAll('\n', end),
    )
    const { record } = await bench.closed()
    expect(record).toMatchObject({ outcome: 'ok', tokens_used: 120 })
  })

  it('waits with the provider for a caller who reads slowly', async () => {
    const bench = await startRelay()
    const large = chunk({ content: 'x'.repeat(64 * 1024) })
    let written = 0
    bench.provider.answer = (response) => {
      response.writeHead(200, STREAM_HEADERS)
      const send = () => {
        while (written < 400) {
          written++
          if (!response.write(large)) {
            response.once('drain', send)
            return
          }
        }
        response.end(event('[DONE]'))
      }
      send()
    }
    const response = await bench.chat({ stream: true })
    await expect
      .poll(
        async () => {
          const before = written
          await new Promise((resolve) => setTimeout(resolve, 300))
          return written - before
        },
        { timeout: 10_000 },
      )
      .toBe(0)
    expect(written).toBeLessThan(400)
    expect((await response.text()).length).toBe(400 * large.length + event('[DONE]').length)
    expect((await bench.closed()).record.outcome).toBe('ok')
  })

  it('is estimated, and says so, when the provider gives no usage', async () => {
    const bench = await startRelay()
    bench.provider.answer = (response) =>
      sendStream(response, [
        chunk({ content: 'a'.repeat(400) }),
        chunk({ content: '你好吗' }),
        chunk({}, { finish_reason: 'stop' }),
        event('[DONE]'),
      ])
    await (await bench.chat({ stream: true })).text()
    const { record } = await bench.closed()
    expect(record).toMatchObject({
      outcome: 'ok',
      usage_estimated: true,
      output_tokens: 102,
      input_tokens: 2,
    })
  })

  it('takes usage that comes with the last content', async () => {
    const bench = await startRelay()
    const last = JSON.parse(usageChunk().slice(6)) as object
    bench.provider.answer = (response) =>
      sendStream(response, [
        chunk({ content: 'a' }),
        event({ ...last, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
        event('[DONE]'),
      ])
    const text = await (await bench.chat({ stream: true })).text()
    expect(text).toContain(JSON.stringify(USAGE))
    expect((await bench.closed()).record.tokens_used).toBe(120)
  })
})

describe('bodies', () => {
  it('are not kept when the caller or the operator says so', async () => {
    const bench = await startRelay()
    await bench.chat({}, { headers: { 'x-bellwether-log-body': 'false' } })
    expect(await bench.closed()).toMatchObject({
      record: { body_status: 'off' },
      request: '',
      response: '',
    })
    const none = await startRelay({ relay: { log_bodies: 'none' } })
    await none.chat()
    expect(await none.closed()).toMatchObject({ record: { body_status: 'off' }, request: '' })
  })

  it('are kept of failed calls alone when it is set so', async () => {
    const bench = await startRelay({ relay: { log_bodies: 'errors' } })
    const good = await bench.chat()
    expect((await bench.closed(good.headers.get('x-request-id') ?? '')).request).toBe('')
    const bad = await bench.chat({ model: 'unknown' })
    expect((await bench.closed(bad.headers.get('x-request-id') ?? '')).request).toContain('unknown')
  })

  it('are cut between two characters at the limit', async () => {
    const bench = await startRelay({ relay: { max_stored_body_kb: 1 } })
    await bench.chat({ messages: [{ role: 'user', content: '你'.repeat(1000) }] })
    const { record, request } = await bench.closed()
    expect(record.body_status).toBe('truncated')
    expect(Buffer.byteLength(request)).toBeLessThanOrEqual(1024)
    expect(request).not.toContain('\ufffd')
  })
})

describe('the other pages', () => {
  it('list the models to who has a key', async () => {
    const bench = await startRelay()
    const models = await clientFor(bench).models.list()
    expect(models.data.map(({ id, owned_by }) => [id, owned_by])).toEqual([
      ['small', 'fake'],
      ['gpt-4o', 'fake'],
    ])
    expect((await clientFor(bench).models.retrieve('gpt-4o')).object).toBe('model')
    await expect(clientFor(bench).models.retrieve('none')).rejects.toBeInstanceOf(
      OpenAI.NotFoundError,
    )
    expect((await fetch(`${bench.url}/v1/models`)).status).toBe(401)
  })

  it('say whether the relay lives and is ready', async () => {
    const bench = await startRelay()
    expect((await fetch(`${bench.url}/healthz`)).status).toBe(200)
    const ready = await fetch(`${bench.url}/readyz`)
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: 'ready', journal: 'ok', problems: [] },
    ])
  })

  it('count calls for Prometheus', async () => {
    const bench = await startRelay()
    await bench.chat()
    await bench.chat({ model: 'unknown' })
    const text = await (await fetch(`${bench.url}/metrics`)).text()
    expect(text).toContain(
      'bellwether_relay_calls_total{model="small",provider="fake",outcome="ok"} 1',
    )
    expect(text).toContain(
      'bellwether_relay_calls_total{model="none",provider="none",outcome="refused_model"} 1',
    )
    expect(text).toContain(
      'bellwether_relay_tokens_total{model="small",provider="fake",direction="output"} 20',
    )
    expect(text).toContain('bellwether_relay_cost_usd_total{model="small",provider="fake"} 0.00032')
    expect(text).toContain('bellwether_relay_in_flight_calls 0')
  })
})
