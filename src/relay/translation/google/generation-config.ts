import type { JsonObject } from '../../json-object.ts'
import type { AnswerForm, Conversation } from '../conversation.ts'
import type { RequestNotes } from '../request-notes.ts'
import { isGemini3 } from './gemini-model.ts'
import type { GoogleFields } from './google-fields.ts'
import { isShallow, MOST_LEVELS } from './json-values.ts'
import { detailOf, resolutionOf } from './media-parts.ts'
import { toGoogleJsonSchema, toJsonSchema } from './schema-dialect.ts'
import { readThinkingConfig, writeThinkingConfig } from './thinking-config.ts'

type Settings = Omit<Conversation, 'system' | 'messages' | 'tools' | 'stream'>

/** What a `generationConfig` asks for. */
export interface GenerationSettings {
  readonly settings: Settings
  /** How closely images without a word of their own are looked at. */
  readonly detail?: 'low' | 'high'
}

/** Reads a `generationConfig`. */
export function readGenerationConfig(config: GoogleFields | undefined): GenerationSettings {
  if (config === undefined) return { settings: {} }
  const settings: Settings = {
    ...present('maxTokens', config.integer('maxOutputTokens')),
    ...present('temperature', config.number('temperature')),
    ...present('topP', config.number('topP')),
    ...present('topK', config.number('topK')),
    ...present('seed', config.integer('seed')),
    ...present('presencePenalty', config.number('presencePenalty')),
    ...present('frequencyPenalty', config.number('frequencyPenalty')),
    ...present('stop', readStop(config)),
    ...present('format', readFormat(config)),
    ...present('reasoning', readThinkingConfig(config.object('thinkingConfig'))),
  }
  if (config.integer('candidateCount') !== 1) config.leaveOut('candidateCount')
  const modalities = config.strings('responseModalities') ?? []
  if (modalities.some((modality) => modality.toUpperCase() !== 'TEXT')) {
    config.leaveOut('responseModalities')
  }
  const detail = readResolution(config)
  config.leaveOutRest()
  return { settings, ...present('detail', detail) }
}

function readStop(config: GoogleFields): readonly string[] | undefined {
  const stop = config.strings('stopSequences')
  return stop === undefined || stop.length === 0 ? undefined : stop
}

function readFormat(config: GoogleFields): AnswerForm | undefined {
  const mimeType = config.string('responseMimeType')
  const jsonSchema = config.json('responseJsonSchema')
  const openApi = config.json('responseSchema')
  if (mimeType !== undefined && mimeType !== 'application/json' && mimeType !== 'text/plain') {
    config.leaveOut('responseMimeType')
    return undefined
  }
  const schema = jsonSchema ?? (openApi && toJsonSchema(openApi))
  if (schema !== undefined) return { kind: 'schema', schema }
  return mimeType === 'application/json' ? { kind: 'json' } : undefined
}

function readResolution(config: GoogleFields): 'low' | 'high' | undefined {
  const level = config.string('mediaResolution')
  const detail = detailOf(level)
  if (level !== undefined && detail === undefined) config.leaveOut('mediaResolution')
  return detail
}

/** Writes a `generationConfig`; undefined when nothing is asked for. */
export function writeGenerationConfig(
  conversation: Conversation,
  model: string,
  notes: RequestNotes,
): JsonObject | undefined {
  const { stop } = conversation
  const config = {
    ...present('maxOutputTokens', conversation.maxTokens),
    ...present('temperature', conversation.temperature),
    ...present('topP', conversation.topP),
    ...present('topK', conversation.topK),
    ...present('seed', conversation.seed),
    ...present('presencePenalty', conversation.presencePenalty),
    ...present('frequencyPenalty', conversation.frequencyPenalty),
    ...present('stopSequences', stop === undefined || stop.length === 0 ? undefined : stop),
    ...writeFormat(conversation.format, notes),
    ...present('thinkingConfig', writeThinkingConfig(conversation.reasoning, model)),
    ...present('mediaResolution', writeResolution(conversation, model, notes)),
  }
  return Object.keys(config).length === 0 ? undefined : config
}

function writeFormat(format: AnswerForm | undefined, notes: RequestNotes): JsonObject {
  const responseMimeType = 'application/json'
  if (format?.kind !== 'schema') return format?.kind === 'json' ? { responseMimeType } : {}
  if (!isShallow(format.schema, MOST_LEVELS)) {
    notes.reject('response_format', 'the schema of the answer is nested too deeply')
    return {}
  }
  const schema =
    format.description === undefined || format.schema.description !== undefined
      ? format.schema
      : { ...format.schema, description: format.description }
  return { responseMimeType, responseJsonSchema: toGoogleJsonSchema(schema) }
}

/** Before Gemini 3 all images of a request are looked at alike. */
function writeResolution(
  { messages }: Conversation,
  model: string,
  notes: RequestNotes,
): string | undefined {
  if (isGemini3(model)) return undefined
  const images = messages.flatMap(({ parts }) => parts.filter(({ kind }) => kind === 'image'))
  const levels = new Set(
    images.map((image) => (image.kind === 'image' ? resolutionOf(image.detail) : undefined)),
  )
  if (levels.size > 1) notes.leaveOut('image.detail')
  return levels.size === 1 ? [...levels][0] : undefined
}

function present<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [key in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [key in Name]?: Value }
}
