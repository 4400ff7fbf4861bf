import { text } from '../call-row.ts'
import { attachment } from './attachment.ts'
import type { BodyReader } from './body-reader.ts'
import { contentParts, thoughtsOf, wordsOf } from './content-part.ts'
import { type Json, jsonText, objectOf, objectsOf } from './json-value.ts'
import type { Message, Part } from './message.ts'

/** OpenAI's chat and Anthropic's Messages, whose requests share one outline. */
export const messagesBody: BodyReader = {
  request({ system, messages }) {
    const parts = contentParts(system)
    return [
      ...(parts.length > 0 ? [{ role: 'system', parts }] : []),
      ...objectsOf(messages).map(readMessage),
    ]
  },
  answer(body) {
    if (body.type === 'message' && Array.isArray(body.content)) return [readMessage(body)]
    return objectsOf(body.choices)
      .map(({ message }) => objectOf(message))
      .filter((message) => message !== undefined)
      .map(readMessage)
  },
}

function readMessage(message: Json): Message {
  const role = text(message.role) ?? 'assistant'
  const parts = [
    ...thoughtsOf(text(message.reasoning_content) ?? text(message.reasoning)),
    ...contentParts(message.content),
    ...wordsOf(message.refusal),
    ...spoken(objectOf(message.audio)),
    ...contentParts(message.images),
    ...objectsOf(message.tool_calls).map(toolCall),
    ...functionCall(objectOf(message.function_call)),
  ]
  // a function is what tools were called before there were others
  return role === 'tool' || role === 'function' ? toolMessage(message, parts) : { role, parts }
}

function toolMessage(message: Json, parts: readonly Part[]): Message {
  const callId = text(message.tool_call_id)
  const name = text(message.name)
  return { role: 'tool', parts: [{ kind: 'tool-result', callId, name, failed: false, parts }] }
}

function toolCall(call: Json): Part {
  const called = objectOf(call.function) ?? objectOf(call.custom) ?? {}
  return { ...callOf(called), id: text(call.id) }
}

function functionCall(call: Json | undefined): readonly Part[] {
  return call === undefined ? [] : [callOf(call)]
}

function callOf({ name, arguments: given, input }: Json) {
  const words = jsonText(given ?? input)
  return { kind: 'tool-call', id: undefined, name: text(name) ?? '', input: words } as const
}

/** A spoken answer, whose words come with it. */
function spoken(audio: Json | undefined): readonly Part[] {
  if (audio === undefined) return []
  const { data, id, transcript } = audio
  const name = data === undefined ? text(id) : undefined
  return [attachment('audio', { data: text(data), name }), ...wordsOf(transcript)]
}
