import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Conversation, Message } from '../conversation.ts'
import { generateCallerCodec, generateProviderCodec } from './generate-codec.ts'

describe('a conversation that Gemini can hold', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(holdable, (said) => {
        const request = generateProviderCodec.writeRequest(said, 'gemini-3-flash-preview')
        expect(request).toMatchObject({ ok: true, unsupported: [] })
        if (!request.ok) return
        const body = JSON.parse(JSON.stringify(request.value)) as Record<string, unknown>
        const read = generateCallerCodec.readRequest(body, { stream: said.stream })
        expect(read).toEqual({ ok: true, unsupported: [], value: said })
      }),
      { numRuns: 300 },
    )
  })
})

const words = fc.string({ minLength: 1, unit: 'grapheme' })
const bytes = fc.uint8Array({ minLength: 1, maxLength: 9 }).map((data) => ({
  kind: 'base64' as const,
  data: Buffer.from(data).toString('base64'),
}))
const text = fc.record({ kind: fc.constant('text' as const), text: words })

function mediaOf<Kind extends string>(kind: Kind, mediaType: string, url: string) {
  return fc.record({
    kind: fc.constant(kind),
    source: fc.oneof(
      bytes.map((source) => ({ ...source, mediaType })),
      fc.constant({ kind: 'url' as const, url, mediaType }),
    ),
  })
}

const image = fc
  .tuple(
    mediaOf('image', 'image/png', 'https://a.test/a'),
    fc.constantFrom('low', 'high', undefined),
  )
  .map(([part, detail]) => (detail === undefined ? part : { ...part, detail }))

const userPart = fc.oneof(
  text,
  image,
  mediaOf('document', 'application/pdf', 'https://a.test/b'),
  mediaOf('audio', 'audio/wav', 'https://a.test/c'),
)

/** Names as JSON may hold them, with values that survive being written and read. */
const json = fc
  .dictionary(fc.oneof(words, fc.constantFrom('__proto__', 'output', 'error')), fc.jsonValue())
  .map((value) => JSON.stringify(JSON.parse(JSON.stringify(value))))

const signature = fc.constantFrom('c2lnbmVk', undefined)

const thought = fc
  .record({ text: fc.constantFrom('', 'Hm'), signature: fc.constant('c2lnbmVk') })
  .map((part) => ({ kind: 'thinking' as const, ...part }))

/** A turn of the model, and what the user has to say to it: results first, in the order of calls. */
const exchange = fc
  .record({
    thought: fc.option(thought, { nil: undefined }),
    said: fc.option(text, { nil: undefined }),
    calls: fc.array(fc.record({ name: words, json, answer: fc.oneof(words, json), signature }), {
      maxLength: 3,
    }),
    user: fc.array(userPart, { minLength: 1, maxLength: 3 }),
    isError: fc.boolean(),
  })
  .filter(({ said, calls }) => said !== undefined || calls.length > 0)

type Exchange = typeof exchange extends fc.Arbitrary<infer Value> ? Value : never

function messagesOf(turns: readonly Exchange[]): readonly Message[] {
  return turns.flatMap((turn, place): readonly Message[] => [
    {
      role: 'assistant',
      parts: [
        ...(turn.thought === undefined ? [] : [turn.thought]),
        ...(turn.said === undefined ? [] : [turn.said]),
        ...turn.calls.map((call, index) => ({
          kind: 'tool_call' as const,
          id: `id_${place}_${index}`,
          name: call.name,
          arguments: call.json,
          ...(call.signature !== undefined && { signature: call.signature }),
        })),
      ],
    },
    {
      role: 'user',
      parts: [
        ...turn.calls.map((call, index) => ({
          kind: 'tool_result' as const,
          id: `id_${place}_${index}`,
          name: call.name,
          parts: [{ kind: 'text' as const, text: call.answer }],
          ...(turn.isError && { isError: true }),
        })),
        ...turn.user,
      ],
    },
  ])
}

const schema = fc.constantFrom(
  { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
  { type: 'object', additionalProperties: false },
)

const tools = fc.array(
  fc.record({ name: words, description: words, parameters: schema }, { requiredKeys: ['name'] }),
  { minLength: 1, maxLength: 3 },
)

const settings = fc.record(
  {
    maxTokens: fc.nat(),
    temperature: fc.constantFrom(0, 0.7, 2),
    topP: fc.constantFrom(0.1, 1),
    topK: fc.nat(),
    seed: fc.integer(),
    presencePenalty: fc.constantFrom(-2, 0.5),
    frequencyPenalty: fc.constantFrom(-2, 0.5),
    stop: fc.array(words, { minLength: 1, maxLength: 3 }),
    format: fc.oneof(
      fc.constant({ kind: 'json' as const }),
      schema.map((each) => ({ kind: 'schema' as const, schema: each })),
    ),
    reasoning: fc.record(
      {
        effort: fc.constantFrom(
          'minimal' as const,
          'low' as const,
          'medium' as const,
          'high' as const,
        ),
        includeThoughts: fc.boolean(),
      },
      { requiredKeys: ['effort'] },
    ),
    toolChoice: fc.constantFrom(
      { kind: 'auto' as const },
      { kind: 'none' as const },
      { kind: 'required' as const },
      { kind: 'tool' as const, name: 'f' },
    ),
  },
  { requiredKeys: [] },
)

const holdable: fc.Arbitrary<Conversation> = fc
  .record({
    system: fc.array(text, { maxLength: 2 }),
    first: fc.array(userPart, { minLength: 1, maxLength: 3 }),
    turns: fc.array(exchange, { maxLength: 3 }),
    tools,
    settings,
    stream: fc.boolean(),
  })
  .map(({ system, first, turns, tools: declared, settings: chosen, stream }) => ({
    system,
    messages: [{ role: 'user' as const, parts: first }, ...messagesOf(turns)],
    tools: declared,
    ...chosen,
    stream,
  }))
