import fc from 'fast-check'
import type { TokenUsage } from '../../src/accounts/index.ts'
import type { AnswerEvent, StopReason } from '../../src/relay/translation/answer-event.ts'
import type { AnswerContext } from '../../src/relay/translation/codec.ts'

/** What an answer says of itself in these tests. */
export function answerContext(given: Partial<AnswerContext> = {}): AnswerContext {
  return {
    requestId: 'req1',
    model: 'public-model',
    createdSeconds: 1_700_000_000,
    wantsUsage: true,
    request: {},
    ...given,
  }
}

/** Joins texts that follow each other and drops empty ones: how a text is cut has no meaning. */
export function joinTexts(events: readonly AnswerEvent[]): readonly AnswerEvent[] {
  const joined: AnswerEvent[] = []
  for (const event of events) {
    const last = joined.at(-1)
    if ('text' in event && last !== undefined && 'text' in last && last.kind === event.kind) {
      joined[joined.length - 1] = { ...last, text: last.text + event.text }
    } else if (event.kind === 'tool_arguments') {
      const isSame = last?.kind === 'tool_arguments' && last.index === event.index
      if (isSame) joined[joined.length - 1] = { ...last, json: last.json + event.json }
      else if (event.json !== '') joined.push(event)
    } else if (!('text' in event) || event.text !== '') joined.push(event)
  }
  return joined
}

/** Puts an answer into the order of one that is not streamed. */
export function inWholeOrder(events: readonly AnswerEvent[]): readonly AnswerEvent[] {
  const of = (kind: AnswerEvent['kind']): readonly AnswerEvent[] =>
    events.filter((event) => event.kind === kind)
  const calls = of('tool_start').flatMap((start) => [
    start,
    ...of('tool_arguments').filter(
      (more) => 'index' in more && 'index' in start && more.index === start.index,
    ),
  ])
  const said = [...of('thinking'), ...of('text'), ...of('refusal'), ...calls]
  return joinTexts([...of('start'), ...said, ...of('stop'), ...of('usage')])
}

const text = fc.string({ unit: 'binary', maxLength: 12 })
const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,12}$/)

type Piece =
  | { readonly kind: 'text' | 'thinking' | 'refusal'; readonly text: string }
  | { readonly kind: 'begin_tool'; readonly name: string; readonly signature?: string }
  | { readonly kind: 'more_arguments'; readonly which: number; readonly json: string }

const piece: fc.Arbitrary<Piece> = fc.oneof(
  fc.record({ kind: fc.constantFrom('text', 'thinking', 'refusal'), text }),
  fc.record(
    { kind: fc.constant('begin_tool' as const), name, signature: name },
    { requiredKeys: ['kind', 'name'] },
  ),
  fc.record({ kind: fc.constant('more_arguments' as const), which: fc.nat(9), json: text }),
)

const tokens = fc.nat(100_000)

const usage: fc.Arbitrary<TokenUsage> = fc
  .record({
    input: tokens,
    read: tokens,
    write: tokens,
    heard: tokens,
    output: tokens,
    part: tokens,
  })
  .map(({ input, read, write, heard, output, part }) => ({
    input_tokens: input,
    output_tokens: output,
    ...(read > 0 && { cache_read_tokens: read }),
    ...(write > 0 && { cache_write_5m_tokens: write }),
    ...(heard > 0 && { audio_input_tokens: heard }),
    ...(Math.min(part, output) > 0 && { reasoning_tokens: Math.min(part, output) }),
  }))

/** Any answer that OpenAI's protocols can say, in the order of a stream. */
export const anyAnswer: fc.Arbitrary<readonly AnswerEvent[]> = fc
  .record({ pieces: fc.array(piece, { maxLength: 20 }), cut: fc.constantFrom(0, 1, 2), usage })
  .map(({ pieces, cut, usage }) => {
    const said = pieces.reduce<readonly AnswerEvent[]>(addPiece, [])
    const hasTools = said.some(({ kind }) => kind === 'tool_start')
    const reasons: readonly StopReason[] = [
      hasTools ? 'tool_calls' : 'stop',
      'length',
      'content_filter',
    ]
    return [
      { kind: 'start', id: 'chatcmpl-req1', model: 'public-model' },
      ...said,
      { kind: 'stop', reason: reasons[cut]! },
      { kind: 'usage', usage },
    ]
  })

function addPiece(events: readonly AnswerEvent[], piece: Piece): readonly AnswerEvent[] {
  const begun = events.filter(({ kind }) => kind === 'tool_start').length
  if (piece.kind === 'begin_tool') {
    const { name, signature } = piece
    const id = `call_${name}_${begun}`
    const start = { kind: 'tool_start', index: begun, id, name, ...(signature && { signature }) }
    return [...events, start as AnswerEvent]
  }
  if (piece.kind !== 'more_arguments') return [...events, piece]
  if (begun === 0) return events
  return [...events, { kind: 'tool_arguments', index: piece.which % begun, json: piece.json }]
}
