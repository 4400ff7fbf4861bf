import { isJsonObject } from '../../json-object.ts'
import type {
  DocumentPart,
  ImagePart,
  RefusalPart,
  TextPart,
  ThinkingPart,
  ToolCallPart,
} from '../conversation.ts'
import type { Fields } from '../fields.ts'
import { parseFileData, parseUrl } from '../openai/media.ts'
import {
  type PartReaders,
  readContent,
  readDetail,
  readImageSource,
  readRefusal,
  readText,
} from '../openai/read-content.ts'
import { readThoughtSignature } from '../openai/thought-signature.ts'
import { Transcript } from '../openai/transcript.ts'
import { openSeal } from './thought-seal.ts'

/** Reads `input`, a text or a list of items, after `instructions`. */
export function readInput(request: Fields): Transcript {
  const transcript = new Transcript()
  const instructions = request.text('instructions')
  if (instructions) transcript.system.push({ kind: 'text', text: instructions })
  const input = request.raw('input')
  if (typeof input === 'string') transcript.addUser([{ kind: 'text', text: input }])
  else if (input !== undefined && !Array.isArray(input)) {
    request.reject('input', 'must be a string or a list of items')
  } else for (const item of request.items('input')) readItem(item, transcript)
  return transcript
}

function readItem(item: Fields, transcript: Transcript): void {
  // neither the name of an item nor how far it had come says anything to the model
  item.ignore('id', 'status', 'phase')
  const type = item.text('type') ?? 'message'
  switch (type) {
    case 'message':
      readMessage(item, transcript)
      break
    case 'function_call':
      transcript.addAssistant([readCall(item)], 'same message')
      break
    case 'function_call_output':
      readOutput(item, transcript)
      break
    case 'reasoning':
      transcript.addAssistant(readReasoning(item), 'same message')
      break
    default:
      item.leaveOut('type')
      return
  }
  item.finish()
}

function readMessage(item: Fields, transcript: Transcript): void {
  if (item.raw('content') === undefined) item.reject('content', 'is required')
  const role = item.requiredText('role')
  if (role === 'user') transcript.addUser(readContent(item, 'content', USER_PARTS))
  else if (role === 'assistant') {
    const parts = readContent(item, 'content', ASSISTANT_PARTS)
    transcript.addAssistant(parts.filter(isSaid), 'same message')
  } else if (role === 'system' || role === 'developer') {
    transcript.system.push(...readContent(item, 'content', TEXT_PARTS).filter(isSaid))
  } else item.reject('role', 'must be one of system, developer, user, assistant')
}

function isSaid(part: TextPart | RefusalPart): boolean {
  return part.text !== ''
}

function readCall(item: Fields): ToolCallPart {
  const id = item.requiredText('call_id')
  const name = item.requiredText('name')
  const json = item.requiredText('arguments')
  const signature = readThoughtSignature(item.raw('extra_content'))
  item.ignore('parsed_arguments')
  item.onlyDefault('async', (value) => value === false)
  item.onlyDefault('caller', isDirect)
  return { kind: 'tool_call', id, name, arguments: json, ...(signature && { signature }) }
}

function readOutput(item: Fields, transcript: Transcript): void {
  const id = item.requiredText('call_id')
  if (item.raw('output') === undefined) item.reject('output', 'is required')
  const parts = readContent(item, 'output', USER_PARTS)
  item.ignore('name')
  item.onlyDefault('caller', isDirect)
  transcript.addToolResult({
    kind: 'tool_result',
    id,
    parts: parts.filter((part) => part.kind !== 'text' || part.text !== ''),
  })
}

function isDirect(caller: unknown): boolean {
  return isJsonObject(caller) && caller.type === 'direct'
}

/** Reads thoughts. What another provider has encrypted is of no use here and left out. */
function readReasoning(item: Fields): readonly ThinkingPart[] {
  const summary = item.items('summary').map((part) => part.text('text') ?? '')
  const content = item.items('content').map((part) => part.text('text') ?? '')
  const text = (content.length > 0 ? content : summary).join('\n\n')
  const sealed = openSeal(item.text('encrypted_content'))
  if (sealed?.redacted !== undefined) {
    return [{ kind: 'thinking', text: '', redacted: sealed.redacted }]
  }
  const signature = sealed?.signature
  if (text === '' && signature === undefined) return []
  return [{ kind: 'thinking', text, ...(signature !== undefined && { signature }) }]
}

function readOutputText(part: Fields): TextPart {
  part.ignore('annotations', 'logprobs', 'parsed')
  return readText(part)
}

function readImage(part: Fields): ImagePart | undefined {
  part.ignore('prompt_cache_breakpoint')
  const detail = readDetail(part)
  if (part.raw('file_id') !== undefined) {
    part.leaveOut('file_id')
    return undefined
  }
  const source = readImageSource(part, 'image_url')
  return source && { kind: 'image', source, ...(detail && { detail }) }
}

function readFile(part: Fields): DocumentPart | undefined {
  part.ignore('prompt_cache_breakpoint')
  part.onlyDefault('detail', (value) => value === 'auto')
  const name = part.text('filename')
  const url = part.text('file_url')
  const data = part.text('file_data')
  if (part.raw('file_id') !== undefined) {
    part.leaveOut('file_id')
    return undefined
  }
  const source = url === undefined ? undefined : parseUrl(url)
  if (url !== undefined && source === undefined) part.reject('file_url', 'must be a URL')
  if (url === undefined && data === undefined) part.reject('file_data', 'is required')
  return {
    kind: 'document',
    source: source ?? parseFileData(data ?? '', name),
    ...(name && { name }),
  }
}

const TEXT_PARTS: PartReaders<TextPart> = {
  input_text: readText,
  output_text: readOutputText,
  text: readText,
}
const ASSISTANT_PARTS: PartReaders<TextPart | RefusalPart> = {
  ...TEXT_PARTS,
  refusal: readRefusal,
}
const USER_PARTS: PartReaders<TextPart | ImagePart | DocumentPart> = {
  ...TEXT_PARTS,
  input_image: readImage,
  input_file: readFile,
}
