import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnswerEvent } from '../answer-event.ts'
import type { AnswerContext, StreamWriter } from '../codec.ts'
import { generateCallerCodec, generateProviderCodec } from './generate-codec.ts'

const CONTEXT: AnswerContext = {
  requestId: 'req_1',
  model: 'gemini-public',
  createdSeconds: 1_700_000_000,
  wantsUsage: false,
  request: {},
}

function readStream(chunks: readonly object[]): readonly AnswerEvent[] {
  const decoder = generateProviderCodec.readStream()
  return [...chunks.flatMap((each) => decoder.read(JSON.stringify(each))), ...decoder.end()]
}

function streamed(writer: StreamWriter, events: readonly AnswerEvent[]): string {
  return events.map((event) => writer.write(event)).join('') + writer.end()
}

/** The chunks of a stream, as a caller takes them apart. */
function chunksOf(text: string): Record<string, unknown>[] {
  return text
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => JSON.parse(event.replace(/^data: /, '')) as Record<string, unknown>)
}

describe('an answer that Gemini can give', () => {
  it('is read from a stream as it was written', () => {
    fc.assert(
      fc.property(answers, (events) => {
        const text = streamed(generateCallerCodec.writeStream(CONTEXT), events)
        expect(readStream(chunksOf(text))).toEqual(events)
      }),
      { numRuns: 300 },
    )
  })

  it('is read whole as it was written, with its pieces joined', () => {
    fc.assert(
      fc.property(answers, (events) => {
        const answer = JSON.stringify(generateCallerCodec.writeAnswer(events, CONTEXT))
        const read = generateProviderCodec.readAnswer(JSON.parse(answer) as Record<string, unknown>)
        expect(read).toEqual(joined(events))
      }),
      { numRuns: 300 },
    )
  })
})

const words = fc.string({ minLength: 1, unit: 'grapheme' })

const piece: fc.Arbitrary<(index: number) => AnswerEvent[]> = fc.oneof(
  words.map((text) => () => [{ kind: 'text' as const, text }]),
  words.map((text) => () => [{ kind: 'thinking' as const, text }]),
  fc.constant(() => [{ kind: 'thinking_signature' as const, signature: 'c2ln' }]),
  fc
    .record({
      id: words,
      name: words,
      args: fc.dictionary(words, fc.jsonValue()),
      signature: fc.constantFrom('c2ln', undefined),
    })
    .map(({ id, name, args, signature }) => (index: number): AnswerEvent[] => [
      { kind: 'tool_start', index, id, name, ...(signature !== undefined && { signature }) },
      {
        kind: 'tool_arguments',
        index,
        json: JSON.stringify(JSON.parse(JSON.stringify(args))),
      },
    ]),
)

const count = fc.integer({ min: 1, max: 1_000_000 })

const usage = fc
  .record(
    {
      input_tokens: count,
      output_tokens: count,
      cache_read_tokens: count,
      audio_input_tokens: count,
      reasoning_tokens: count,
      audio_output_tokens: count,
    },
    { requiredKeys: ['input_tokens', 'output_tokens'] },
  )
  .map((given) => ({
    ...given,
    output_tokens:
      given.output_tokens + (given.reasoning_tokens ?? 0) + (given.audio_output_tokens ?? 0),
  }))

const answers: fc.Arbitrary<readonly AnswerEvent[]> = fc
  .record({
    pieces: fc.array(piece, { maxLength: 6 }),
    reason: fc.constantFrom('stop' as const, 'length' as const, 'content_filter' as const),
    usage,
  })
  .map(({ pieces, reason, usage: used }) => {
    let calls = 0
    const said = pieces.flatMap((make) => {
      const events = make(calls)
      if (events[0]?.kind === 'tool_start') calls++
      return events
    })
    return [
      { kind: 'start', id: 'r1', model: CONTEXT.model },
      ...said,
      { kind: 'stop', reason: reason === 'stop' && calls > 0 ? 'tool_calls' : reason },
      { kind: 'usage', usage: used },
    ]
  })

/** What was said in pieces, said at once. */
function joined(events: readonly AnswerEvent[]): readonly AnswerEvent[] {
  const whole: AnswerEvent[] = []
  for (const event of events) {
    const last = whole.at(-1)
    const joins = (event.kind === 'text' || event.kind === 'thinking') && last?.kind === event.kind
    if (joins) whole[whole.length - 1] = { ...event, text: last.text + event.text }
    else whole.push(event)
  }
  return whole
}
