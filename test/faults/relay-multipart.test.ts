import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectClosed, expectIdle, requestIdOf } from './after-call.ts'
import { readError } from './caller-forms.ts'
import { type RelayBench, sendJson, startRelay, stopRelays } from './relay-fixture.ts'

const BOUNDARY = 'x-7MA4YWxkTrZu0gW'

/** Bytes that no text has, with what looks like a boundary but is none. */
const SOUND = Buffer.concat([
  Buffer.from([0, 255, 254, 13, 10]),
  Buffer.from(`--${BOUNDARY.slice(0, -1)}`),
  Buffer.from([13, 10, 13, 10, 0x80, 0]),
])

function part(disposition: string, content: string | Buffer, more = ''): Buffer {
  return Buffer.concat([
    Buffer.from(`--${BOUNDARY}\r\ncontent-disposition: form-data; ${disposition}\r\n${more}\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ])
}

const END = Buffer.from(`--${BOUNDARY}--\r\n`)

const FILE = part('name="file"; filename="a.wav"', SOUND, 'content-type: audio/wav\r\n')
const MODEL = part('name="model"', 'whisper')
const WHOLE_TYPE = `multipart/form-data; boundary=${BOUNDARY}`

/** A form that cannot be taken, and what has to be said of it. */
interface BadForm {
  readonly name: string
  readonly type?: string
  readonly parts: readonly Buffer[]
  readonly message: string
  readonly code?: string
}

const BAD_FORMS: readonly BadForm[] = [
  {
    name: 'names no boundary',
    type: 'multipart/form-data',
    parts: [FILE, MODEL, END],
    message: 'content-type names no boundary',
  },
  {
    name: 'names another boundary than it has',
    type: 'multipart/form-data; boundary=other',
    parts: [FILE, MODEL, END],
    message: 'does not begin with its boundary',
  },
  { name: 'is cut within a part', parts: [MODEL, FILE.subarray(0, -30)], message: 'ends before' },
  { name: 'is cut before its end', parts: [MODEL, FILE], message: 'ends before' },
  { name: 'is cut within a head', parts: [MODEL, FILE.subarray(0, 40)], message: 'ends before' },
  { name: 'is empty', parts: [], message: 'does not begin with its boundary' },
  {
    name: 'has a part without a name',
    parts: [MODEL, part('filename="a.wav"', 'x'), END],
    message: 'a part has no name',
  },
  {
    name: 'has a boundary that goes on',
    parts: [Buffer.from(`--${BOUNDARY}??\r\n`), MODEL, END],
    message: 'not followed by a new line',
  },
  {
    name: 'has parts without end',
    parts: [...Array.from({ length: 1_001 }, () => part('name="a"', '1')), END],
    message: 'more than 1000 parts',
  },
  {
    name: 'has no model',
    parts: [FILE, END],
    message: '"model" is missing',
    code: 'invalid_parameter',
  },
  {
    name: 'has a file for a model',
    parts: [FILE, part('name="model"; filename="m"', 'whisper'), END],
    message: '"model" is missing',
    code: 'invalid_parameter',
  },
  {
    name: 'has an empty model',
    parts: [FILE, part('name="model"', ''), END],
    message: '"model" is missing',
    code: 'invalid_parameter',
  },
  {
    name: 'has two models',
    parts: [MODEL, FILE, part('name=model', 'gpt-4o'), END],
    message: '"model" stands twice',
    code: 'invalid_parameter',
  },
]

let bench: RelayBench

beforeAll(async () => {
  bench = await startRelay({
    models: { whisper: { target: 'fake/whisper-large' }, 'gpt-image-1': { target: 'fake/img' } },
  })
  bench.provider.answer = (response) => sendJson(response, { text: 'Chào bạn' })
})
afterAll(stopRelays)

function send(path: string, parts: readonly Buffer[], type = WHOLE_TYPE): Promise<Response> {
  return bench.post(path, Buffer.concat(parts), { headers: { 'content-type': type } })
}

const TRANSCRIPTIONS = '/v1/audio/transcriptions'

describe('a form', () => {
  it.each(BAD_FORMS.map((each) => [each.name, each] as const))(
    'that %s is refused and nobody is called',
    async (_, { parts, type, message, code = 'invalid_multipart' }) => {
      const before = bench.provider.received.length
      const response = await send(TRANSCRIPTIONS, parts, type)
      expect(response.status).toBe(400)
      const error = readError('openai', 400, await response.json())
      expect(error.code).toBe(code)
      expect(error.message).toContain(message)
      await expectClosed(bench, requestIdOf(response), {
        outcome: 'bad_request',
        error_type: code,
        endpoint: TRANSCRIPTIONS,
        attempt_count: 0,
      })
      expect(bench.provider.received.length).toBe(before)
      await expectIdle(bench)
    },
  )

  it('in JSON is refused where a form is needed', async () => {
    const response = await bench.post(TRANSCRIPTIONS, { model: 'whisper' })
    expect(response.status).toBe(415)
    expect(readError('openai', 415, await response.json()).code).toBe('unsupported_media_type')
  })

  it('over the limit is refused', async () => {
    const small = await startRelay({
      relay: { max_body_mb: 0.001 },
      models: { whisper: { target: 'fake/w' } },
    })
    const response = await small.post(TRANSCRIPTIONS, Buffer.alloc(2_000), {
      headers: { 'content-type': WHOLE_TYPE },
    })
    expect(response.status).toBe(413)
    expect(readError('openai', 413, await response.json()).code).toBe('request_too_large')
    await expectIdle(small)
  })

  it.each([
    [TRANSCRIPTIONS, [FILE, MODEL, END]],
    [TRANSCRIPTIONS, [MODEL, part('name="prompt"', 'x\r\n\r\ny'), FILE, END]],
    ['/v1/audio/translations', [FILE, part('name="user"', 'u-1'), MODEL, END]],
  ])(
    'that is good goes on to %s with the name of its model changed alone, case %#',
    async (path, parts) => {
      const response = await send(path, parts)
      expect([response.status, await response.json()]).toEqual([200, { text: 'Chào bạn' }])
      const sent = Buffer.concat(parts).toString().replace('whisper', 'whisper-large')
      const received = bench.provider.received.at(-1)
      expect(received?.body).toBe(sent)
      expect(received?.headers['content-type']).toBe(WHOLE_TYPE)
      const { request } = await expectClosed(bench, requestIdOf(response), {
        outcome: 'ok',
        model: 'whisper',
        target: 'fake/whisper-large',
        endpoint: path,
      })
      expect(JSON.parse(request)).toMatchObject({
        model: 'whisper',
        file: { file_name: 'a.wav', content_type: 'audio/wav', bytes: SOUND.length },
      })
    },
  )

  it('without a model goes to the one that the protocol takes then', async () => {
    const response = await send('/v1/images/edits', [part('name="prompt"', 'blue'), END])
    expect(response.status).toBe(200)
    expect(bench.provider.received.at(-1)?.body).toContain('name="model"\r\n\r\nimg\r\n')
    await expectClosed(bench, requestIdOf(response), { outcome: 'ok', model: 'gpt-image-1' })
  })
})
