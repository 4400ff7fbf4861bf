import { createHash } from 'node:crypto'
import type { CallRecord } from '../../record/index.ts'
import type { Processor } from '../pipeline-event.ts'

const HASH_CHARACTERS = 16

/** Keys whose strings are words that a person wrote or read. */
const TEXT_KEYS = new Set(['content', 'text', 'prompt', 'input', 'system', 'refusal', 'arguments'])

/** Keys that lead to such strings. */
const BRANCH_KEYS = new Set([
  'messages',
  'choices',
  'message',
  'delta',
  'parts',
  'contents',
  'candidates',
  'output',
  'tool_calls',
  'function',
])

/** Deeper than any real conversation; hostile nesting ends here. */
const DEEPEST = 12

/**
 * Adds `prompt` and `response`, the words of both bodies, and `prompt_hash`, which calls with the
 * same system prompt share. Given values stay.
 */
export const texts: Processor = {
  name: 'texts',
  process(event) {
    const { request_body, response_body } = event.record
    if (request_body === undefined && response_body === undefined) return event
    const request = request_body === undefined ? undefined : parse(request_body)
    const prompt = request_body === undefined ? '' : words(request, request_body)
    const response = response_body === undefined ? '' : words(parse(response_body), response_body)
    const found: CallRecord = {
      ...(prompt !== '' && { prompt }),
      ...(response !== '' && { response }),
      ...hashOfSystem(request),
    }
    return { ...event, record: { ...found, ...event.record } }
  },
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** A body that was cut is no JSON any more: its strings are found by their keys. */
const CUT_TEXT = /"(?:content|text|prompt|input)"\s*:\s*"((?:[^"\\]|\\.)*)/g

function words(parsed: unknown, body: string): string {
  const found: string[] = []
  if (parsed !== undefined) collect(parsed, false, 0, found)
  else {
    for (const [, escaped = ''] of body.matchAll(CUT_TEXT)) {
      found.push(String(parse(`"${escaped.replace(/\\u?[0-9a-fA-F]{0,3}$/, '')}"`) ?? escaped))
    }
  }
  return found.join('\n')
}

function collect(value: unknown, isText: boolean, depth: number, found: string[]): void {
  if (typeof value === 'string') {
    if (isText && value !== '') found.push(value)
    return
  }
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return
  if (Array.isArray(value)) {
    for (const item of value) collect(item, isText, depth + 1, found)
    return
  }
  for (const [key, item] of Object.entries(value)) {
    if (TEXT_KEYS.has(key)) collect(item, true, depth + 1, found)
    else if (BRANCH_KEYS.has(key)) collect(item, false, depth + 1, found)
  }
}

function hashOfSystem(request: unknown): CallRecord {
  const messages = (request as { messages?: unknown } | undefined)?.messages
  const first = Array.isArray(messages) ? (messages[0] as unknown) : undefined
  const { role, content } = (first ?? {}) as { role?: unknown; content?: unknown }
  if (role !== 'system' && role !== 'developer') return {}
  const hash = createHash('sha256').update(JSON.stringify(content ?? null))
  return { prompt_hash: hash.digest('hex').slice(0, HASH_CHARACTERS) }
}
