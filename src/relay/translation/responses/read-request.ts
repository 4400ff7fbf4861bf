import { isJsonObject } from '../../json-object.ts'
import type { CallerCodec } from '../codec.ts'
import type { AnswerForm, Conversation, Reasoning } from '../conversation.ts'
import { Fields } from '../fields.ts'
import { readEffort, readSchema, readUser } from '../openai/read-request.ts'
import { readToolSettings } from '../openai/read-tools.ts'
import { RequestNotes } from '../request-notes.ts'
import { readInput } from './read-input.ts'

/**
 * Reads the body of a response. Nothing is stored, whatever `store` says: it is on by default, so
 * refusing it would refuse every caller; what needs a stored response (`previous_response_id`,
 * `conversation`, `background`) is unsupported. `metadata` is repeated in the answer.
 */
export const readRequest: CallerCodec['readRequest'] = (body) => {
  const notes = new RequestNotes()
  const request = Fields.of(body, '', notes)!
  const conversation = readConversation(request)
  passOver(request)
  request.finish()
  // a conversation or a prompt at OpenAI may stand in for the input, and is the better reason
  if (conversation.messages.length === 0 && !notes.hasUnsupported) {
    request.reject('input', 'is required')
  }
  return notes.conclude(conversation)
}

function readConversation(request: Fields): Conversation {
  const { system, messages } = readInput(request)
  const maxTokens = request.count('max_output_tokens')
  const temperature = request.number('temperature')
  const topP = request.number('top_p') ?? 1
  return {
    system,
    messages,
    ...readToolSettings(request, (entry) => entry),
    ...(maxTokens !== undefined && { maxTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== 1 && { topP }),
    ...readFormat(request),
    ...readReasoning(request),
    ...readUser(request),
    stream: request.flag('stream') ?? false,
  }
}

function readFormat(request: Fields): { readonly format?: AnswerForm } {
  const text = request.fields('text')
  if (text === undefined) return {}
  text.onlyDefault('verbosity', (value) => value === 'medium')
  const format = text.fields('format')
  text.finish()
  const type = format?.requiredText('type')
  if (format === undefined || type === 'text') return {}
  if (type === 'json_object') return { format: { kind: 'json' } }
  if (type === 'json_schema') return { format: readSchema(format) }
  format.leaveOut('type')
  return {}
}

const SUMMARIES = ['auto', 'concise', 'detailed'] as const

function readReasoning(request: Fields): { readonly reasoning?: Reasoning } {
  const given = request.fields('reasoning')
  if (given === undefined) return {}
  const effort = readEffort(given, 'effort')
  const older = given.word('generate_summary', SUMMARIES)
  const summary = given.word('summary', SUMMARIES) ?? older
  given.onlyDefault('context', (value) => value === 'auto')
  given.onlyDefault('mode', (value) => value === 'standard')
  given.finish()
  if (effort === undefined && summary === undefined) return {}
  return {
    reasoning: {
      ...(effort !== undefined && { effort }),
      ...(summary !== undefined && { includeThoughts: true }),
    },
  }
}

/** The one thing to include that has an equivalent: thoughts that can be given back. */
export const SEALED_THOUGHTS = 'reasoning.encrypted_content'

/** Parameters that may stand at what they are anyway; anything else has no equivalent. */
const DEFAULTS: Readonly<Record<string, (value: unknown) => boolean>> = {
  background: (value) => value === false,
  truncation: (value) => value === 'disabled',
  top_logprobs: (value) => value === 0,
  service_tier: (value) => value === 'auto' || value === 'default',
  include: (value) => Array.isArray(value) && value.every((one) => one === SEALED_THOUGHTS),
  metadata: (value) => isJsonObject(value),
  store: (value) => typeof value === 'boolean',
}

function passOver(request: Fields): void {
  for (const [name, isDefault] of Object.entries(DEFAULTS)) request.onlyDefault(name, isDefault)
  request.ignore('model', 'stream_options')
  request.ignore('prompt_cache_key', 'prompt_cache_options', 'prompt_cache_retention')
}
