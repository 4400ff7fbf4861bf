import type { ServerResponse } from 'node:http'

export const USAGE = {
  prompt_tokens: 100,
  completion_tokens: 20,
  total_tokens: 120,
  prompt_tokens_details: { cached_tokens: 40 },
}

/** An answer as OpenAI gives it to a call that is not streamed. */
export function wholeAnswer(change: object = {}): object {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'small-2024-08',
    choices: [
      { index: 0, message: { role: 'assistant', content: 'Chào bạn' }, finish_reason: 'stop' },
    ],
    usage: USAGE,
    ...change,
  }
}

export function sendJson(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

/** One chunk of a stream; `choice` is laid over its only choice. */
export function chunk(delta: object, choice: object = {}): string {
  return event({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: 'small-2024-08',
    choices: [{ index: 0, delta, finish_reason: null, ...choice }],
  })
}

export function event(data: object | string): string {
  return `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`
}

/** The chunk with the usage that comes last when it was asked for. */
export function usageChunk(usage: object = USAGE): string {
  return event({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: 'small-2024-08',
    choices: [],
    usage,
  })
}

export const STREAM_HEADERS = { 'content-type': 'text/event-stream; charset=utf-8' }

/** A whole small stream, usage included. */
export const STREAM_EVENTS = [
  chunk({ role: 'assistant', content: '' }),
  chunk({ content: 'Chào ' }),
  chunk({ content: 'bạn 你好' }),
  chunk({}, { finish_reason: 'stop' }),
  usageChunk(),
  event('[DONE]'),
]

export function sendStream(
  response: ServerResponse,
  events: readonly string[] = STREAM_EVENTS,
): void {
  response.writeHead(200, STREAM_HEADERS)
  for (const each of events) response.write(each)
  response.end()
}
