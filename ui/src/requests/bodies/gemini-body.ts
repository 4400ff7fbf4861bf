import { text } from '../call-row.ts'
import { addressed, attachment } from './attachment.ts'
import type { BodyReader } from './body-reader.ts'
import { otherPart, wordsOf } from './content-part.ts'
import { type Json, jsonText, objectOf, objectsOf } from './json-value.ts'
import type { Message, Part } from './message.ts'

/** Gemini's names in their other spelling, as callers may send them. */
const SNAKE_CASE: ReadonlyMap<string, string> = new Map([
  ['systemInstruction', 'system_instruction'],
  ['inlineData', 'inline_data'],
  ['fileData', 'file_data'],
  ['functionCall', 'function_call'],
  ['functionResponse', 'function_response'],
  ['executableCode', 'executable_code'],
  ['codeExecutionResult', 'code_execution_result'],
  ['mimeType', 'mime_type'],
  ['fileUri', 'file_uri'],
  ['displayName', 'display_name'],
  ['generateContentRequest', 'generate_content_request'],
])

/** Gemini's `generateContent`, and the requests of its embeddings and token counts. */
export const geminiBody: BodyReader = {
  request(body) {
    const counted = member(body, 'generateContentRequest')
    const asked = objectOf(counted) ?? body
    return [
      ...messagesOf(member(asked, 'systemInstruction'), 'system'),
      ...messagesOf(asked.contents, 'user'),
      ...messagesOf(asked.content, 'user'),
      ...objectsOf(asked.requests).flatMap(({ content }) => messagesOf(content, 'user')),
    ]
  },
  answer({ candidates }) {
    return objectsOf(candidates).flatMap(({ content }) => messagesOf(content, 'assistant'))
  },
}

/** The contents of a list, or one alone; a system prompt may be a text. */
function messagesOf(value: unknown, defaultRole: string): readonly Message[] {
  const words = wordsOf(value)
  if (words.length > 0) return [{ role: defaultRole, parts: words }]
  const contents = Array.isArray(value) ? value : [value]
  return objectsOf(contents)
    .filter(({ parts }) => Array.isArray(parts) || objectOf(parts) !== undefined)
    .map(({ role, parts }) => ({
      role: defaultRole === 'system' ? 'system' : (ROLES.get(role) ?? text(role) ?? defaultRole),
      parts: (Array.isArray(parts) ? objectsOf(parts) : objectsOf([parts])).flatMap(partsOf),
    }))
}

const ROLES: ReadonlyMap<unknown, string> = new Map([
  ['model', 'assistant'],
  ['function', 'tool'],
])

const SILENT_MEMBERS: ReadonlySet<string> = new Set([
  'text',
  'thought',
  'thoughtSignature',
  'thought_signature',
])

function partsOf(part: Json): readonly Part[] {
  if (typeof part.text === 'string' && part.text !== '') {
    return [{ kind: part.thought === true ? 'thinking' : 'text', text: part.text }]
  }
  const inline = objectOf(member(part, 'inlineData'))
  if (inline !== undefined) return [inlineData(inline)]
  const file = objectOf(member(part, 'fileData'))
  if (file !== undefined) {
    return [addressed('file', text(member(file, 'fileUri')), text(member(file, 'mimeType')))]
  }
  const call = objectOf(member(part, 'functionCall'))
  if (call !== undefined) return [functionCall(call)]
  const response = objectOf(member(part, 'functionResponse'))
  if (response !== undefined) return [functionResponse(response)]
  return ranCode(part) ?? unknown(part)
}

/** Code that the provider itself writes and runs. */
function ranCode(part: Json): readonly Part[] | undefined {
  const code = objectOf(member(part, 'executableCode'))
  if (code !== undefined) {
    const name = text(code.language)?.toLowerCase() ?? 'code'
    return [{ kind: 'tool-call', id: text(code.id), name, input: text(code.code) ?? '' }]
  }
  const result = objectOf(member(part, 'codeExecutionResult'))
  if (result === undefined) return undefined
  const failed = result.outcome !== 'OUTCOME_OK'
  const parts = wordsOf(result.output)
  return [{ kind: 'tool-result', callId: text(result.id), name: undefined, failed, parts }]
}

function unknown(part: Json): readonly Part[] {
  const names = Object.keys(part).filter((name) => !SILENT_MEMBERS.has(name))
  return names.length === 0 ? [] : [otherPart(names.join(', '), part)]
}

function inlineData(blob: Json): Part {
  const type = text(member(blob, 'mimeType'))
  const name = text(member(blob, 'displayName'))
  return attachment('file', { data: text(blob.data), type, name })
}

function functionCall({ id, name, args }: Json): Part {
  return { kind: 'tool-call', id: text(id), name: text(name) ?? '', input: jsonText(args) }
}

/** `response` has its words under `output` or `result`, or is an object of its own form. */
function functionResponse({ id, name, response, parts }: Json): Part {
  const given = objectOf(response)
  const failed = given?.error !== undefined
  const words = text(given?.output) ?? text(given?.result) ?? text(given?.error)
  return {
    kind: 'tool-result',
    callId: text(id),
    name: text(name),
    failed,
    parts: [...wordsOf(words ?? jsonText(response)), ...objectsOf(parts).flatMap(media)],
  }
}

function media(part: Json): readonly Part[] {
  const inline = objectOf(member(part, 'inlineData'))
  return inline === undefined ? [] : [inlineData(inline)]
}

function member(object: Json, name: string): unknown {
  return object[name] ?? object[SNAKE_CASE.get(name) ?? name]
}
