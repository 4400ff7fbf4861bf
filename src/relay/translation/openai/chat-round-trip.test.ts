import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  answerContext,
  anyAnswer,
  inWholeOrder,
  joinTexts,
} from '../../../../test/support/answer-events.ts'
import type { AnswerEvent } from '../answer-event.ts'
import type { Conversation, Message, Part, Tool } from '../conversation.ts'
import { chatCallerCodec, chatProviderCodec } from './chat-codec.ts'

const said = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,12}$/)
const data = fc.base64String({ minLength: 4, maxLength: 16 })
const text: fc.Arbitrary<Part> = said.map((text) => ({ kind: 'text', text }))

const image: fc.Arbitrary<Part> = fc.record(
  {
    kind: fc.constant('image' as const),
    source: fc.oneof(
      fc.record({ kind: fc.constant('url' as const), url: fc.webUrl() }),
      fc.record({
        kind: fc.constant('base64' as const),
        mediaType: fc.constant('image/png'),
        data,
      }),
    ),
    detail: fc.constantFrom('low', 'high'),
  },
  { requiredKeys: ['kind', 'source'] },
)
const document: fc.Arbitrary<Part> = fc.record({
  kind: fc.constant('document' as const),
  source: fc.record({
    kind: fc.constant('base64' as const),
    mediaType: fc.constant('application/pdf'),
    data,
  }),
  name: word.map((name) => `${name}.pdf`),
})
const audio: fc.Arbitrary<Part> = fc.record({
  kind: fc.constant('audio' as const),
  source: fc.record({
    kind: fc.constant('base64' as const),
    mediaType: fc.constantFrom('audio/wav', 'audio/mpeg'),
    data,
  }),
})
const media = fc.oneof(image, document, audio)

/** One text, or several parts of which one is more than text. */
const userParts: fc.Arbitrary<readonly Part[]> = fc.oneof(
  fc.tuple(text),
  fc
    .tuple(media, fc.array(fc.oneof(text, media), { maxLength: 3 }))
    .map(([one, more]) => [one, ...more]),
)

interface Round {
  readonly user: readonly Part[]
  readonly text?: string
  readonly refusal?: string
  readonly calls: readonly {
    readonly name: string
    readonly json: string
    readonly result: string
  }[]
}

const round: fc.Arbitrary<Round> = fc.record(
  {
    user: userParts,
    text: said,
    refusal: said,
    calls: fc.array(fc.record({ name: word, json: fc.json(), result: fc.string() }), {
      maxLength: 3,
    }),
  },
  { requiredKeys: ['user', 'calls'] },
)

/** Calls of one round are answered at the beginning of the next. */
function toMessages(rounds: readonly Round[]): readonly Message[] {
  return rounds.flatMap(({ user, text, refusal, calls }, at) => {
    const before = rounds[at - 1]?.calls ?? []
    const results = before.map(
      ({ name, result }, call): Part => ({
        kind: 'tool_result',
        id: `call_${at - 1}_${call}`,
        name,
        parts: result === '' ? [] : [{ kind: 'text', text: result }],
      }),
    )
    const assistant: readonly Part[] = [
      ...(text === undefined ? [] : [{ kind: 'text', text } as const]),
      ...(refusal === undefined ? [] : [{ kind: 'refusal', text: refusal } as const]),
      ...calls.map(
        ({ name, json }, call): Part => ({
          kind: 'tool_call',
          id: `call_${at}_${call}`,
          name,
          arguments: json,
        }),
      ),
    ]
    const asked: Message = { role: 'user', parts: [...results, ...user] }
    return assistant.length === 0 ? [asked] : [asked, { role: 'assistant', parts: assistant }]
  })
}

const schema = fc.dictionary(word, fc.jsonValue({ maxDepth: 2 }).map(withoutNegativeZero), {
  maxKeys: 3,
})

function withoutNegativeZero(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

const tool: fc.Arbitrary<Tool> = fc.record(
  { name: word, description: said, parameters: schema, strict: fc.constant(true) },
  { requiredKeys: ['name'] },
)

const settings = fc.record(
  {
    maxTokens: fc.integer({ min: 1, max: 1_000_000 }),
    temperature: fc.integer({ min: 0, max: 20 }).map((tenths) => tenths / 10),
    topP: fc.integer({ min: 1, max: 99 }).map((percent) => percent / 100),
    seed: fc.integer(),
    presencePenalty: fc.constantFrom(-1.5, 0.5),
    frequencyPenalty: fc.constantFrom(-2, 2),
    stop: fc.array(said, { minLength: 1, maxLength: 4 }),
    user: said,
    reasoning: fc.record({
      effort: fc.constantFrom('none', 'minimal', 'low', 'medium', 'high', 'xhigh'),
    }),
    format: fc.oneof(
      fc.constant({ kind: 'json' } as const),
      fc.record(
        {
          kind: fc.constant('schema' as const),
          name: word,
          description: said,
          schema,
          strict: fc.constant(true),
        },
        { requiredKeys: ['kind', 'name', 'schema'] },
      ),
    ),
  },
  { requiredKeys: [] },
)

const toolSettings = fc.record(
  {
    toolChoice: fc.oneof(
      fc.record({ kind: fc.constantFrom('auto', 'none', 'required') }),
      fc.record({ kind: fc.constant('tool' as const), name: word }),
    ),
    parallelToolCalls: fc.constant(false),
  },
  { requiredKeys: [] },
)

/** Any conversation that a chat completion request can say as it is. */
const anyConversation: fc.Arbitrary<Conversation> = fc
  .record({
    system: fc.array(
      said.map((text) => ({ kind: 'text', text }) as const),
      { maxLength: 1 },
    ),
    rounds: fc.array(round, { minLength: 1, maxLength: 4 }),
    tools: fc.uniqueArray(tool, { selector: ({ name }) => name, maxLength: 3 }),
    settings,
    toolSettings,
    stream: fc.boolean(),
  })
  .map(({ system, rounds, tools, settings, toolSettings, stream }) => ({
    system,
    messages: toMessages(rounds),
    tools,
    ...(tools.length > 0 && toolSettings),
    ...settings,
    stream,
  }))

function overTheWire(body: object): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(body)) as Readonly<Record<string, unknown>>
}

describe('a request', () => {
  it('means the same to a chat provider as it did to the relay', () => {
    fc.assert(
      fc.property(anyConversation, fc.constantFrom('gpt-4o', 'gpt-5'), (conversation, model) => {
        // the other does not think and is not told not to
        const asked = conversation.reasoning?.effort === 'none' ? 'gpt-5' : model
        const written = chatProviderCodec.writeRequest(conversation, asked)
        if (!written.ok) throw new Error(written.message)
        const read = chatCallerCodec.readRequest(overTheWire(written.value), { stream: false })
        expect(written.unsupported).toEqual([])
        expect(read).toEqual({ ok: true, value: conversation, unsupported: [] })
      }),
    )
  })
})

function decode(stream: string): readonly AnswerEvent[] {
  const decoder = chatProviderCodec.readStream()
  const events = stream
    .split('\n\n')
    .filter((event) => event !== '')
    .flatMap((event) => decoder.read(event.slice('data: '.length)))
  return [...events, ...decoder.end()]
}

describe('an answer', () => {
  it('says the same when it was streamed to the caller', () => {
    fc.assert(
      fc.property(anyAnswer, (events) => {
        const writer = chatCallerCodec.writeStream(answerContext())
        const stream = events.map((event) => writer.write(event)).join('') + writer.end()
        expect(joinTexts(decode(stream))).toEqual(joinTexts(events))
      }),
    )
  })

  it('says the same when it was sent to the caller as a whole', () => {
    fc.assert(
      fc.property(anyAnswer, (events) => {
        const answer = overTheWire(chatCallerCodec.writeAnswer(events, answerContext()))
        expect(chatProviderCodec.readAnswer(answer)).toEqual(inWholeOrder(events))
      }),
    )
  })
})
