/** What the benchmark's provider answers with: about 1 KB of JSON, or a stream of 50 chunks. */

const TEXT = 'The relay writes each record before the last byte of its answer is sent. '.repeat(8)

export const WHOLE_ANSWER = JSON.stringify({
  id: 'chatcmpl-bench',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'gpt-4o-mini-2024-07-18',
  choices: [{ index: 0, message: { role: 'assistant', content: TEXT }, finish_reason: 'stop' }],
  usage: {
    prompt_tokens: 180,
    completion_tokens: 140,
    total_tokens: 320,
    prompt_tokens_details: { cached_tokens: 64 },
  },
})

export const STREAM_CHUNKS = 50
export const CHUNK_SPACING_MS = 20

const CHUNK_HEAD =
  'data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1700000000,' +
  '"model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"delta":{"content":"'

/** One chunk; its content is the moment it was sent, so that the reader knows how long it took. */
export function contentEvent(sentMicroseconds: number): string {
  return `${CHUNK_HEAD}@${sentMicroseconds};"},"finish_reason":null}]}\n\n`
}

export const LAST_EVENTS =
  `${CHUNK_HEAD}"},"finish_reason":"stop"}]}\n\n` +
  'data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1700000000,' +
  '"model":"gpt-4o-mini-2024-07-18","choices":[],"usage":{"prompt_tokens":180,' +
  '"completion_tokens":50,"total_tokens":230}}\n\ndata: [DONE]\n\n'

/** A clock that is the same in all processes of the machine. */
export function nowMicroseconds(): number {
  return Math.round(Number(process.hrtime.bigint() / 1000n))
}
