import { parseJsonObject } from '../../json-object.ts'
import type {
  DocumentPart,
  ImagePart,
  MediaSource,
  Part,
  TextPart,
  ThinkingPart,
  ToolCallPart,
  ToolResultPart,
} from '../conversation.ts'
import type { RequestNotes } from '../request-notes.ts'
import { toolId } from './tool-ids.ts'

/** A content block of Anthropic's messages. */
export type Block = Readonly<Record<string, unknown>> & { readonly type: string }

/** Writes a part as a block; undefined where nothing is to be sent, noted where that is a loss. */
export function writePart(part: Part, notes: RequestNotes): Block | undefined {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return writeText(part)
    case 'image':
      return writeImage(part, notes)
    case 'document':
      return writeDocument(part, notes)
    case 'audio':
      notes.leaveOut('messages.content.audio')
      return undefined
    case 'thinking':
      return writeThinking(part)
    case 'tool_call':
      return writeToolCall(part, notes)
    case 'tool_result':
      return writeToolResult(part, notes)
    default:
      return part satisfies never
  }
}

/** Texts of nothing but white space are refused by the API. */
export function writeText(part: Pick<TextPart, 'text' | 'cacheMark'>): Block | undefined {
  if (part.text.trim() === '') return undefined
  return { type: 'text', text: part.text, ...cacheControl(part.cacheMark) }
}

/** A mark that the prompt up to here is to be cached, ready to be spread. */
export function cacheControl(mark: '5m' | '1h' | undefined): object {
  if (mark === undefined) return {}
  return { cache_control: { type: 'ephemeral', ...(mark === '1h' && { ttl: mark }) } }
}

/** Thoughts without a signature are not taken back. */
function writeThinking({ text, signature, redacted }: ThinkingPart): Block | undefined {
  if (redacted !== undefined) return { type: 'redacted_thinking', data: redacted }
  return signature === undefined ? undefined : { type: 'thinking', thinking: text, signature }
}

const IMAGE_TYPES: ReadonlySet<string> = new Set([
  'image/jpeg',
  'image/png',
  'image/gif',
  'image/webp',
])

function writeImage({ source, detail }: ImagePart, notes: RequestNotes): Block | undefined {
  // the model sees every image in full: only the wish for less has no equivalent
  if (detail === 'low') notes.leaveOut('messages.content.image.detail')
  if (source.kind === 'url') return { type: 'image', source: { type: 'url', url: source.url } }
  const mediaType = source.mediaType === 'image/jpg' ? 'image/jpeg' : source.mediaType
  if (!IMAGE_TYPES.has(mediaType)) {
    notes.leaveOut('messages.content.image.media_type')
    return undefined
  }
  return { type: 'image', source: { type: 'base64', media_type: mediaType, data: source.data } }
}

function writeDocument({ source, name }: DocumentPart, notes: RequestNotes): Block | undefined {
  const written = documentSource(source)
  if (written === undefined) {
    notes.leaveOut('messages.content.document.media_type')
    return undefined
  }
  return { type: 'document', source: written, ...(name !== undefined && { title: name }) }
}

/** PDF, or any text as plain text. */
function documentSource(source: MediaSource): object | undefined {
  if (source.kind === 'url') return { type: 'url', url: source.url }
  const { mediaType, data } = source
  if (mediaType === 'application/pdf') return { type: 'base64', media_type: mediaType, data }
  if (!mediaType.startsWith('text/')) return undefined
  return { type: 'text', media_type: 'text/plain', data: Buffer.from(data, 'base64').toString() }
}

function writeToolCall(call: ToolCallPart, notes: RequestNotes): Block {
  const input = call.arguments.trim() === '' ? {} : parseJsonObject(call.arguments)
  if (input === undefined) {
    notes.reject(
      'messages',
      `the arguments of tool call ${call.id.slice(0, 100)} are not a JSON object`,
    )
  }
  return { type: 'tool_use', id: toolId(call.id), name: call.name, input: input ?? {} }
}

function writeToolResult({ id, parts, isError }: ToolResultPart, notes: RequestNotes): Block {
  const blocks = parts.flatMap((part) => writePart(part, notes) ?? [])
  return {
    type: 'tool_result',
    tool_use_id: toolId(id),
    ...(blocks.length > 0 && { content: shortest(blocks) }),
    ...(isError === true && { is_error: true }),
  }
}

/** A single text without a mark as a string. */
export function shortest(blocks: readonly Block[]): string | readonly Block[] {
  const only = blocks[0]
  const isPlain = blocks.length === 1 && only?.type === 'text' && only.cache_control === undefined
  return isPlain && typeof only.text === 'string' ? only.text : blocks
}
