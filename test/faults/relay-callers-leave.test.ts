import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { expectIdle, expectServing } from './after-call.ts'
import {
  ALL_FORMS,
  byName,
  type CallerForm,
  callAs,
  providerOf,
  STREAM_FORMS,
  startForms,
} from './caller-forms.ts'
import { defaultAnswer } from './provider-answers.ts'
import { type BenchSettings, type RelayBench, STREAM_HEADERS, stopRelays } from './relay-fixture.ts'
import { startDeafProvider } from './test-provider.ts'

afterEach(stopRelays)

/** A caller with a connection of his own, so that he can leave at any moment. */
async function beginCall(bench: RelayBench, form: CallerForm, bytes?: number): Promise<Socket> {
  const body = JSON.stringify(form.body(form.model))
  const headers = Object.entries(form.headers(bench.key)).map((each) => each.join(': '))
  const socket = connect(bench.port, '127.0.0.1')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write(
    `POST ${form.path(form.model)} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n` +
      `${headers.join('\r\n')}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n` +
      body.slice(0, bytes),
  )
  return socket
}

/** Expects the only record there is to be that of a caller who has left. */
async function expectLeft(bench: RelayBench, form: CallerForm, expected: object): Promise<void> {
  const { record } = await bench.closed()
  expect(record).toMatchObject({
    outcome: 'client_closed',
    status_code: 499,
    protocol: form.protocol,
    stream: form.stream,
    ...expected,
  })
  expect((await bench.entries()).filter(({ kind }) => kind === 'close')).toHaveLength(1)
  await expectIdle(bench)
}

/** What `/api/v1/status` tells of the form's own provider. */
async function statusOf(bench: RelayBench, form: CallerForm) {
  const { providers } = JSON.parse(await bench.page('/api/v1/status')) as {
    readonly providers: readonly {
      readonly name: string
      readonly breakers: readonly { readonly state: string }[]
    }[]
  }
  const found = providers.find(({ name }) => name === form.providerName)
  return { ...found, states: new Set(found?.breakers.map(({ state }) => state)) }
}

/** A caller's leaving says nothing of his provider. */
async function expectNothingCounted(bench: RelayBench, form: CallerForm): Promise<void> {
  expect(await statusOf(bench, form)).toMatchObject({
    calls: 0,
    error_rate: 0,
    states: new Set(['closed']),
  })
}

/** One failure would open the breaker. */
const TOUCHY: BenchSettings = { relay: { breaker: { min_calls: 1, failure_percent: 1 } } }

/** A provider that answers only when it is told to. */
function holdAnswer(bench: RelayBench, form: CallerForm) {
  const held = Promise.withResolvers<() => void>()
  const good = defaultAnswer(form.protocol)
  providerOf(bench, form).answer = (response, received) =>
    held.resolve(() => good(response, received))
  return held.promise
}

describe.each(byName(ALL_FORMS))('a caller by %s who leaves', (_, form) => {
  it('in the middle of his body is on record, and nobody was called', async () => {
    const bench = await startForms(TOUCHY)
    const caller = await beginCall(bench, form, 10)
    await expect.poll(() => bench.page('/metrics')).toContain('in_flight_calls 1')
    caller.destroy()
    const { record } = await bench.closed()
    expect(record).toMatchObject({ outcome: 'client_closed', attempt_count: 0, status_code: 499 })
    expect(providerOf(bench, form).received).toHaveLength(0)
    await expectIdle(bench, 0)
    await expectNothingCounted(bench, form)
    await expectServing(bench, form)
  })

  it('before the provider is connected costs nothing', async () => {
    const baseUrl = await startDeafProvider()
    const name = form.providerName
    const bench = await startForms({
      ...TOUCHY,
      ...(name === 'fake'
        ? { baseUrl }
        : { providers: { [name]: { kind: form.protocol, baseUrl } } }),
    })
    const caller = await beginCall(bench, form)
    await expect.poll(() => bench.relay.inFlight().length).toBe(1)
    caller.destroy()
    await expectLeft(bench, form, {
      attempts: [{ decision: 'caller_left' }],
      cost_status: 'none',
      provider: name,
    })
    await expectNothingCounted(bench, form)
  })

  it('while the answer is waited for gets it on record', async () => {
    const bench = await startForms(TOUCHY)
    const answer = holdAnswer(bench, form)
    const caller = await beginCall(bench, form)
    const goOn = await answer
    caller.destroy()
    await sleep(50)
    expect(await bench.page('/metrics')).toContain('in_flight_calls 1')
    goOn()
    await expectLeft(bench, form, {
      input_tokens: 60,
      output_tokens: 20,
      cost_status: 'priced',
      attempts: [{ status: 200, decision: 'answered' }],
    })
    await expectServing(bench, form)
  })

  it('while a pause is waited for ends the call, and no retry follows', async () => {
    const bench = await startForms({
      relay: { retry: { attempts: 3, max_ms: 5_000 }, breaker: { failure_percent: 101 } },
    })
    providerOf(bench, form).answer = (response) => {
      response.writeHead(503, { 'content-type': 'application/json', 'retry-after-ms': '400' })
      response.end(JSON.stringify(form.wire.errorBody('busy', 503)))
    }
    const caller = await beginCall(bench, form)
    await expect.poll(() => providerOf(bench, form).received.length).toBe(1)
    await sleep(50)
    caller.destroy()
    await expectLeft(bench, form, {
      attempt_count: 1,
      attempts: [{ status: 503, error_type: 'overloaded', decision: 'retried' }],
      cost_status: 'none',
      provider: form.providerName,
    })
    await sleep(500)
    expect(providerOf(bench, form).received).toHaveLength(1)
    await expectServing(bench, form)
  })
})

describe.each(byName(STREAM_FORMS))('a caller by %s who leaves', (_, form) => {
  async function leaveBehind(events: number): Promise<[RelayBench, ServerResponse]> {
    const bench = await startForms(TOUCHY)
    const answering = Promise.withResolvers<ServerResponse>()
    providerOf(bench, form).answer = (response) => {
      response.writeHead(200, STREAM_HEADERS)
      response.write(form.wire.events.slice(0, events).join(''))
      answering.resolve(response)
    }
    const caller = await beginCall(bench, form)
    await once(caller, 'data')
    caller.destroy()
    await sleep(50)
    return [bench, await answering.promise]
  }

  it('in the middle of the stream gets the usage on record that comes later', async () => {
    const said = form.wire.firstContent + 1
    const [bench, response] = await leaveBehind(said)
    expect(await bench.page('/metrics')).toContain('in_flight_calls 1')
    response.end(form.wire.events.slice(said).join(''))
    await expectLeft(bench, form, {
      input_tokens: 60,
      output_tokens: 20,
      cost_status: 'priced',
      attempts: [{ status: 200, decision: 'answered' }],
    })
    expect(await statusOf(bench, form)).toMatchObject({ calls: 1, error_rate: 0 })
  })

  it('between the last word and the end of the stream gets the usage on record', async () => {
    const all = form.wire.events.length
    const [bench, response] = await leaveBehind(form.protocol === 'google' ? all : all - 1)
    response.end(form.protocol === 'google' ? '' : form.wire.events[all - 1])
    await expectLeft(bench, form, { output_tokens: 20, attempts: [{ decision: 'answered' }] })
    const { record } = await bench.closed()
    expect(record).not.toHaveProperty('usage_estimated')
  })

  it('from a provider that then breaks off gets an estimate on record', async () => {
    const [bench, response] = await leaveBehind(form.wire.firstContent + 1)
    response.socket?.resetAndDestroy()
    await expectLeft(bench, form, {
      cost_status: 'priced',
      attempts: [{ status: 200, error_type: 'reset' }],
    })
    await expectNothingCounted(bench, form)
    await expectServing(bench, form)
  })

  it('without having read what was sent leaves nothing behind', async () => {
    const bench = await startForms(TOUCHY)
    const said = form.wire.events[form.wire.firstContent] ?? ''
    let written = 0
    providerOf(bench, form).answer = (response) => {
      response.writeHead(200, STREAM_HEADERS)
      const send = () => {
        while (!response.destroyed && response.write(said.repeat(1_000)) && written++ < 500);
        response.once('drain', send)
      }
      send()
    }
    const caller = await beginCall(bench, form)
    await once(caller, 'data')
    caller.pause()
    await sleep(300)
    caller.destroy()
    // more than a megabyte is not read for the usage alone
    await expectLeft(bench, form, {
      usage_estimated: true,
      attempts: [{ decision: 'caller_left' }],
    })
  })
})

it('a caller who leaves two targets of which one has no connection yet gets what the other says', async () => {
  const bench = await startForms({
    providers: { deaf: { baseUrl: await startDeafProvider() } },
    models: {
      hedged: {
        targets: [{ target: 'fake/a' }, { target: 'deaf/b', priority: 1 }],
        hedge: { after_ms: 30 },
      },
    },
  })
  const form = ALL_FORMS[0]!
  const answer = holdAnswer(bench, form)
  const leaving = new AbortController()
  const call = callAs(bench, form, { model: 'hedged', signal: leaving.signal })
  const goOn = await answer
  await sleep(100)
  leaving.abort()
  await expect(call).rejects.toThrow()
  await sleep(50)
  goOn()
  await expectLeft(bench, form, {
    target: 'fake/a',
    output_tokens: 20,
    attempts: [{ decision: 'answered' }, { target: 'deaf/b', decision: 'caller_left' }],
  })
})

it('a caller who leaves two targets that were asked at once ends both', async () => {
  const bench = await startForms({
    ...TOUCHY,
    models: {
      hedged: {
        targets: [{ target: 'fake/a' }, { target: 'claude-host/b', priority: 1 }],
        hedge: { after_ms: 30 },
      },
    },
  })
  for (const provider of Object.values(bench.providers)) provider.answer = () => undefined
  const leaving = new AbortController()
  const form = ALL_FORMS[0]!
  const call = callAs(bench, form, { model: 'hedged', signal: leaving.signal })
  await expect.poll(() => bench.providers['claude-host']!.received.length).toBe(1)
  leaving.abort()
  await expect(call).rejects.toThrow()
  // one is read on for its usage, the other is let go at once
  await expect.poll(() => bench.provider.connections()).toBe(0)
  expect(await bench.providers['claude-host']!.connections()).toBe(1)
  await bench.relay.close(0)
  const { record } = await bench.closed()
  expect(record).toMatchObject({
    outcome: 'client_closed',
    attempts: [{ target: 'fake/a', decision: 'caller_left' }, { target: 'claude-host/b' }],
  })
})
