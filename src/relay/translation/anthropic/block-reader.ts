import type {
  DocumentPart,
  ImagePart,
  MediaSource,
  Part,
  TextPart,
  ToolResultPart,
} from '../conversation.ts'
import { Fields } from '../fields.ts'

type Role = 'user' | 'assistant'

/** Names of tools by the ids of their calls: results do not tell them. */
export type ToolNames = Map<string, string>

/** Reads the string or the blocks of a message; what has no equivalent is left out and noted. */
export function readContent(message: Fields, role: Role, toolNames: ToolNames): readonly Part[] {
  return blocksIn(message).flatMap((block) => {
    if (typeof block === 'string') return [{ kind: 'text', text: block } as const]
    const part = readBlock(block, role, toolNames)
    return part === undefined ? [] : [part]
  })
}

/** Reads a system prompt, which holds text only. */
export function readTexts(fields: Fields, name: string): readonly TextPart[] {
  return blocksIn(fields, name).flatMap((block) => {
    if (typeof block === 'string') return [{ kind: 'text', text: block } as const]
    const part = block.requiredText('type') === 'text' ? readText(block) : undefined
    if (part === undefined) block.leaveOut('type')
    return part === undefined ? [] : [part]
  })
}

/** The cache mark of a block or a tool. */
export function readCacheMark(fields: Fields): '5m' | '1h' | undefined {
  const control = fields.fields('cache_control')
  if (control === undefined) return undefined
  return control.word('ttl', ['5m', '1h']) ?? '5m'
}

/** The objects of a list, to be read in turn, with paths as Anthropic writes them: `tools.0`. */
export function itemsIn(fields: Fields, name: string): readonly Fields[] {
  const list = fields.list(name) ?? []
  return list.flatMap(
    (item, at) => Fields.of(item, `${fields.path(name)}.${at}`, fields.notes) ?? [],
  )
}

function blocksIn(fields: Fields, name = 'content'): readonly (string | Fields)[] {
  const content = fields.raw(name)
  if (typeof content === 'string') return [content]
  if (content === undefined || Array.isArray(content)) return itemsIn(fields, name)
  fields.notes.reject(fields.path(name), 'must be a string or a list')
  return []
}

const ONLY_IN: Readonly<Record<string, Role>> = {
  image: 'user',
  document: 'user',
  tool_result: 'user',
  tool_use: 'assistant',
  thinking: 'assistant',
  redacted_thinking: 'assistant',
}

function readBlock(block: Fields, role: Role, toolNames: ToolNames): Part | undefined {
  const type = block.requiredText('type')
  if (Object.hasOwn(ONLY_IN, type) && ONLY_IN[type] !== role) {
    block.notes.reject(block.path('type'), `${type} cannot stand in a message of role ${role}`)
    return undefined
  }
  switch (type) {
    case 'text':
      return readText(block)
    case 'image':
      return readImage(block)
    case 'document':
      return readDocument(block)
    case 'tool_use':
      return readToolUse(block, toolNames)
    case 'tool_result':
      return readToolResult(block, toolNames)
    case 'thinking':
      return readThinking(block)
    case 'redacted_thinking':
      return { kind: 'thinking', text: '', redacted: block.requiredText('data') }
    default:
      block.leaveOut('type')
      return undefined
  }
}

function readText(block: Fields): TextPart {
  const text = block.requiredText('text')
  const cacheMark = readCacheMark(block)
  // citations tell where the model took a text from; the text says the same without
  block.ignore('citations')
  block.finish()
  return { kind: 'text', text, ...(cacheMark !== undefined && { cacheMark }) }
}

function readThinking(block: Fields): Part {
  const text = block.requiredText('thinking')
  const signature = block.text('signature')
  const isSigned = signature !== undefined && signature !== ''
  return { kind: 'thinking', text, ...(isSigned && { signature }) }
}

function readImage(block: Fields): ImagePart | undefined {
  const source = readSource(block)
  block.onlyDefault('transformations', isEmpty)
  // the mark is a hint for the price; only texts and tools can hand it on
  block.ignore('cache_control')
  block.finish()
  return source && { kind: 'image', source }
}

function readDocument(block: Fields): DocumentPart | undefined {
  const source = readSource(block)
  const name = block.text('title')
  block.onlyDefault('citations', (value) => (value as { enabled?: unknown }).enabled !== true)
  block.ignore('cache_control')
  block.finish()
  return source && { kind: 'document', source, ...(name !== undefined && { name }) }
}

function readSource(block: Fields): MediaSource | undefined {
  const source = block.fields('source')
  if (source === undefined) {
    block.notes.reject(block.path('source'), 'is required')
    return undefined
  }
  switch (source.requiredText('type')) {
    case 'base64':
      return {
        kind: 'base64',
        mediaType: source.requiredText('media_type').toLowerCase(),
        data: source.requiredText('data'),
      }
    case 'url':
      return { kind: 'url', url: source.requiredText('url') }
    case 'text': {
      const data = Buffer.from(source.requiredText('data')).toString('base64')
      return { kind: 'base64', mediaType: 'text/plain', data }
    }
    default:
      source.leaveOut('type')
      return undefined
  }
}

function readToolUse(block: Fields, toolNames: ToolNames): Part {
  const id = block.requiredText('id')
  const name = block.requiredText('name')
  const input = block.object('input')
  block.ignore('cache_control', 'caller')
  block.finish()
  toolNames.set(id, name)
  let text = '{}'
  try {
    text = JSON.stringify(input ?? {})
  } catch {
    block.notes.reject(block.path('input'), 'is nested too deep')
  }
  return { kind: 'tool_call', id, name, arguments: text }
}

function readToolResult(block: Fields, toolNames: ToolNames): ToolResultPart {
  const id = block.requiredText('tool_use_id')
  const parts = blocksIn(block).flatMap((inner) => readResultPart(inner) ?? [])
  const name = toolNames.get(id)
  const isError = block.flag('is_error') === true
  block.ignore('cache_control')
  block.finish()
  return {
    kind: 'tool_result',
    id,
    ...(name !== undefined && { name }),
    parts,
    ...(isError && { isError }),
  }
}

function readResultPart(block: string | Fields): ToolResultPart['parts'][number] | undefined {
  if (typeof block === 'string') return block === '' ? undefined : { kind: 'text', text: block }
  switch (block.requiredText('type')) {
    case 'text':
      return readText(block)
    case 'image':
      return readImage(block)
    case 'document':
      return readDocument(block)
    default:
      block.leaveOut('type')
      return undefined
  }
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}
