import type { CallSource } from '../api/elastic.ts'
import type { BodyReader } from './bodies/body-reader.ts'
import { completionsBody } from './bodies/completions-body.ts'
import { parseCutJson } from './bodies/cut-json.ts'
import { embeddingsBody } from './bodies/embeddings-body.ts'
import { geminiBody } from './bodies/gemini-body.ts'
import { type Json, jsonText, objectOf, parseJson, withoutBase64 } from './bodies/json-value.ts'
import { mediaBody } from './bodies/media-body.ts'
import type { Message, Part } from './bodies/message.ts'
import { messagesBody } from './bodies/messages-body.ts'
import { responsesBody } from './bodies/responses-body.ts'
import { text } from './call-row.ts'

/** What was said in a call. An answer of no known form is in `plainAnswer`. */
export interface Conversation {
  readonly messages: readonly Message[]
  readonly answers: readonly Message[]
  readonly plainAnswer: string | undefined
  readonly truncated: boolean
}

/** A body belongs to the first of them that finds something in it. */
const READERS: readonly BodyReader[] = [
  messagesBody,
  geminiBody,
  responsesBody,
  mediaBody,
  completionsBody,
  embeddingsBody,
]

/**
 * Makes a conversation of a record's bodies, whatever their protocol; where they cannot be
 * understood, of their words. Never throws.
 */
export function readConversation(record: CallSource): Conversation {
  const request = parseBody(record.request_body)
  const response = parseBody(record.response_body)
  const messages = request === undefined ? [] : readBody('request', request)
  const answers = response === undefined ? [] : readBody('answer', response)
  const prompt = text(record.prompt) ?? rawBody(record.request_body)
  const asked = messages.length > 0 || prompt === undefined ? messages : [plain('user', prompt)]
  const names = toolNames([...asked, ...answers])
  return {
    messages: asked.map((message) => finished(message, names)),
    answers: answers.map((message) => finished(message, names)),
    plainAnswer:
      answers.length > 0 ? undefined : (text(record.response) ?? rawBody(record.response_body)),
    truncated: record.body_status === 'truncated',
  }
}

function readBody(side: keyof BodyReader, body: Json): readonly Message[] {
  for (const reader of READERS) {
    const messages = reader[side](body)
    if (messages.length > 0) return messages
  }
  return []
}

function plain(role: string, words: string): Message {
  return { role, parts: [{ kind: 'text', text: words }] }
}

/** Results tell only the id of their call, which says nothing to a reader. */
function toolNames(messages: readonly Message[]): ReadonlyMap<string, string> {
  const calls = messages.flatMap(({ parts }) => parts).filter((part) => part.kind === 'tool-call')
  return new Map(calls.flatMap(({ id, name }) => (id === undefined ? [] : [[id, name]])))
}

/** Some protocols let the user say what a tool has said. */
function finished({ role, parts }: Message, names: ReadonlyMap<string, string>): Message {
  const isResult = parts.length > 0 && parts.every(({ kind }) => kind === 'tool-result')
  return {
    role: isResult && role === 'user' ? 'tool' : role,
    parts: parts.map((part): Part => {
      if (part.kind !== 'tool-result' || part.name !== undefined) return part
      return { ...part, name: names.get(part.callId ?? '') }
    }),
  }
}

/** Bodies are kept as they were sent: text that usually is JSON, be it that its end was cut. */
function parseBody(body: unknown): Json | undefined {
  if (typeof body !== 'string') return objectOf(body)
  return objectOf(parseJson(body) ?? parseCutJson(body))
}

function rawBody(body: unknown): string | undefined {
  if (body === undefined || body === null) return undefined
  return typeof body === 'string' ? text(withoutBase64(body)) : jsonText(body)
}
