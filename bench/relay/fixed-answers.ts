/** What the benchmark's provider answers with: about 1 KB of JSON, or a stream of 50 chunks. */

/** The text of a whole answer. */
export const TEXT =
  'The relay writes each record before the last byte of its answer is sent. '.repeat(8)

export const PROMPT_TOKENS = 180
export const COMPLETION_TOKENS = 140
const CACHED_TOKENS = 64

export const STREAM_CHUNKS = 50
export const CHUNK_SPACING_MS = 20

/** One provider's answers; the text of a chunk is the moment at which it was sent. */
export interface FixedAnswers {
  readonly whole: string
  /** What a stream begins with, before the first text. */
  readonly firstEvents: string
  /** Chunks hold `@`, the moment in microseconds and `;`, so that a reader knows the delay. */
  contentEvent(sentMicroseconds: number): string
  readonly lastEvents: string
}

const CHUNK =
  '"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1700000000,' +
  '"model":"gpt-4o-mini-2024-07-18"'

const CHUNK_HEAD = `data: {${CHUNK},"choices":[{"index":0,"delta":{"content":"`

/** Answers of Chat Completions. */
export const CHAT_ANSWERS: FixedAnswers = {
  whole: JSON.stringify({
    id: 'chatcmpl-bench',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'gpt-4o-mini-2024-07-18',
    choices: [{ index: 0, message: { role: 'assistant', content: TEXT }, finish_reason: 'stop' }],
    usage: {
      prompt_tokens: PROMPT_TOKENS,
      completion_tokens: COMPLETION_TOKENS,
      total_tokens: PROMPT_TOKENS + COMPLETION_TOKENS,
      prompt_tokens_details: { cached_tokens: CACHED_TOKENS },
    },
  }),
  firstEvents: '',
  contentEvent: (sent) => `${CHUNK_HEAD}@${sent};"},"finish_reason":null}]}\n\n`,
  lastEvents:
    `${CHUNK_HEAD}"},"finish_reason":"stop"}]}\n\n` +
    `data: {${CHUNK},"choices":[],"usage":{"prompt_tokens":180,` +
    '"completion_tokens":50,"total_tokens":230}}\n\ndata: [DONE]\n\n',
}

const MESSAGE = {
  id: 'msg_bench',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5-20250929',
}

const INPUT_USAGE = {
  input_tokens: PROMPT_TOKENS - CACHED_TOKENS,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: CACHED_TOKENS,
}

function messageEvent(type: string, members: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`
}

const DELTA_HEAD =
  'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,' +
  '"delta":{"type":"text_delta","text":"'

/** Answers of Anthropic's Messages API. */
export const MESSAGES_ANSWERS: FixedAnswers = {
  whole: JSON.stringify({
    ...MESSAGE,
    content: [{ type: 'text', text: TEXT }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { ...INPUT_USAGE, output_tokens: COMPLETION_TOKENS },
  }),
  firstEvents:
    messageEvent('message_start', {
      message: {
        ...MESSAGE,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { ...INPUT_USAGE, output_tokens: 1 },
      },
    }) +
    messageEvent('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }) +
    messageEvent('ping', {}),
  contentEvent: (sent) => `${DELTA_HEAD}@${sent};"}}\n\n`,
  lastEvents:
    messageEvent('content_block_stop', { index: 0 }) +
    messageEvent('message_delta', {
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: 50 },
    }) +
    messageEvent('message_stop', {}),
}

/** A clock that is the same in all processes of the machine. */
export function nowMicroseconds(): number {
  return Math.round(Number(process.hrtime.bigint() / 1000n))
}
