import type { CallSource } from '../api/elastic.ts'
import { text } from './call-row.ts'

/** A piece of a message as it is shown. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'tool-call'; readonly name: string; readonly input: string }
  | { readonly kind: 'image' }
  | { readonly kind: 'attachment'; readonly type: string }

export interface Message {
  readonly role: string
  readonly parts: readonly Part[]
}

/** What was said in a call. An answer that is not a chat completion is in `plainAnswer`. */
export interface Conversation {
  readonly messages: readonly Message[]
  readonly answers: readonly Message[]
  readonly plainAnswer: string | undefined
  readonly truncated: boolean
}

type Json = Readonly<Record<string, unknown>>

/** Makes a conversation of a record's bodies; where they cannot be parsed, of their words. */
export function readConversation(record: CallSource): Conversation {
  const request = parseBody(record.request_body)
  const response = parseBody(record.response_body)
  const messages = list(request?.messages).map(readMessage)
  const answers = list(response?.choices)
    .map((choice) => object(choice.message))
    .filter((message) => message !== undefined)
    .map(readMessage)
  const prompt = text(record.prompt) ?? rawBody(record.request_body)
  return {
    messages: messages.length > 0 || prompt === undefined ? messages : [plain('user', prompt)],
    answers,
    plainAnswer:
      answers.length > 0 ? undefined : (text(record.response) ?? rawBody(record.response_body)),
    truncated: record.body_status === 'truncated',
  }
}

function plain(role: string, words: string): Message {
  return { role, parts: [{ kind: 'text', text: words }] }
}

function readMessage(message: Json): Message {
  const calls = list(message.tool_calls).map((call): Part => {
    const called = object(call.function)
    return {
      kind: 'tool-call',
      name: String(called?.name ?? ''),
      input: pretty(called?.arguments),
    }
  })
  const refusal = text(message.refusal)
  return {
    role: text(message.role) ?? 'assistant',
    parts: [
      ...readContent(message.content),
      ...(refusal === undefined ? [] : [{ kind: 'text' as const, text: refusal }]),
      ...calls,
    ],
  }
}

function readContent(content: unknown): Part[] {
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }]
  return list(content).map((part): Part => {
    const type = text(part.type) ?? 'attachment'
    const words = text(part.text)
    if (words !== undefined) return { kind: 'text', text: words }
    return type.includes('image') ? { kind: 'image' } : { kind: 'attachment', type }
  })
}

/** Bodies are kept as they were sent: text that usually is JSON. */
function parseBody(body: unknown): Json | undefined {
  if (typeof body !== 'string') return object(body)
  try {
    return object(JSON.parse(body))
  } catch {
    return undefined
  }
}

function rawBody(body: unknown): string | undefined {
  return typeof body === 'string' ? text(body) : body === undefined ? undefined : pretty(body)
}

/** Indents JSON; other text stays as it is. */
function pretty(value: unknown): string {
  if (value === undefined) return ''
  if (typeof value !== 'string') return JSON.stringify(value, undefined, 2)
  try {
    return JSON.stringify(JSON.parse(value), undefined, 2)
  } catch {
    return value
  }
}

function object(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : undefined
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(object).filter((item) => item !== undefined) : []
}
