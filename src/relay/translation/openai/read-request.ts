import type { JsonObject } from '../../json-object.ts'
import type { CallerCodec } from '../codec.ts'
import type { AnswerForm, Conversation, Reasoning } from '../conversation.ts'
import { Fields } from '../fields.ts'
import { RequestNotes } from '../request-notes.ts'
import { readMessages } from './read-messages.ts'
import { readToolSettings } from './read-tools.ts'

/** Reads the body of a chat completion. Problems name the parameter as OpenAI does. */
export const readRequest: CallerCodec['readRequest'] = (body) => {
  const notes = new RequestNotes()
  const request = Fields.of(body, '', notes)!
  const conversation = readConversation(request)
  passOver(request)
  request.finish()
  return notes.conclude(conversation)
}

function readConversation(request: Fields): Conversation {
  const { system, messages } = readMessages(request)
  return {
    system,
    messages,
    ...readToolSettings(request, (entry) => entry.requiredFields('function')),
    ...readLimits(request),
    ...readSampling(request),
    ...readFormat(request),
    ...readReasoning(request),
    ...readUser(request),
    stream: request.flag('stream') ?? false,
  }
}

function readLimits(request: Fields): Partial<Conversation> {
  const older = request.count('max_tokens')
  const maxTokens = request.count('max_completion_tokens') ?? older
  const stop = readStop(request)
  return { ...(maxTokens !== undefined && { maxTokens }), ...(stop.length > 0 && { stop }) }
}

function readStop(request: Fields): readonly string[] {
  const stop = request.raw('stop')
  if (typeof stop === 'string') return [stop]
  const list: readonly unknown[] = Array.isArray(stop) ? stop : []
  const words = list.filter((word) => typeof word === 'string')
  if ((stop !== undefined && !Array.isArray(stop)) || words.length < list.length) {
    request.reject('stop', 'must be a string or a list of strings')
  }
  return words
}

/** Reads the numbers that choose tokens; a `top_p` of 1 and penalties of 0 change nothing. */
function readSampling(request: Fields): Partial<Conversation> {
  const temperature = request.number('temperature')
  const topP = request.number('top_p') ?? 1
  const seed = request.integer('seed')
  const presencePenalty = request.number('presence_penalty') ?? 0
  const frequencyPenalty = request.number('frequency_penalty') ?? 0
  return {
    ...(temperature !== undefined && { temperature }),
    ...(topP !== 1 && { topP }),
    ...(seed !== undefined && { seed }),
    ...(presencePenalty !== 0 && { presencePenalty }),
    ...(frequencyPenalty !== 0 && { frequencyPenalty }),
  }
}

function readFormat(request: Fields): { readonly format?: AnswerForm } {
  const given = request.fields('response_format')
  if (given === undefined) return {}
  const type = given.requiredText('type')
  if (type === 'json_schema') {
    const schema = given.requiredFields('json_schema')
    given.finish()
    return schema === undefined ? {} : { format: readSchema(schema) }
  }
  if (type !== 'text' && type !== 'json_object') given.leaveOut('type')
  else given.finish()
  return type === 'json_object' ? { format: { kind: 'json' } } : {}
}

/** Reads the schema of an answer with its name and whether it is meant strictly. */
export function readSchema(given: Fields): AnswerForm {
  const name = given.requiredText('name')
  const description = given.text('description')
  const schema: JsonObject = given.object('schema') ?? {}
  const strict = given.flag('strict')
  given.finish()
  return {
    kind: 'schema',
    name,
    ...(description && { description }),
    schema,
    ...(strict === true && { strict }),
  }
}

function readReasoning(request: Fields): { readonly reasoning?: Reasoning } {
  const effort = readEffort(request, 'reasoning_effort')
  return effort === undefined ? {} : { reasoning: { effort } }
}

const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const

/** Reads how hard the model is to think; `max` becomes the highest effort that others know. */
export function readEffort(given: Fields, name: string): Reasoning['effort'] {
  const effort = given.word(name, EFFORTS)
  return effort === 'max' ? 'xhigh' : effort
}

/** Reads the caller's end user, under both names that OpenAI has for him. */
export function readUser(request: Fields): { readonly user?: string } {
  const identifier = request.text('safety_identifier')
  const user = request.text('user') ?? identifier
  return user === undefined ? {} : { user }
}

/** Parameters that may stand at what they are anyway; anything else has no equivalent. */
const DEFAULTS: Readonly<Record<string, (value: unknown) => boolean>> = {
  n: (value) => value === 1,
  store: (value) => value === false,
  logprobs: (value) => value === false,
  top_logprobs: (value) => value === 0,
  logit_bias: isEmpty,
  metadata: isEmpty,
  functions: isEmpty,
  service_tier: (value) => value === 'auto' || value === 'default',
  verbosity: (value) => value === 'medium',
  modalities: (value) => Array.isArray(value) && value.every((kind) => kind === 'text'),
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

/** `stream_options` is the relay's business; where prompts are cached changes no answer. */
function passOver(request: Fields): void {
  for (const [name, isDefault] of Object.entries(DEFAULTS)) request.onlyDefault(name, isDefault)
  request.ignore('model', 'stream_options')
  request.ignore('prompt_cache_key', 'prompt_cache_options', 'prompt_cache_retention')
}
