import type { Operation } from '../endpoints.ts'
import { isJsonObject, type JsonObject } from '../json-object.ts'
import type { ProtocolName } from '../protocols/protocol.ts'
import { readGenerateUsage } from '../usage/generate-usage.ts'
import { tokenCount } from '../usage/token-count.ts'
import type { AnswerContext, Translated } from './codec.ts'
import { GoogleFields } from './google/google-fields.ts'
import { RequestNotes } from './request-notes.ts'
import type { WholeTranslation } from './whole-translation.ts'

/**
 * Puts a request for embeddings into the provider's protocol: OpenAI's `/v1/embeddings` to
 * Google's `batchEmbedContents`, and that or `embedContent` to OpenAI's.
 */
export function translateEmbeddings(
  operation: Operation,
  protocol: ProtocolName,
  providerModel: string,
  context: AnswerContext,
): Translated<WholeTranslation> {
  if (operation === 'embeddings' && protocol === 'google') return toGoogle(providerModel, context)
  if (protocol === 'openai' && operation === 'embed_content')
    return toOpenai(false, providerModel, context)
  if (protocol === 'openai' && operation === 'batch_embed_contents') {
    return toOpenai(true, providerModel, context)
  }
  return { ok: false, message: 'this request cannot be translated' }
}

function toGoogle(model: string, context: AnswerContext): Translated<WholeTranslation> {
  const notes = new RequestNotes()
  const fields = new GoogleFields(context.request, '', notes)
  const texts = fields.strings('input') ?? []
  if (texts.length === 0) fields.fail('input', 'has to be a text or a list of texts')
  const dimensions = fields.integer('dimensions')
  const encoding = fields.string('encoding_format') ?? 'float'
  if (encoding !== 'float' && encoding !== 'base64') {
    fields.fail('encoding_format', 'has to be float or base64')
  }
  fields.has('model')
  fields.has('user') // changes nothing in the answer
  fields.leaveOutRest()
  return notes.conclude({
    operation: 'batch_embed_contents',
    body: {
      requests: texts.map((text) => ({
        model: `models/${model}`,
        content: { parts: [{ text }] },
        ...(dimensions !== undefined && { outputDimensionality: dimensions }),
      })),
    },
    answer: (answer) => ({
      object: 'list',
      data: googleVectors(answer).map((vector, index) => ({
        object: 'embedding',
        index,
        embedding: encoding === 'base64' ? toBase64(vector) : vector,
      })),
      model: context.model,
      usage: openaiUsage(answer),
    }),
  })
}

function googleVectors(answer: JsonObject): readonly (readonly number[])[] {
  const embeddings: readonly unknown[] = Array.isArray(answer.embeddings)
    ? answer.embeddings
    : [answer.embedding]
  return embeddings.filter(isJsonObject).map(({ values }) => numbers(values))
}

function numbers(values: unknown): readonly number[] {
  return Array.isArray(values) ? values.filter((value) => typeof value === 'number') : []
}

/** 32-bit floats, little-endian: what the official SDK asks for and decodes. */
function toBase64(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4)
  for (const [place, value] of vector.entries()) bytes.writeFloatLE(value, place * 4)
  return bytes.toString('base64')
}

function openaiUsage(answer: JsonObject): JsonObject {
  const usage = readGenerateUsage(answer.usageMetadata)
  const tokens = (usage?.input_tokens ?? 0) + (usage?.cache_read_tokens ?? 0)
  return { prompt_tokens: tokens, total_tokens: tokens }
}

function toOpenai(
  isBatch: boolean,
  model: string,
  context: AnswerContext,
): Translated<WholeTranslation> {
  const notes = new RequestNotes()
  const fields = new GoogleFields(context.request, '', notes)
  const requests = isBatch ? fields.objects('requests') : [fields]
  if (requests.length === 0) fields.fail('requests', 'has to be a list that is not empty')
  const embeds = requests.map(readEmbed)
  if (isBatch) fields.leaveOutRest()
  const dimensions = embeds[0]?.dimensions
  for (const [place, embed] of embeds.entries()) {
    if (embed.dimensions !== dimensions) requests[place]?.leaveOut('outputDimensionality')
  }
  return notes.conclude({
    operation: 'embeddings',
    body: {
      model,
      input: embeds.map(({ text }) => text),
      encoding_format: 'float',
      ...(dimensions !== undefined && { dimensions }),
    },
    answer: (answer) => {
      const embeddings = openaiVectors(answer).map((values) => ({ values }))
      const vectors = isBatch ? { embeddings } : { embedding: embeddings[0] ?? { values: [] } }
      return { ...vectors, ...usageMetadata(answer.usage) }
    },
  })
}

interface Embed {
  readonly text: string
  readonly dimensions: number | undefined
}

/** Reads an `EmbedContentRequest`, whose settings may stand in an object of their own. */
function readEmbed(fields: GoogleFields): Embed {
  const content = fields.object('content')
  const texts = (content?.objects('parts') ?? []).flatMap((part) => {
    const text = part.string('text')
    part.leaveOutRest()
    return text === undefined ? [] : [text]
  })
  content?.has('role')
  content?.leaveOutRest()
  if (texts.length === 0) fields.fail('content', 'has to hold a text')
  const config = fields.object('embedContentConfig')
  const dimensions =
    fields.integer('outputDimensionality') ?? config?.integer('outputDimensionality')
  config?.leaveOutRest()
  fields.has('model')
  fields.leaveOutRest()
  return { text: texts.join('\n'), dimensions }
}

function openaiVectors(answer: JsonObject): readonly (readonly number[])[] {
  const data: readonly unknown[] = Array.isArray(answer.data) ? answer.data : []
  return data
    .filter(isJsonObject)
    .toSorted((one, other) => place(one) - place(other))
    .map(({ embedding }) => numbers(embedding))
}

function place({ index }: JsonObject): number {
  return typeof index === 'number' ? index : 0
}

function usageMetadata(usage: unknown): JsonObject {
  const tokens = isJsonObject(usage) ? tokenCount(usage.prompt_tokens) : undefined
  if (tokens === undefined) return {}
  return { usageMetadata: { promptTokenCount: tokens, totalTokenCount: tokens } }
}
