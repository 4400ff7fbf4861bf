import type { Simulation } from '../../playbook/index.ts'
import { completion } from './completion.ts'
import { base64Embedding, embedding } from './embedding.ts'
import { type JsonObject, objectOf, objectsOf } from './json-value.ts'
import { promptTokens, textTokens } from './tokens.ts'

/** Answers a request from its parsed body: with an object, or with the events of a stream. */
type Answer = (body: JsonObject, simulation: Simulation) => object | readonly string[]

const OPENAI_DIMENSIONS = 1_536
const GOOGLE_DIMENSIONS = 768
const MOST_DIMENSIONS = 4_096

const OWN: readonly (readonly [RegExp, Answer])[] = [
  [/^\/v1\/completions$/, completion],
  [/^\/v1\/embeddings$/, openaiEmbeddings],
  [/^\/v1\/messages\/count_tokens$/, anthropicCount],
  [/^\/v1beta\/models\/[^/]+:countTokens$/, googleCount],
  [/^\/v1beta\/models\/[^/]+:embedContent$/, googleEmbedding],
  [/^\/v1beta\/models\/[^/]+:batchEmbedContents$/, googleEmbeddings],
]

/** What aimock does not answer, or not with everything a caller needs; undefined for the rest. */
export function ownEndpoint(path: string): Answer | undefined {
  return OWN.find(([pattern]) => pattern.test(path))?.[1]
}

function anthropicCount(body: JsonObject, simulation: Simulation): object {
  return { input_tokens: simulation.promptTokens ?? promptTokens(body) }
}

function googleCount(body: JsonObject, simulation: Simulation): object {
  const whole = body.generateContentRequest
  const counted = whole === undefined ? body : objectOf(whole)
  const tokens = simulation.promptTokens ?? promptTokens(counted)
  return {
    totalTokens: tokens,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: tokens }],
  }
}

function openaiEmbeddings(body: JsonObject, simulation: Simulation): object {
  const inputs = inputTexts(body.input)
  const dimensions = dimensionsOf(body.dimensions, OPENAI_DIMENSIONS)
  const tokens = simulation.promptTokens ?? inputs.reduce((sum, text) => sum + textTokens(text), 0)
  return {
    object: 'list',
    data: inputs.map((text, index) => {
      const vector = embedding(text, dimensions)
      const asked = body.encoding_format === 'base64' ? base64Embedding(vector) : vector
      return { object: 'embedding', index, embedding: asked }
    }),
    model: body.model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  }
}

/** A text, several, a list of tokens, or several of those. */
function inputTexts(input: unknown): readonly string[] {
  if (!Array.isArray(input)) return [String(input ?? '')]
  if (input.every((each) => typeof each === 'number')) return [input.join(' ')]
  return input.map((each) => (Array.isArray(each) ? each.join(' ') : String(each)))
}

function googleEmbedding(body: JsonObject, simulation: Simulation): object {
  return {
    embedding: { values: googleVector(body) },
    usageMetadata: { promptTokenCount: simulation.promptTokens ?? promptTokens(body) },
  }
}

function googleEmbeddings(body: JsonObject, simulation: Simulation): object {
  const requests = objectsOf(body.requests)
  const tokens = requests.reduce((sum, request) => sum + promptTokens(request), 0)
  return {
    embeddings: requests.map((request) => ({ values: googleVector(request) })),
    usageMetadata: { promptTokenCount: simulation.promptTokens ?? tokens },
  }
}

function googleVector({ content, outputDimensionality }: JsonObject): readonly number[] {
  const text = objectsOf(objectOf(content).parts)
    .map((part) => String(part.text ?? ''))
    .join(' ')
  return embedding(text, dimensionsOf(outputDimensionality, GOOGLE_DIMENSIONS))
}

function dimensionsOf(asked: unknown, usual: number): number {
  return Number.isInteger(asked) ? Math.min(Math.max(1, Number(asked)), MOST_DIMENSIONS) : usual
}
