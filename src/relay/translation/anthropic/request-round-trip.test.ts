import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Conversation, Message, Part, ToolCallPart, ToolResultPart } from '../conversation.ts'
import { messagesCallerCodec, messagesProviderCodec } from './messages-codec.ts'

interface Block {
  readonly type: string
  readonly text?: string
  readonly id?: string
}

const text = fc.string({ minLength: 1, unit: 'grapheme' }).filter((each) => each.trim() !== '')
const base64 = fc.base64String({ minLength: 4 })
const mark = fc.constantFrom('5m', '1h')
const json = fc
  .dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 })
  .map((value) => JSON.stringify(value))

const optional = <T>(shape: { [Key in keyof T]: fc.Arbitrary<T[Key]> }) =>
  fc.record(shape, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>

const textPart = fc
  .tuple(text, optional({ cacheMark: mark }))
  .map(([each, more]) => ({ kind: 'text', text: each, ...more }) as const)
const url = fc.record({ kind: fc.constant('url' as const), url: fc.webUrl() })
const bytes = (...types: readonly string[]) =>
  fc.record({
    kind: fc.constant('base64' as const),
    mediaType: fc.constantFrom(...types),
    data: base64,
  })
const imagePart = fc.record({
  kind: fc.constant('image' as const),
  source: fc.oneof(url, bytes('image/png', 'image/jpeg', 'image/gif', 'image/webp')),
})
const plainText = fc.string({ unit: 'grapheme' }).map((each) => ({
  kind: 'base64' as const,
  mediaType: 'text/plain',
  data: Buffer.from(each).toString('base64'),
}))
const documentPart = fc
  .tuple(fc.oneof(url, bytes('application/pdf'), plainText), optional({ name: fc.string() }))
  .map(([source, more]) => ({ kind: 'document', source, ...more }) as const)
const shown = fc.oneof(textPart, imagePart, documentPart)

const thinkingPart = fc.oneof(
  fc.record({
    kind: fc.constant('thinking' as const),
    text: fc.string(),
    signature: fc.string({ minLength: 1 }),
  }),
  fc.record({
    kind: fc.constant('thinking' as const),
    text: fc.constant(''),
    redacted: fc.string(),
  }),
)

/** What the assistant says, with calls, and what the user answers, with their results. */
interface Round {
  readonly said: readonly Part[]
  readonly calls: readonly { readonly name: string; readonly arguments: string }[]
  readonly results: readonly (Pick<ToolResultPart, 'parts'> & { readonly isError?: true })[]
  readonly asked: readonly Part[]
}

const round: fc.Arbitrary<Round> = fc.record({
  said: fc.array(fc.oneof(textPart, thinkingPart), { minLength: 1, maxLength: 3 }),
  calls: fc.array(fc.record({ name: text, arguments: json }), { maxLength: 3 }),
  results: fc.array(
    fc
      .tuple(fc.array(shown, { maxLength: 2 }), fc.boolean())
      .map(([parts, isError]) => ({ parts, ...(isError && { isError }) })),
    { minLength: 3, maxLength: 3 },
  ),
  asked: fc.array(shown, { minLength: 1, maxLength: 3 }),
})

function messagesOf(first: readonly Part[], rounds: readonly Round[]): Message[] {
  const messages: Message[] = [{ role: 'user', parts: first }]
  rounds.forEach(({ said, calls, results, asked }, at) => {
    const made = calls.map(
      (call, n): ToolCallPart => ({ kind: 'tool_call', id: `toolu_${at}-${n}`, ...call }),
    )
    const given = made.map(
      ({ id, name }, n): ToolResultPart => ({
        kind: 'tool_result',
        id,
        name,
        parts: [],
        ...results[n],
      }),
    )
    messages.push({ role: 'assistant', parts: [...said, ...made] })
    messages.push({ role: 'user', parts: [...given, ...asked] })
  })
  return messages
}

const tool = fc
  .tuple(
    fc.record({ name: text }),
    optional({
      description: fc.string(),
      parameters: fc.record({
        type: fc.constant('object'),
        properties: fc.dictionary(fc.string({ minLength: 1 }), fc.constant({ type: 'string' }), {
          minKeys: 1,
        }),
      }),
      strict: fc.boolean(),
      cacheMark: mark,
    }),
  )
  .map(([named, more]) => ({ ...named, ...more }))

const choice = fc.oneof(
  fc.record({
    toolChoice: fc.oneof(
      fc.record({ kind: fc.constantFrom('auto', 'required') }),
      fc.record({ kind: fc.constant('tool'), name: text }),
    ),
    parallelToolCalls: fc.boolean(),
  }),
  fc.constant({ toolChoice: { kind: 'none' } }),
  fc.constant({}),
)

const format = fc.record({
  kind: fc.constant('schema' as const),
  schema: fc.constant({
    type: 'object',
    properties: { a: { type: 'string' } },
    additionalProperties: false,
  }),
})

const basics = fc
  .tuple(
    fc.record({
      system: fc.array(textPart, { maxLength: 3 }),
      messages: fc
        .tuple(fc.array(shown, { minLength: 1, maxLength: 3 }), fc.array(round, { maxLength: 3 }))
        .map(([first, rounds]) => messagesOf(first, rounds)),
      tools: fc.array(tool, { minLength: 1, maxLength: 3 }),
      maxTokens: fc.integer({ min: 1, max: 100_000 }),
      stream: fc.boolean(),
    }),
    optional({ stop: fc.array(text, { minLength: 1 }), user: fc.string(), format }),
  )
  .map(([needed, more]) => ({ ...needed, ...more }))

const unit = fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0)
const sampling = optional({ temperature: unit, topP: unit, topK: fc.nat() })

/** Writes and reads again; fails on anything that is left out. */
function roundTrip(conversation: Conversation, model: string): Conversation {
  const written = messagesProviderCodec.writeRequest(conversation, model)
  if (!written.ok) throw new Error(written.message)
  const body = JSON.parse(JSON.stringify(written.value)) as Record<string, unknown>
  const read = messagesCallerCodec.readRequest(body, { stream: conversation.stream })
  if (!read.ok) throw new Error(`${read.param} ${read.message}`)
  expect([...written.unsupported, ...read.unsupported]).toEqual([])
  return read.value
}

describe('a conversation', () => {
  it('is the same after it was written and read', () => {
    fc.assert(
      fc.property(basics, sampling, choice, (conversation, more, chosen) => {
        const given = { ...conversation, ...more, ...chosen } as Conversation
        expect(roundTrip(given, 'claude-sonnet-4-0')).toEqual(given)
      }),
    )
  })

  it('that thinks by a number of tokens is the same', () => {
    const budget = fc.integer({ min: 1024, max: 64_000 })
    fc.assert(
      fc.property(basics, budget, fc.integer({ min: 1 }), (conversation, budgetTokens, rest) => {
        const reasoning = { budgetTokens, includeThoughts: true }
        const given: Conversation = { ...conversation, maxTokens: budgetTokens + rest, reasoning }
        expect(roundTrip(given, 'claude-sonnet-4-0')).toEqual(given)
      }),
    )
  })

  it('that thinks by effort is the same', () => {
    const effort = fc.constantFrom('low', 'medium', 'high', 'xhigh')
    const reasoning = fc.oneof(
      fc.constant({ effort: 'none' as const }),
      fc
        .tuple(optional({ effort }), fc.boolean())
        .filter(([more, includeThoughts]) => includeThoughts || more.effort !== undefined)
        .map(([more, includeThoughts]) => ({ ...more, includeThoughts })),
    )
    fc.assert(
      fc.property(basics, reasoning, (conversation, wanted) => {
        const given = { ...conversation, reasoning: wanted } as Conversation
        expect(roundTrip(given, 'claude-opus-4-7')).toEqual(given)
      }),
    )
  })
})

describe('whatever a caller says', () => {
  const anyPart = fc.oneof(
    fc.record({ kind: fc.constantFrom('text', 'refusal'), text: fc.string() }),
    thinkingPart,
    shown,
    fc.record({ kind: fc.constant('audio'), source: url }),
    fc.record({
      kind: fc.constant('image'),
      source: fc.record({ kind: fc.constant('base64'), mediaType: fc.string(), data: fc.string() }),
    }),
    fc.record({
      kind: fc.constant('tool_call'),
      id: fc.string(),
      name: fc.string(),
      arguments: json,
    }),
    fc.record({ kind: fc.constant('tool_result'), id: fc.string(), parts: fc.array(shown) }),
  )
  const anyMessages = fc.array(
    fc.record({ role: fc.constantFrom('user', 'assistant'), parts: fc.array(anyPart) }),
  )

  it('is written as the API demands: roles in turn, results first, no empty texts, plain ids', () => {
    fc.assert(
      fc.property(basics, anyMessages, (conversation, messages) => {
        const given = { ...conversation, messages } as Conversation
        const written = messagesProviderCodec.writeRequest(given, 'claude-sonnet-4-0')
        if (!written.ok) return
        const body = written.value as { messages: { role: string; content: Block[] | string }[] }
        body.messages.forEach(({ role, content }, at) => {
          expect(role).not.toBe(body.messages[at - 1]?.role)
          const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : content
          const firstOther = blocks.findIndex(({ type }) => type !== 'tool_result')
          const others = firstOther < 0 ? [] : blocks.slice(firstOther)
          expect(others.map(({ type }) => type)).not.toContain('tool_result')
          for (const { type, text: said, id } of blocks as Block[]) {
            if (type === 'text') expect(said?.trim()).not.toBe('')
            if (type === 'tool_use') expect(id).toMatch(/^[a-zA-Z0-9_-]+$/)
          }
        })
      }),
    )
  })
})
