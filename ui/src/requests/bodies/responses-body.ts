import { text } from '../call-row.ts'
import { addressed, attachment } from './attachment.ts'
import type { BodyReader } from './body-reader.ts'
import { contentParts, otherPart, thoughtsOf } from './content-part.ts'
import { givenTexts } from './given-texts.ts'
import { type Json, jsonText, objectOf, objectsOf } from './json-value.ts'
import type { Message, Part } from './message.ts'

/** OpenAI's Responses, and every other request of OpenAI's whose words are its `input`. */
export const responsesBody: BodyReader = {
  request({ instructions, input }) {
    const system = contentParts(instructions)
    return [...(system.length > 0 ? [{ role: 'system', parts: system }] : []), ...asked(input)]
  },
  answer: ({ output }) => joined(objectsOf(output).flatMap(readItem)),
}

function asked(input: unknown): readonly Message[] {
  const parts = givenTexts(input)
  return parts.length > 0 ? [{ role: 'user', parts }] : joined(objectsOf(input).flatMap(readItem))
}

/** What the model did in one turn stands in many items. */
function joined(messages: readonly Message[]): readonly Message[] {
  const turns: Message[] = []
  for (const message of messages) {
    const last = turns.at(-1)
    if (last?.role === 'assistant' && message.role === 'assistant') {
      turns[turns.length - 1] = { role: 'assistant', parts: [...last.parts, ...message.parts] }
    } else turns.push(message)
  }
  return turns
}

function readItem(item: Json): readonly Message[] {
  const type = text(item.type) ?? 'message'
  const role = text(item.role)
  if (role !== undefined || type === 'message') {
    return [{ role: role ?? 'assistant', parts: contentParts(item.content) }]
  }
  if (type === 'reasoning') return [{ role: 'assistant', parts: reasoning(item) }]
  if (type === 'image_generation_call') return [{ role: 'assistant', parts: [madeImage(item)] }]
  if (type.endsWith('_call')) return [{ role: 'assistant', parts: call(item, type) }]
  if (type.endsWith('_call_output')) return [{ role: 'tool', parts: [callOutput(item)] }]
  if (PART_TYPES.test(type)) return [{ role: 'user', parts: contentParts(item) }]
  return [{ role: 'assistant', parts: [otherPart(type, item)] }]
}

/** Parts without a message around them, as moderations take them. */
const PART_TYPES = /^(text|input_text|image_url|input_image)$/

function reasoning({ summary, content }: Json): readonly Part[] {
  const thoughts = [...contentParts(content), ...contentParts(summary)]
  return thoughts.length > 0 ? thoughts : thoughtsOf('')
}

/** The provider's own tools have no name but their type: `web_search_call`. */
function call(item: Json, type: string): readonly Part[] {
  const { call_id: callId, id, name, action, code, queries, output } = item
  const input = item.arguments ?? item.input ?? action ?? code ?? queries
  const called = {
    kind: 'tool-call',
    id: text(callId) ?? text(id),
    name: text(name) ?? type.replace(/_call$/, ''),
    input: jsonText(input),
  } as const
  const given = output ?? item.outputs ?? item.results ?? item.error
  if (given === undefined || given === null) return [called]
  const failed = item.error !== undefined && item.error !== null
  return [called, { ...result(called.id, given), name: called.name, failed }]
}

function callOutput({ call_id: callId, output, status }: Json): Part {
  return { ...result(text(callId), output), failed: status === 'failed' }
}

function result(callId: string | undefined, output: unknown) {
  const shot = objectOf(output)
  const isShot = shot?.type === 'computer_screenshot'
  const parts = isShot
    ? [addressed('image', text(shot?.image_url) ?? text(shot?.file_id))]
    : contentParts(output)
  return { kind: 'tool-result', callId, name: undefined, failed: false, parts } as const
}

function madeImage({ result: data, output_format: format }: Json): Part {
  const type = text(format)
  return attachment('image', { data: text(data), type: type && `image/${type}` })
}
