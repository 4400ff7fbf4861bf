import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnswerEvent } from '../answer-event.ts'
import { messagesCallerCodec, messagesProviderCodec } from './messages-codec.ts'

const text = fc.string({ minLength: 1 })
const json = fc
  .dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 })
  .map((value) => JSON.stringify(value))

const optional = <T>(shape: { [Key in keyof T]: fc.Arbitrary<T[Key]> }) =>
  fc.record(shape, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>

const CONTEXT = {
  requestId: 'req_1',
  model: 'public',
  createdSeconds: 1,
  wantsUsage: false,
  request: {},
}

type Segment = (call: number) => readonly AnswerEvent[]

const segment: fc.Arbitrary<Segment> = fc.oneof(
  fc
    .array(fc.string({ minLength: 1, unit: 'grapheme' }), { minLength: 1, maxLength: 3 })
    .map((texts) => () => texts.map((each) => ({ kind: 'text' as const, text: each }))),
  fc.tuple(fc.string(), fc.string({ minLength: 1 })).map(([thought, signature]) => () => [
    { kind: 'thinking' as const, text: thought },
    { kind: 'thinking_signature' as const, signature },
  ]),
  fc.string().map((data) => () => [{ kind: 'redacted_thinking' as const, data }]),
  fc.tuple(text, json, fc.nat()).map(([name, args, cut]) => (index: number) => [
    { kind: 'tool_start' as const, index, id: `c${index}`, name },
    { kind: 'tool_arguments' as const, index, json: args.slice(0, cut % args.length) },
    { kind: 'tool_arguments' as const, index, json: args.slice(cut % args.length) },
  ]),
)

const count = fc.nat({ max: 1_000_000 })
const some = fc.integer({ min: 1, max: 1_000_000 })
const usage = fc
  .tuple(
    fc.record({ input_tokens: count, output_tokens: count }),
    optional({
      cache_read_tokens: some,
      cache_write_5m_tokens: some,
      cache_write_1h_tokens: some,
      reasoning_tokens: some,
    }),
  )
  .map(([needed, more]) => ({ ...needed, ...more }))

const stop = fc.oneof(
  fc.record({ reason: fc.constantFrom('stop', 'length', 'content_filter') }),
  fc.record({ reason: fc.constant('stop_sequence'), sequence: fc.string() }),
)

const answer = fc
  .tuple(fc.array(segment, { maxLength: 6 }), stop, usage)
  .map(([segments, ended, counted]): AnswerEvent[] => {
    let calls = 0
    const pieces = segments.flatMap((each) => {
      const events = each(calls)
      if (events[0]?.kind === 'tool_start') calls++
      return events
    })
    const reason = calls > 0 ? { reason: 'tool_calls' } : ended
    return [
      { kind: 'start', id: 'msg_1', model: 'public' },
      ...pieces,
      { kind: 'stop', ...reason } as AnswerEvent,
      { kind: 'usage', usage: counted } as AnswerEvent,
    ]
  })

/** Pieces of one text that follow each other as one piece, empty ones as none. */
function joined(events: readonly AnswerEvent[]): AnswerEvent[] {
  const out: AnswerEvent[] = []
  for (const event of events) {
    const last = out.at(-1)
    if (event.kind === 'tool_arguments' && last?.kind === 'tool_arguments') {
      out[out.length - 1] = { ...last, json: last.json + event.json }
    } else if (event.kind === 'text' && last?.kind === 'text') {
      out[out.length - 1] = { ...last, text: last.text + event.text }
    } else if (!('text' in event && event.text === '')) out.push(event)
  }
  return out
}

describe('an answer', () => {
  it('is the same after it was streamed and decoded', () => {
    fc.assert(
      fc.property(answer, (events) => {
        const writer = messagesCallerCodec.writeStream(CONTEXT)
        const sse = events.map((event) => writer.write(event)).join('') + writer.end()
        const decoder = messagesProviderCodec.readStream()
        const data = sse.split('\n').filter((line) => line.startsWith('data: '))
        const decoded = data.flatMap((line) => decoder.read(line.slice('data: '.length)))
        expect(joined([...decoded, ...decoder.end()])).toEqual(joined(events))
      }),
    )
  })

  it('is the same after it was written as a whole and read', () => {
    fc.assert(
      fc.property(answer, (events) => {
        const message = JSON.stringify(messagesCallerCodec.writeAnswer(events, CONTEXT))
        const read = messagesProviderCodec.readAnswer(
          JSON.parse(message) as Record<string, unknown>,
        )
        expect(joined(read)).toEqual(joined(events))
      }),
    )
  })
})
