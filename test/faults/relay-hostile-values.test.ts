import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectIdle } from './after-call.ts'
import { ALL_FORMS, byName, type CallerForm, callAs, startForms } from './caller-forms.ts'
import { defaultAnswer } from './provider-answers.ts'
import { type RelayBench, STREAM_HEADERS, stopRelays } from './relay-fixture.ts'

/** Members that translations read, in any of the protocols. */
const MEMBERS = [
  ...['messages', 'system', 'contents', 'systemInstruction', 'tools', 'tool_choice', 'toolConfig'],
  ...['generationConfig', 'response_format', 'thinking', 'max_tokens', 'stop', 'reasoning_effort'],
] as const

const ANSWER_MEMBERS = [
  ...['choices', 'content', 'candidates', 'usage', 'usageMetadata', 'error', 'type', 'delta'],
  ...['message', 'index', 'content_block', 'stop_reason', 'promptFeedback', 'model', 'id'],
] as const

/** Names that real values have, so that what is made up gets past the first look. */
const NAMES = [
  ...['role', 'content', 'type', 'text', 'parts', 'function', 'name', 'arguments', 'tool_calls'],
  ...['id', 'input', 'delta', 'index', 'finish_reason', '__proto__', 'constructor', 'source'],
  ...['functionCall', 'args', 'inlineData', 'message', 'message_start', 'prompt_tokens'],
]

const { value: hostile } = fc.letrec((tie) => ({
  leaf: fc.oneof(
    fc.constantFrom(null, true, -1, 1e308, 2 ** 53, '', '\u0000', '\ud800', 'user', 'assistant'),
    fc.constantFrom(
      'text',
      'tool_use',
      'image_url',
      'data:;base64,',
      'object',
      'content_block_delta',
    ),
    fc.string(),
  ),
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    tie('leaf'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 4 }),
  ),
}))

/** JSON nested deeper than the stack can follow. */
const ABYSS = `${'['.repeat(200_000)}${']'.repeat(200_000)}`

const RUNS = 60

let bench: RelayBench

beforeAll(async () => {
  // every model's first target speaks another protocol than its callers
  bench = await startForms({
    relay: { breaker: { failure_percent: 101 }, drop_unsupported: true },
    models: {
      'small-by-anthropic': { target: 'claude-host/m' },
      'small-by-google': { target: 'gemini-host/m' },
      'small-by-openai': { target: 'fake/m' },
    },
  })
})
afterAll(stopRelays)

const PROTOCOLS = ['openai', 'anthropic', 'google'] as const

async function statusOf(form: CallerForm, model: string, body: object = {}): Promise<number> {
  const response = await callAs(bench, form, { model, body })
  await response.text()
  return response.status
}

describe.each(byName(ALL_FORMS))('a call by %s', (_, form) => {
  it.each(PROTOCOLS)('with any JSON anywhere gets past or is refused, to %s', async (protocol) => {
    const request = fc.dictionary(fc.constantFrom(...MEMBERS), hostile, { minKeys: 1, maxKeys: 3 })
    await fc.assert(
      fc.asyncProperty(request, async (body) => {
        expect([200, 400]).toContain(await statusOf(form, `small-by-${protocol}`, body))
      }),
      { numRuns: RUNS },
    )
    await expectIdle(bench)
  })

  it.each(PROTOCOLS)('survives any JSON for an answer, by %s', async (protocol) => {
    const name =
      protocol === 'openai' ? 'fake' : `${protocol === 'google' ? 'gemini' : 'claude'}-host`
    const provider = bench.providers[name]!
    const answer = fc.dictionary(fc.constantFrom(...ANSWER_MEMBERS), hostile, { maxKeys: 5 })
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { maxLength: 4 }), async (answers) => {
        provider.answer = (response) => {
          response.writeHead(
            200,
            form.stream ? STREAM_HEADERS : { 'content-type': 'application/json' },
          )
          const texts = answers.map((each) => JSON.stringify(each))
          response.end(form.stream ? texts.map((each) => `data: ${each}\n\n`).join('') : texts[0])
        }
        expect(await statusOf(form, `small-by-${protocol}`)).not.toBe(500)
      }),
      { numRuns: RUNS },
    )
    provider.answer = defaultAnswer(protocol)
    await expectIdle(bench)
    expect(await statusOf(form, `small-by-${protocol}`)).toBe(200)
  })

  it.each([
    ['identity', ABYSS],
    ['identity', `{"error":${ABYSS}}`],
    ['gzip', `{"error":${ABYSS}}`],
    ['gzip', `{"choices":${ABYSS},"content":${ABYSS},"candidates":${ABYSS}}`],
  ])('survives an answer as deep as an abyss, in %s', async (encoding, answer) => {
    const { gzipSync } = await import('node:zlib')
    for (const protocol of PROTOCOLS) {
      const model = `small-by-${protocol}`
      const name =
        protocol === 'openai' ? 'fake' : `${protocol === 'google' ? 'gemini' : 'claude'}-host`
      const provider = bench.providers[name]!
      provider.answer = (response) => {
        const type = form.stream ? STREAM_HEADERS : { 'content-type': 'application/json' }
        const text = form.stream ? `data: ${answer}\n\n` : answer
        response.writeHead(200, { ...type, 'content-encoding': encoding })
        response.end(encoding === 'gzip' ? gzipSync(text) : text)
      }
      expect(await statusOf(form, model)).not.toBe(500)
      provider.answer = defaultAnswer(protocol)
      expect(await statusOf(form, model)).toBe(200)
    }
    await expectIdle(bench)
  })
})
