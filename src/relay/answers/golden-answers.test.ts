import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { goldenBody, goldenStream } from '../../../test/support/golden-answers.ts'
import type { Operation } from '../endpoints.ts'
import { SseSplitter } from '../sse-splitter.ts'
import type { EventMeaning, StreamReader } from './answer-format.ts'
import { ANSWER_FORMATS } from './index.ts'

interface Read {
  readonly reader: StreamReader
  readonly meanings: readonly EventMeaning[]
}

function read(operation: Operation, chunks: readonly Buffer[], keptBytes = 100_000): Read {
  const reader = ANSWER_FORMATS[operation].readStream(keptBytes)
  const meanings: EventMeaning[] = []
  const splitter = new SseSplitter((data) => {
    meanings.push(reader.add(data))
    return true
  })
  for (const chunk of chunks) splitter.push(chunk)
  splitter.end()
  return { reader, meanings }
}

function cut(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  const ends = [...places.map((place) => place % bytes.length), bytes.length].sort((a, b) => a - b)
  return ends.map((end, at) => bytes.subarray(ends[at - 1] ?? 0, end))
}

/** Name, operation, finish reason, events before the first that says something. */
const GOLDEN = [
  ['openai-chat', 'chat', 'stop', 1],
  ['openai-chat-tools', 'chat', 'tool_calls', 0],
  ['openai-chat-audio', 'chat', 'stop', 0],
  ['openai-completions', 'completions', 'length', 0],
  ['openai-responses', 'responses', 'completed', 2],
  ['anthropic-messages', 'messages', 'tool_use', 1],
  ['google-generate', 'generate_content', 'STOP', 0],
  ['deepseek-chat', 'chat', 'stop', 1],
  ['openrouter-chat', 'chat', 'length', 1],
  ['openai-transcription', 'transcription', undefined, 0],
  ['openai-image', 'image_generation', undefined, 0],
  ['openai-speech', 'speech', undefined, 0],
] as const

/** Fields that streams do not have, or whose bytes are not kept. */
const NOT_STREAMED = new Set(['annotations', 'refusal', 'logprobs', 'data', 'expires_at'])

function streamed(answer: unknown): unknown {
  const text = JSON.stringify(answer, (name, value: unknown) =>
    NOT_STREAMED.has(name) && name !== '' ? undefined : value,
  )
  return JSON.parse(text)
}

describe('a streamed answer', () => {
  it.each(GOLDEN.slice(0, 8))('of %s adds up to the whole answer', (name, operation) => {
    const { reader } = read(operation, [goldenStream(name)])
    expect(streamed(JSON.parse(reader.toJson() ?? ''))).toEqual(streamed(goldenBody(name)))
    expect(reader.truncated).toBe(false)
  })

  it.each(GOLDEN)('of %s tells how it ended', (name, operation, finishReason) => {
    const { reader } = read(operation, [goldenStream(name)])
    expect(reader).toMatchObject({ finishReason, complete: true, error: undefined })
  })

  it.each(GOLDEN)('of %s begins with its first word', (name, operation, _reason, before) => {
    const { meanings } = read(operation, [goldenStream(name)])
    expect(meanings.findIndex((meaning) => meaning !== 'preamble')).toBe(before)
    expect(meanings[before]).toBe('content')
  })

  it.each(GOLDEN.slice(0, 8))('of %s names the model that answered', (name, operation) => {
    const { responseModel } = ANSWER_FORMATS[operation].readWhole(goldenBody(name))
    expect(responseModel).toBeTypeOf('string')
    expect(read(operation, [goldenStream(name)]).reader.responseModel).toBe(responseModel)
  })

  it.each(GOLDEN.slice(0, 8))('of %s ends as the whole answer does', (name, operation, reason) => {
    expect(ANSWER_FORMATS[operation].readWhole(goldenBody(name)).finishReason).toBe(reason)
  })

  it.each(GOLDEN)('of %s reads the same however it is cut', (name, operation) => {
    const bytes = goldenStream(name)
    const expected = read(operation, [bytes])
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 12 }), (places) => {
        const { reader, meanings } = read(operation, cut(bytes, places))
        expect(meanings).toEqual(expected.meanings)
        expect(reader.toJson()).toBe(expected.reader.toJson())
        expect(reader.characters).toEqual(expected.reader.characters)
      }),
      { numRuns: 30 },
    )
  })

  it.each(GOLDEN)('of %s that breaks off is not complete', (name, operation) => {
    const bytes = goldenStream(name)
    const { reader } = read(operation, [bytes.subarray(0, bytes.length / 3)])
    expect(reader.complete).toBe(false)
  })

  it.each(GOLDEN)('of %s keeps no text where none is wanted', (name, operation) => {
    const { reader } = read(operation, [goldenStream(name)], 0)
    expect(reader.usage).toBeDefined()
    expect(reader.toJson()).not.toMatch(/chào|Hà Nội|indeed|skies|iVBOR|lớn hơn/)
  })
})

describe('what a hostile provider streams', () => {
  const streams = [
    'chat',
    'completions',
    'responses',
    'messages',
    'generate_content',
    'transcription',
  ] as const
  const WORDS = `
    id type index choices delta content tool_calls function arguments name usage error
    message content_block text partial_json candidates parts functionCall args finishReason
    finish_reason promptFeedback response output_index item part signature citation
    stop_reason usageMetadata promptTokensDetails __proto__ constructor toJSON length audio
    event
  `
    .trim()
    .split(/\s+/)
  const TYPES = `
    message_start message_delta message_stop content_block_start content_block_delta
    text_delta thinking_delta input_json_delta citations_delta signature_delta text error
    response.created response.completed response.failed response.output_item.added
    response.output_item.done response.output_text.delta response.refusal.delta thinking
    response.reasoning_summary_text.delta response.function_call_arguments.delta
    transcript.text.delta transcript.text.done image_generation.completed
  `
    .trim()
    .split(/\s+/)
  const { node } = fc.letrec((tie) => ({
    node: fc.oneof(
      { depthSize: 'medium', withCrossShrink: true },
      fc.oneof(
        fc.constantFrom<unknown>(null, true, -1, 0, 1, 1e308, '', 'x', '天気'),
        fc.constantFrom<unknown>(...TYPES),
      ),
      fc.array(tie('node'), { maxLength: 3 }),
      fc.array(fc.tuple(fc.constantFrom(...WORDS), tie('node')), { maxLength: 6 }).map(objectOf),
    ),
  }))

  function objectOf(entries: readonly (readonly [string, unknown])[]): unknown {
    return Object.fromEntries(entries)
  }

  it.each(streams)('never disturbs the reading of %s', (operation) => {
    fc.assert(
      fc.property(fc.array(node, { maxLength: 8 }), (events) => {
        const reader = ANSWER_FORMATS[operation].readStream(200)
        for (const event of events) reader.add(JSON.stringify(event))
        expect(reader.characters.narrow).toBeGreaterThanOrEqual(0)
        expect([reader.complete, reader.truncated].every((each) => typeof each === 'boolean')).toBe(
          true,
        )
        const values = [reader.usage, reader.finishReason, reader.responseModel, reader.error]
        expect(values).toHaveLength(4)
        JSON.parse(reader.toJson() ?? 'null')
        expect(Object.prototype).not.toHaveProperty('x')
      }),
      { numRuns: 300 },
    )
  })

  const operations = Object.keys(ANSWER_FORMATS) as Operation[]
  it.each(operations)('never disturbs the reading of a whole answer of %s', (operation) => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...WORDS), node), (answer) => {
        const { usage, finishReason } = ANSWER_FORMATS[operation].readWhole(answer)
        expect(['undefined', 'object']).toContain(typeof usage)
        expect(['undefined', 'string']).toContain(typeof finishReason)
      }),
      { numRuns: 100 },
    )
  })

  it.each(streams)('may be no JSON, or nested without end: %s', (operation) => {
    const deep = '['.repeat(50_000) + ']'.repeat(50_000)
    const reader = ANSWER_FORMATS[operation].readStream(10_000_000)
    expect(reader.add('<html>')).toBe('content')
    expect(reader.add('7')).toBe('content')
    for (const name of ['usage', 'error', 'response', 'usageMetadata', 'promptFeedback']) {
      reader.add(`{"type":"response.completed","${name}":${deep}}`)
    }
    reader.add(`{"type":"content_block_start","content_block":{"type":"tool_use","input":${deep}}}`)
    reader.add(`{"candidates":[{"content":{"parts":[{"functionCall":{"args":{"a":${deep}}}}]}}]}`)
    expect(() => reader.toJson()).not.toThrow()
  })
})
