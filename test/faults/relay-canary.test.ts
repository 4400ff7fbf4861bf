import { afterEach, describe, expect, it } from 'vitest'
import { ALL_FORMS, byName, callAs, providerOf, STREAM_FORMS, startForms } from './caller-forms.ts'
import { WIRES, type Wire } from './provider-answers.ts'
import { type RelayBench, STREAM_HEADERS, stopRelays } from './relay-fixture.ts'

afterEach(stopRelays)

/** Credentials of the operator: they must not come back out of the relay in any way. */
const OPERATOR = {
  apiKey: 'operator-canary-5f1d8a77',
  password: 'operator/canary+password=9',
  query: 'operator/canary+query=4',
}

/** Credentials of callers and of other people, in the forms they usually have. */
const OTHERS = [
  'sk-proj-canaryCANARY0123456789',
  'sk-ant-api03-canaryCANARY0123456789',
  'hss_canaryCANARYcanaryCANARY0123456789abcd',
  'AIzaSyCanaryCANARYcanary0123456789abcde',
]

const ALL_CANARIES = [
  OPERATOR.apiKey,
  ...[OPERATOR.password, OPERATOR.query].flatMap((each) => [each, encodeURIComponent(each)]),
  Buffer.from(`gateway:${OPERATOR.password}`).toString('base64'),
  ...OTHERS,
]

const SAID = `wrong key ${ALL_CANARIES.join(' or ')}, Bearer canary.token-77`

const HOSTS = { openai: 'fake', anthropic: 'claude-host', google: 'gemini-host' } as const
const PROTOCOLS = ['openai', 'anthropic', 'google'] as const

/** A provider's address with credentials at every place that takes one. */
function withSecrets(baseUrl: string): string {
  const url = new URL(baseUrl)
  url.username = 'gateway'
  url.password = encodeURIComponent(OPERATOR.password)
  url.search = `?auth_token=${encodeURIComponent(OPERATOR.query)}`
  return url.href
}

/** A relay whose providers are reached with each kind of credential there is. */
async function startWithSecrets(apiKey: string | undefined): Promise<RelayBench> {
  const bench = await startForms()
  const providers = PROTOCOLS.map((protocol) => [
    `secret-${protocol}`,
    {
      kind: protocol,
      baseUrl: withSecrets(bench.providers[HOSTS[protocol]]!.baseUrl),
      apiKey,
    },
  ])
  bench.reload({
    providers: Object.fromEntries(providers),
    models: Object.fromEntries(
      PROTOCOLS.map((each) => [`by-${each}`, { target: `secret-${each}/small-2024` }]),
    ),
  })
  return bench
}

/** Everything that leaves the relay, but for bodies, which are the caller's own. */
async function outputs(bench: RelayBench, responses: readonly Response[]): Promise<string> {
  const answers = await Promise.all(
    responses.map(async (response) => [...response.headers, await response.text()].join('\n')),
  )
  const records = (await bench.entries()).map(({ record }) => JSON.stringify(record))
  const pages = ['/metrics', '/api/v1/status', '/readyz', '/healthz', '/v1/models'].map((path) =>
    bench.page(path),
  )
  return [...answers, ...records, ...(await Promise.all(pages)), bench.log()].join('\n')
}

async function responseBodies(bench: RelayBench): Promise<string> {
  return (await bench.entries())
    .map((entry) => (entry.kind === 'close' ? Buffer.from(entry.responseBody ?? []) : ''))
    .join('\n')
}

function expectNoCanary(text: string, more: readonly string[] = []): void {
  for (const canary of [...ALL_CANARIES, 'canary.token-77', ...more]) {
    expect(text).not.toContain(canary)
  }
}

/** What a provider says, and how. */
interface Telling {
  readonly name: string
  readonly stream: boolean
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  body(wire: Wire): string
}

function telling(
  name: string,
  status: number,
  headers: Telling['headers'],
  body: Telling['body'],
): Telling {
  return { name, status, headers, body, stream: headers === STREAM_HEADERS }
}

const JSON_TYPE = { 'content-type': 'application/json' }

function errorBody(wire: Wire): string {
  return JSON.stringify(wire.errorBody(SAID, 401))
}

/** An error of which every member holds a credential, whatever the protocol calls them. */
function errorAllOver(): string {
  const error = Object.fromEntries(
    ['message', 'type', 'code', 'param', 'status', 'detail'].map((name) => [name, SAID]),
  )
  const details = [{ reason: SAID, fieldViolations: [{ field: SAID, description: SAID }] }]
  return JSON.stringify({ type: 'error', error: { ...error, details }, message: SAID })
}

const TELLINGS: readonly Telling[] = [
  telling('an error', 401, JSON_TYPE, errorBody),
  telling('an error under status 200', 200, JSON_TYPE, errorBody),
  telling('an error all over', 400, JSON_TYPE, errorAllOver),
  telling('an error all over, under status 200', 200, JSON_TYPE, errorAllOver),
  telling('a page of HTML', 200, { 'content-type': 'text/html' }, () => `<p>${SAID}</p>`),
  telling('an error page', 502, { 'content-type': 'text/html' }, () => `<title>${SAID}</title>`),
  telling('a content type', 200, { 'content-type': `text/${OPERATOR.apiKey}; ${SAID}` }, () => '<'),
  telling(
    'the headers of an error',
    500,
    { ...JSON_TYPE, 'x-debug-authorization': SAID, 'www-authenticate': SAID },
    errorBody,
  ),
  telling('a redirect', 302, { location: `http://x/?${SAID}` }, () => SAID),
  telling('an error as the first event', 200, STREAM_HEADERS, ({ errorEvent }) =>
    errorEvent(SAID, 500),
  ),
  telling(
    'an error amid a stream',
    200,
    STREAM_HEADERS,
    ({ events, firstContent, errorEvent }) =>
      events.slice(0, firstContent + 1).join('') + errorEvent(SAID, 500),
  ),
]

describe.each(byName(ALL_FORMS))('what a provider called by %s says of credentials', (_, form) => {
  const tellings = TELLINGS.filter(({ stream }) => !stream || form.stream)

  it.each(byName(tellings))('in %s is seen by nobody', async (_name, { status, headers, body }) => {
    const bench = await startWithSecrets(OPERATOR.apiKey)
    const responses: Response[] = []
    for (const protocol of PROTOCOLS) {
      bench.providers[HOSTS[protocol]]!.answer = (response) => {
        response.writeHead(status, headers)
        response.end(body(WIRES[protocol]))
      }
      responses.push(await callAs(bench, form, { model: `by-${protocol}` }))
    }
    expectNoCanary(await outputs(bench, responses), [bench.key])
    expectNoCanary(await responseBodies(bench), [bench.key])
  })
})

it.each(ALL_FORMS)(
  'each credential of the operator reaches the provider it is for, $name',
  async (form) => {
    for (const apiKey of [OPERATOR.apiKey, '']) {
      const bench = await startWithSecrets(apiKey)
      expect((await callAs(bench, form, { model: `by-${form.protocol}` })).status).toBe(200)
      const [received] = providerOf(bench, form).received
      expect(JSON.stringify(received?.headers)).toContain(apiKey)
      expect(received?.url).toContain(`auth_token=${encodeURIComponent(OPERATOR.query)}`)
      expect(JSON.stringify(received)).not.toContain(bench.key)
    }
  },
)

/** Where a caller can put a key of ours, or one that has nothing to do with us. */
const PLACES: Readonly<Record<string, (canary: string) => Readonly<Record<string, string>>>> = {
  authorization: (canary) => ({ authorization: `Bearer ${canary}` }),
  'authorization of another scheme': (canary) => ({ authorization: `Basic ${canary}` }),
  'x-api-key': (canary) => ({ 'x-api-key': canary }),
  'x-goog-api-key': (canary) => ({ 'x-goog-api-key': canary }),
  'api-key': (canary) => ({ 'api-key': canary }),
  'proxy-authorization': (canary) => ({ 'proxy-authorization': `Bearer ${canary}` }),
  cookie: (canary) => ({ cookie: `session=${canary}` }),
  'user-agent': (canary) => ({ 'user-agent': `app/${canary} (x)` }),
  labels: (canary) => ({ 'x-bellwether-labels': `app=${canary},${canary}=1` }),
  'labels in JSON': (canary) => ({
    'x-bellwether-labels': JSON.stringify({ release: canary, [canary]: 1, deep: canary }),
  }),
  'the user id': (canary) => ({ 'x-holysheep-user-id': canary }),
  'the trace id': (canary) => ({ 'x-holysheep-trace-id': canary }),
  traceparent: (canary) => ({ traceparent: canary, tracestate: canary, baggage: canary }),
  'the wish for the cache': (canary) => ({ 'x-bellwether-cache': canary }),
  'the idempotency key': (canary) => ({ 'idempotency-key': canary }),
  'the content type': (canary) => ({ 'content-type': `text/${canary}` }),
  'the content encoding': (canary) => ({ 'content-encoding': canary }),
}

describe.each(byName(STREAM_FORMS))('what a caller by %s puts', (_, form) => {
  it.each(Object.keys(PLACES))('into %s is seen by nobody', async (place) => {
    const bench = await startForms()
    const responses: Response[] = []
    for (const canary of OTHERS) {
      responses.push(await callAs(bench, form, { headers: PLACES[place]!(canary) }))
    }
    expectNoCanary(await outputs(bench, responses), [bench.key])
    const headers = providerOf(bench, form).received.map((received) => received.headers)
    // what he calls himself goes on as it is
    if (place !== 'user-agent') expectNoCanary(JSON.stringify(headers), [bench.key])
  })

  it('into the query or the path is seen by nobody', async () => {
    const bench = await startForms()
    const responses: Response[] = []
    const path = form.path(form.model)
    for (const canary of OTHERS) {
      for (const parameter of ['key', 'api_key', 'access_token', 'api-version']) {
        const query = `${path.includes('?') ? '&' : '?'}${parameter}=${canary}`
        responses.push(await bench.post(path + query, form.body(form.model)))
      }
      responses.push(await callAs(bench, form, { model: canary }))
      responses.push(await bench.post(`/v1/${canary}`, {}))
      responses.push(await bench.post(`/v1beta/models/${canary}:generateContent`, {}))
    }
    const text = await outputs(bench, responses)
    expectNoCanary(text, [bench.key])
    const urls = Object.values(bench.providers).flatMap(({ received }) =>
      received.map(({ url }) => url),
    )
    expectNoCanary(urls.join('\n'), [bench.key])
  })
})

it('a credential in a form that is uploaded stays in the form', async () => {
  const bench = await startForms()
  const form = new FormData()
  form.set('model', 'small')
  form.set('prompt', OTHERS[0] ?? '')
  form.set('file', new Blob(['sound']), `${OTHERS[1]}.wav`)
  const response = await fetch(`${bench.url}/v1/audio/transcriptions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bench.key}` },
    body: form,
  })
  expectNoCanary(await outputs(bench, [response]), [bench.key])
})

it('a credential for a user stays in the body', async () => {
  const bench = await startForms()
  const response = await bench.chat({ user: OTHERS[0] })
  expectNoCanary(await outputs(bench, [response]), [bench.key])
})
