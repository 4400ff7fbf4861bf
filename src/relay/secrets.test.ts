import { afterEach, expect, it } from 'vitest'
import {
  event,
  sendJson,
  sendStream,
  startRelay,
  stopRelays,
  type TestProvider,
} from '../../test/faults/relay-fixture.ts'

afterEach(stopRelays)

const PROVIDER_SECRET = 'provider-canary-5f1d8a'
const OTHER_SECRETS = [
  'sk-proj-canaryCANARY0123456789',
  'hss_canaryCANARYcanaryCANARY0123456789abcd',
]
const SAID = `wrong key ${PROVIDER_SECRET}, Bearer canary.token-77, ${OTHER_SECRETS.join(' ')}`
const CANARIES = [PROVIDER_SECRET, 'canary.token-77', ...OTHER_SECRETS]

const ANSWERS: Readonly<Record<string, TestProvider['answer']>> = {
  'an error': (response) => sendJson(response, { error: { message: SAID } }, 401),
  'an error page': (response) => {
    response.writeHead(500, { 'content-type': 'text/html' })
    response.end(`<title>${SAID}</title>`)
  },
  'an error under status 200': (response) => sendJson(response, { error: { message: SAID } }),
  'an error in a stream': (response) => sendStream(response, [event({ error: { message: SAID } })]),
  'HTML instead of an answer': (response) => {
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end(`<p>${SAID}</p>`)
  },
}

it.each(Object.keys(ANSWERS))(
  '%s shows no secret to the caller, record, log or metrics',
  async (name) => {
    const bench = await startRelay({ apiKey: PROVIDER_SECRET })
    bench.provider.answer = ANSWERS[name] ?? bench.provider.answer
    const response = await bench.chat(
      { stream: name.includes('stream') },
      { headers: { cookie: `session=${OTHER_SECRETS[0]}` } },
    )
    const answer = await response.text()
    expect(response.status).toBeGreaterThanOrEqual(400)
    expect(bench.provider.received[0]?.headers.authorization).toBe(`Bearer ${PROVIDER_SECRET}`)
    const entries = JSON.stringify(await bench.entries(), (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString() : value,
    )
    const metrics = await (await fetch(`${bench.url}/metrics`)).text()
    const shown = [
      answer,
      entries,
      metrics,
      bench.log(),
      JSON.stringify([...response.headers]),
    ].join('\n')
    for (const canary of [...CANARIES, bench.key]) expect(shown).not.toContain(canary)
  },
)

it('a key in the address of the request is neither recorded nor sent on', async () => {
  const bench = await startRelay()
  const response = await fetch(`${bench.url}/v1/chat/completions?api_key=${OTHER_SECRETS[0]}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bench.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'small' }),
  })
  expect(response.status).toBe(200)
  expect(bench.provider.received[0]?.url).toBe('/v1/chat/completions')
  expect(JSON.stringify(await bench.entries())).not.toContain('canary')
})
