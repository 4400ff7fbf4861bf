import { text } from '../call-row.ts'
import { addressed, attachment } from './attachment.ts'
import { type Json, jsonText, objectOf } from './json-value.ts'
import type { Part } from './message.ts'

/** Results of tools hold parts themselves; deeper than this they are shown as JSON. */
const DEEPEST = 3

type PartReader = (part: Json, depth: number) => readonly Part[]

/** The typed parts of OpenAI's and Anthropic's protocols, which share no name for two things. */
const READERS: ReadonlyMap<unknown, PartReader> = new Map<unknown, PartReader>([
  ['refusal', (part) => wordsOf(part.refusal)],
  ['reasoning_text', (part) => thoughtsOf(part.text)],
  ['summary_text', (part) => thoughtsOf(part.text)],
  ['thinking', (part) => thoughtsOf(part.thinking)],
  ['redacted_thinking', () => thoughtsOf('')],
  ['image_url', readImage],
  ['input_image', readImage],
  ['input_audio', readAudio],
  ['file', (part) => readFile(objectOf(part.file) ?? {})],
  ['input_file', readFile],
  ['container_upload', readFile],
  ['image', readSource],
  ['document', readSource],
])

/** Reads what a message says: a text, or typed parts. */
export function contentParts(content: unknown, depth = 0): readonly Part[] {
  if (typeof content === 'string') return wordsOf(content)
  if (Array.isArray(content)) {
    return content.flatMap((part: unknown) =>
      typeof part === 'string' ? wordsOf(part) : partsOf(objectOf(part), depth),
    )
  }
  return partsOf(objectOf(content), depth)
}

/** The text as a part; nothing for what is no text or empty. */
export function wordsOf(value: unknown): readonly Part[] {
  const words = text(value)
  return words === undefined ? [] : [{ kind: 'text', text: words }]
}

/** Thoughts of the model, empty ones too. */
export function thoughtsOf(value: unknown): readonly Part[] {
  return typeof value === 'string' ? [{ kind: 'thinking', text: value }] : []
}

/** A part of unknown form. */
export function otherPart(type: string, value: unknown): Part {
  return { kind: 'other', type, json: jsonText(value) }
}

function partsOf(part: Json | undefined, depth: number): readonly Part[] {
  if (part === undefined) return []
  const type = text(part.type) ?? ''
  if (depth > DEEPEST) return [otherPart(type, part)]
  const reader = READERS.get(type)
  if (reader !== undefined) return reader(part, depth)
  if (type.endsWith('tool_use')) return [toolUse(part)]
  if (type.endsWith('tool_result')) return [toolResult(part, depth)]
  return typeof part.text === 'string' ? wordsOf(part.text) : [otherPart(type, part)]
}

function toolUse(part: Json): Part {
  const { id, name, input } = part
  return {
    kind: 'tool-call',
    id: text(id),
    name: text(name) ?? text(part.type) ?? '',
    input: jsonText(input),
  }
}

function toolResult(part: Json, depth: number): Part {
  return {
    kind: 'tool-result',
    callId: text(part.tool_use_id),
    name: undefined,
    failed: part.is_error === true,
    parts: contentParts(part.content, depth + 1),
  }
}

function readImage({ image_url: image, file_id: id }: Json): readonly Part[] {
  return [addressed('image', text(image) ?? text(objectOf(image)?.url) ?? text(id))]
}

function readAudio(part: Json): readonly Part[] {
  const audio = objectOf(part.input_audio)
  return [attachment('audio', { data: text(audio?.data), type: text(audio?.format) })]
}

function readFile(file: Json): readonly Part[] {
  const name = text(file.filename) ?? text(file.file_url) ?? text(file.file_id)
  return [attachment('file', { data: text(file.file_data), name })]
}

/** Anthropic's pictures and documents: base64, an address, an id, or words. */
function readSource(part: Json, depth: number): readonly Part[] {
  const source = objectOf(part.source) ?? {}
  const media = part.type === 'image' ? 'image' : 'file'
  const title = text(part.title)
  switch (source.type) {
    case 'text':
      return wordsOf(source.data)
    case 'content':
      return contentParts(source.content, depth + 1)
    case 'base64':
      return [
        attachment(media, { data: text(source.data), type: text(source.media_type), name: title }),
      ]
    default:
      return [addressed(media, title ?? text(source.url) ?? text(source.file_id))]
  }
}
