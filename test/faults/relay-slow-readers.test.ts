import type { ServerResponse } from 'node:http'
import { createGzip } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { expectClosed, expectIdle, requestIdOf } from './after-call.ts'
import { type CallerForm, callAs, STREAM_FORMS, startForms } from './caller-forms.ts'
import { type ProtocolName, WIRES } from './provider-answers.ts'
import { STREAM_HEADERS, stopRelays } from './relay-fixture.ts'

afterEach(stopRelays)

const PROVIDERS: Readonly<Record<ProtocolName, string>> = {
  openai: 'fake',
  anthropic: 'claude-host',
  google: 'gemini-host',
}

const [OPENAI, ANTHROPIC, GOOGLE] = STREAM_FORMS as [CallerForm, CallerForm, CallerForm]

/** Pieces of text that a provider would send if it were let; 32 MB in all. */
const PIECES = 1_000
const PIECE_BYTES = 32_768

/** What buffers between provider and caller may hold: those of four sockets, compressed or not. */
const MOST_HELD_BYTES = 24 * 1024 * 1024

/** Random letters, for gzip not to make them disappear. */
const LETTERS = Array.from({ length: PIECE_BYTES }, () =>
  String.fromCharCode(97 + Math.floor(Math.random() * 26)),
).join('')

interface Talk {
  /** Pieces that the provider has been able to hand over so far. */
  handedOver: number
}

/** Talks without pause, as long as it is listened to. */
function talk(response: ServerResponse, protocol: ProtocolName, compressed: boolean): Talk {
  const { events, firstContent } = WIRES[protocol]
  const piece = (events[firstContent] ?? '').replace('Chào ', LETTERS)
  const state: Talk = { handedOver: 0 }
  response.writeHead(200, { ...STREAM_HEADERS, ...(compressed && { 'content-encoding': 'gzip' }) })
  const gzip = compressed ? createGzip({ level: 1 }) : undefined
  gzip?.pipe(response)
  const out = gzip ?? response
  out.write(events.slice(0, firstContent).join(''))
  const send = () => {
    while (state.handedOver < PIECES) {
      state.handedOver++
      if (!out.write(piece)) {
        out.once('drain', send)
        return
      }
    }
    out.end(events.slice(firstContent + 1).join(''))
  }
  send()
  return state
}

describe('a caller who reads slowly', () => {
  it.each([
    ['anthropic', ANTHROPIC, 'anthropic', false],
    ['google', GOOGLE, 'google', false],
    ['openai, of an answer that comes compressed', OPENAI, 'openai', true],
    ['openai, of an answer that is translated', OPENAI, 'anthropic', false],
    ['anthropic, of an answer that is translated and compressed', ANTHROPIC, 'google', true],
  ] as const)(
    'by %s holds up the provider and misses nothing',
    async (_, form, protocol, compressed) => {
      const name = PROVIDERS[protocol]
      const bench = await startForms({
        relay: { log_bodies: 'none', timeouts: { idle_ms: 500 } },
        models: { slow: { target: `${name}/m` } },
      })
      let state: Talk = { handedOver: 0 }
      bench.providers[name]!.answer = (response) => {
        state = talk(response, protocol, compressed)
      }
      const response = await callAs(bench, form, { model: 'slow' })
      // longer than the provider may be silent: it is the caller who is waited for
      await expect
        .poll(
          async () => {
            const before = state.handedOver
            await new Promise((resolve) => setTimeout(resolve, 600))
            return state.handedOver - before
          },
          { timeout: 20_000 },
        )
        .toBe(0)
      expect(state.handedOver * PIECE_BYTES).toBeLessThan(MOST_HELD_BYTES)
      const text = await response.text()
      expect(text.split(LETTERS)).toHaveLength(PIECES + 1)
      await expectClosed(bench, requestIdOf(response), { outcome: 'ok', status_code: 200 })
      await expectIdle(bench)
    },
  )

  it('for ever is given up when his time is over', async () => {
    const bench = await startForms({ relay: { timeouts: { total_ms: 1_000 } } })
    bench.provider.answer = (response) => void talk(response, 'openai', false)
    const response = await callAs(bench, OPENAI)
    await expectClosed(bench, requestIdOf(response), {
      outcome: 'timeout',
      error_type: 'timeout_total',
      attempts: [{ decision: 'broke_off' }],
    })
    await expectIdle(bench)
    expect(await response.text()).toContain('"code":"timeout_total"')
  })
})
