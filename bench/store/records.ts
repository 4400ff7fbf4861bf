import { readFileSync } from 'node:fs'
import { encodeEntry } from '../../src/record/index.ts'

const LANGUAGES = ['en', 'vi', 'zh'] as const
const DAY_MS = 86_400_000
const MODELS = [
  ['gpt-4o', 'openai', 2.5, 10],
  ['gpt-4o-mini', 'openai', 0.15, 0.6],
  ['claude-sonnet-4-20250514', 'anthropic', 3, 15],
  ['gemini-2.5-flash', 'google', 0.3, 2.5],
  ['deepseek-v3.2', 'deepseek', 0.1, 0.42],
] as const
const ANSWER_CHARACTERS = { en: 500, vi: 400, zh: 160 } as const

/** A word that stands in the prompt of every so-manieth record alone. */
export const RARE_WORD = 'zyxomma'
const RARE_EVERY = 20_011

interface Text {
  readonly language: (typeof LANGUAGES)[number]
  readonly text: string
}

/** Paragraphs in English, Vietnamese and Chinese: the full data set where there is one. */
export function loadTexts(): { readonly texts: readonly Text[]; readonly source: string } {
  for (const [source, file] of [
    ['XQuAD, 240 paragraphs a language', '../../../shared/data/xquad.LANG.json'],
    ['XQuAD, sample of the repository', '../../samples/xquad.LANG.30.json'],
  ] as const) {
    try {
      return { source, texts: LANGUAGES.flatMap((language) => paragraphs(file, language)) }
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    }
  }
  throw new Error('samples/ is missing')
}

function paragraphs(file: string, language: Text['language']): Text[] {
  const url = new URL(file.replace('LANG', language), import.meta.url)
  const { data } = JSON.parse(readFileSync(url, 'utf8')) as {
    data: { paragraphs: { context: string }[] }[]
  }
  return data.flatMap(({ paragraphs }) =>
    paragraphs.map(({ context }) => ({ language, text: context })),
  )
}

/** A pseudo-random number in [0, 1) that depends on `seed` alone. */
function chance(seed: number): number {
  let bits = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32
}

export interface RecordPlan {
  readonly records: number
  /** End of the last day, milliseconds. */
  readonly endMs: number
  readonly days: number
  readonly texts: readonly Text[]
}

/** Makes the `number`-th call as the relay writes it to its journal. */
export function callEntry(plan: RecordPlan, number: number): Buffer {
  const timeMs = timeOf(plan, number)
  const pick = (salt: number) => chance(number * 8 + salt)
  const [model, provider, promptPrice, answerPrice] =
    MODELS[Math.floor(pick(0) ** 2 * MODELS.length)]!
  const failed = pick(1) < 0.03
  const texts = bodies(plan, number, failed)
  const promptTokens = Math.ceil(texts.request.length / 4)
  const answerTokens = failed ? 0 : Math.ceil(texts.response.length / 4)
  const latencyMs = Math.round(20_000 / (0.02 + pick(2)) ** 0.7) / 1000
  const record = {
    '@timestamp': timeMs,
    request_id: requestId(number),
    trace_id: chance(number >> 2)
      .toString(16)
      .slice(2)
      .padEnd(16, '0'),
    type: 'holysheep_request',
    key_id: `key_${number % 7}`,
    key_name: `application ${number % 7}`,
    team: `team-${number % 5}`,
    user_id: userId(number),
    app: `app-${number % 11}`,
    sdk: 'openai-node/6.1',
    relay_host: 'relay-1',
    endpoint: '/v1/chat/completions',
    protocol: 'openai',
    stream: number % 2 === 0,
    model,
    provider,
    target: `${provider}/${model}`,
    status_code: failed ? 500 : 200,
    outcome: failed ? 'upstream_error' : 'ok',
    ...(failed && {
      error_type: 'upstream_500',
      error_message: `The server had an error processing request ${requestId(number)}: shard ${number % 40} is overloaded`,
    }),
    attempt_count: 1,
    fallback: false,
    body_status: 'full',
    latency_ms: latencyMs,
    overhead_ms: 0.2,
    first_byte_ms: latencyMs / 3,
    stream_ms: (latencyMs * 2) / 3,
    request_bytes: texts.request.length,
    response_bytes: texts.response.length,
    input_tokens: promptTokens,
    output_tokens: answerTokens,
    prompt_tokens: promptTokens,
    completion_tokens: answerTokens,
    tokens_used: promptTokens + answerTokens,
    cost_usd: Math.round((promptTokens * promptPrice + answerTokens * answerPrice) * 1000) / 1e9,
    cost_status: 'priced',
    labels: { env: number % 10 === 0 ? 'staging' : 'production', team: `team-${number % 5}` },
  }
  return encodeEntry('close', JSON.stringify(record), texts.request, texts.response)
}

/** Id of the `number`-th call. */
export function requestId(number: number): string {
  return `req_${(number * 7_919).toString(32).toUpperCase().padStart(26, '0')}`
}

function userId(number: number): string {
  return `user_${Math.floor(20_000 * chance(number * 8 + 3) ** 3)}`
}

function timeOf({ records, endMs, days }: RecordPlan, number: number): number {
  return Math.floor(endMs - days * DAY_MS + ((number + 1) / records) * days * DAY_MS) - 1
}

function bodies({ texts }: RecordPlan, number: number, failed: boolean) {
  const question = texts[Math.floor(chance(number * 8 + 4) * texts.length)]!
  const { language } = question
  const answers = texts.filter((text) => text.language === language)
  const answer = answers[Math.floor(chance(number * 8 + 5) * answers.length)]!.text
  const rare = number % RARE_EVERY === 0 ? ` ${RARE_WORD}` : ''
  const request = {
    model: 'requested',
    messages: [
      {
        role: 'system',
        content: 'You are a careful assistant. Answer in the language of the question.',
      },
      { role: 'user', content: `${question.text}${rare} #${number}` },
    ],
    temperature: 0.2,
  }
  const content = answer.slice(0, ANSWER_CHARACTERS[language])
  const response = failed
    ? { error: { message: 'internal error', type: 'server_error' } }
    : { id: `chatcmpl-${number}`, choices: [{ index: 0, message: { role: 'assistant', content } }] }
  return {
    request: Buffer.from(JSON.stringify(request)),
    response: Buffer.from(JSON.stringify(response)),
  }
}
