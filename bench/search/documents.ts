import { CALL_INDEX_PREFIX, CALL_TYPE, dayOf, indexName } from '../../src/record/index.ts'
import { type Inputs, loadInputs, twoTexts } from './inputs.ts'
import { logNormal, pick, randomFrom, zipf } from './random.ts'
import {
  ENVIRONMENTS,
  FAILURES,
  type Failure,
  FINISH_REASONS,
  MODELS,
  type Model,
  REGIONS,
  SDKS,
} from './vocabulary.ts'

const USERS = 50_000
const TENANTS = 3_000

/** A word that stands in the prompt of every so-manieth record with bodies alone. */
export const RARE_WORD = 'zyxomma'
const RARE_EVERY = 5_003

const SYSTEM = 'You are a careful assistant. Reply briefly.'

/** How many records there are, and how many of them, evenly spread, have prompts and bodies. */
export interface Sizes {
  readonly records: number
  readonly bodies: number
}

/** Id of the `number`-th call. */
export function requestId(number: number): string {
  return `req_${(number * 7_919).toString(32).toUpperCase().padStart(26, '0')}`
}

/** The user of a rank: the lower, the more frequent. */
export function userId(rank: number): string {
  return `user_${rank}`
}

/** Name of the index that a moment belongs to. */
export function indexAt(timeMs: number): string {
  return indexName(CALL_INDEX_PREFIX, dayOf(timeMs))
}

/**
 * Makes documents of calls, the same ones for the same numbers: with everything in them that the
 * pipeline would add, so that every engine that gets them holds the same.
 */
export class Documents {
  readonly #inputs: Inputs = loadInputs()
  readonly #sizes: Sizes

  constructor(sizes: Sizes) {
    this.#sizes = sizes
  }

  /** Where texts and sizes of calls come from. */
  get source(): string {
    return this.#inputs.source
  }

  /** The `number`-th document as JSON. */
  json(number: number, timeMs: number): string {
    return JSON.stringify(this.#document(number, timeMs))
  }

  #document(number: number, timeMs: number): object {
    const random = randomFrom(number)
    const model = pick(MODELS, random() ** 2)
    const failed = random() * 100 < model.failurePercent
    const failure = failed ? pick(FAILURES, random() ** 2) : undefined
    const tokens = pick(this.#inputs.tokens, random())
    const answerTokens = failed ? 0 : tokens.answer
    const hasBodies = this.#hasBodies(number)
    return {
      '@timestamp': new Date(timeMs).toISOString(),
      request_id: requestId(number),
      type: CALL_TYPE,
      ...caller(number, random),
      ...route(model, random),
      ...outcome(failure, random),
      ...times(model, answerTokens, random),
      ...usage(model, tokens.prompt, answerTokens),
      body_status: hasBodies ? 'full' : 'off',
      ...(hasBodies && this.#bodies(number, model, failed, random)),
    }
  }

  #hasBodies(number: number): boolean {
    const { records, bodies } = this.#sizes
    const before = (count: number) => Math.floor((count * bodies) / records)
    return before(number + 1) > before(number)
  }

  #bodies(number: number, model: Model, failed: boolean, random: () => number): object {
    const [question, content] = twoTexts(this.#inputs, random)
    const ordinal = Math.floor((number * this.#sizes.bodies) / this.#sizes.records)
    const asked = ordinal % RARE_EVERY === 0 ? `${question} ${RARE_WORD}` : question
    const request = {
      model: model.name,
      messages: [
        { role: 'system', content: SYSTEM },
        { role: 'user', content: asked },
      ],
      temperature: 0.2,
    }
    const answer = failed
      ? { error: { message: 'internal error', type: 'server_error' } }
      : { id: `chatcmpl-${number}`, choices: [{ message: { role: 'assistant', content } }] }
    return {
      prompt: `${SYSTEM}\n${asked}`,
      ...(!failed && { response: content }),
      request_body: JSON.stringify(request),
      response_body: JSON.stringify(answer),
    }
  }
}

function caller(number: number, random: () => number): object {
  const app = zipf(24, random())
  const team = `team-${app % 7}`
  return {
    trace_id: (Math.floor(number / 3) * 2_654_435_761).toString(16).padStart(16, '0'),
    key_id: `key_${app}`,
    key_name: `application ${app}`,
    team,
    user_id: userId(zipf(USERS, random())),
    app: `app-${app}`,
    release: `2.${zipf(9, random())}.0`,
    sdk: pick(SDKS, random() ** 2),
    relay_host: `relay-${number % 3}`,
    labels: {
      env: pick(ENVIRONMENTS, random()),
      team,
      tenant: tenant(zipf(TENANTS, random())),
    },
  }
}

/** The value of the label `tenant` of a rank: the lower, the more frequent. */
export function tenant(rank: number): string {
  return `t-${rank}`
}

function route({ name, provider }: Model, random: () => number): object {
  return {
    endpoint: '/v1/chat/completions',
    protocol: 'openai',
    stream: random() < 0.6,
    model: name,
    provider,
    target: `${provider}/${name}`,
    response_model: name,
    upstream_region: pick(REGIONS, random() ** 2),
    cache: 'off',
    price_version: '2026-01',
    prompt_hash: `${zipf(40, random()).toString(16).padStart(4, '0')}ab09f7c6d512`,
  }
}

function outcome(failure: Failure | undefined, random: () => number): object {
  const attempts = failure === undefined || random() < 0.5 ? 1 : 3
  const common = { attempt_count: attempts, fallback: attempts > 1 && random() < 0.3 }
  if (failure === undefined) {
    const finish = pick(FINISH_REASONS, random())
    return { status_code: 200, outcome: 'ok', finish_reason: finish, ...common }
  }
  const message = failure.message.replace(/\{\}/g, () => String(zipf(4_000, random()) + 1))
  return {
    status_code: failure.status,
    outcome: failure.outcome,
    error_type: failure.type,
    error_message: message,
    error_pattern: failure.message.replaceAll('{}', '<*>'),
    tags: ['error'],
    ...common,
  }
}

function times(model: Model, answerTokens: number, random: () => number): object {
  const firstByteMs = logNormal(model.firstByteMs, 0.45, random) * (random() < 0.04 ? 0.08 : 1)
  const streamMs = answerTokens * logNormal(model.msPerToken, 0.25, random)
  const latencyMs = inMicroseconds(firstByteMs + streamMs)
  return {
    latency_ms: latencyMs,
    latency_bucket: bucketOf(latencyMs),
    overhead_ms: inMicroseconds(logNormal(0.3, 0.4, random)),
    connect_ms: random() < 0.05 ? inMicroseconds(logNormal(40, 0.5, random)) : 0,
    first_byte_ms: inMicroseconds(firstByteMs),
    stream_ms: inMicroseconds(streamMs),
  }
}

function bucketOf(latencyMs: number): string {
  if (latencyMs < 50) return 'ultra-fast'
  if (latencyMs < 100) return 'fast'
  return latencyMs < 200 ? 'normal' : 'slow'
}

function inMicroseconds(ms: number): number {
  return Math.round(ms * 1_000) / 1_000
}

function usage({ promptUsd, answerUsd }: Model, prompt: number, answer: number): object {
  return {
    request_bytes: prompt * 4 + 180,
    response_bytes: answer * 4 + 320,
    input_tokens: prompt,
    output_tokens: answer,
    prompt_tokens: prompt,
    completion_tokens: answer,
    tokens_used: prompt + answer,
    cost_usd: Math.round((prompt * promptUsd + answer * answerUsd) * 1_000) / 1e9,
    cost_status: 'priced',
  }
}
