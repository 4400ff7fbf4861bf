/**
 * How a field is kept and searched:
 * - `keyword`: exact string; `field` and `field.keyword` are the same
 * - `text`: analysed words; kept in the text store, except short ones marked `column`
 * - `stored`: kept and returned, never searched
 * - `usd`: decimal with nine places (nano-USD), never a float inside
 * - `object`: JSON object of strings
 * - `details`: list of objects; kept and returned, never searched
 */
export type FieldType =
  | 'keyword'
  | 'keywords'
  | 'text'
  | 'stored'
  | 'long'
  | 'double'
  | 'usd'
  | 'boolean'
  | 'date'
  | 'object'
  | 'details'

/**
 * What a field can be in an incident: only a `cause` competes to be named, a `symptom` is
 * attached, a `measure` is what went wrong, an `id` leads to one call.
 */
export type FieldRole = 'cause' | 'symptom' | 'measure' | 'id'

export interface FieldDefinition {
  readonly type: FieldType
  readonly role: FieldRole
  /** `ms`, `tokens`, `USD`, `bytes`; absent for names. */
  readonly unit?: string
  /** Name in OpenTelemetry's GenAI or general semantic conventions. */
  readonly otel?: string
  /** Short text that also lies in the columns, so that it can be grouped and sorted by. */
  readonly column?: true
  readonly description: string
}

/**
 * Every field of the record, once. The TypeScript type, the columns of the store, the
 * Elasticsearch mapping and `docs/record.md` are made from this table.
 */
export const FIELDS = {
  '@timestamp': {
    type: 'date',
    role: 'id',
    otel: 'start time of the span',
    description: 'moment the call was admitted, UTC',
  },
  request_id: {
    type: 'keyword',
    role: 'id',
    otel: 'gen_ai.response.id',
    description: 'id of the call, also the answer header `x-request-id`',
  },
  trace_id: {
    type: 'keyword',
    role: 'id',
    otel: 'trace_id',
    description: 'from `x-holysheep-trace-id` or `traceparent`',
  },
  span_id: {
    type: 'keyword',
    role: 'id',
    otel: 'span_id',
    description: 'parent span, from `traceparent`',
  },
  type: {
    type: 'keyword',
    role: 'id',
    otel: 'event.name',
    description: 'kind of event: `holysheep_request` for calls',
  },
  key_id: {
    type: 'keyword',
    role: 'cause',
    description: 'id of the API key that called (not the key)',
  },
  key_name: { type: 'keyword', role: 'cause', description: 'name of that API key' },
  team: { type: 'keyword', role: 'cause', description: 'team that owns the key' },
  user_id: {
    type: 'keyword',
    role: 'cause',
    otel: 'enduser.id',
    description: 'end user, from `x-holysheep-user-id` or the body field `user`',
  },
  app: {
    type: 'keyword',
    role: 'cause',
    otel: 'service.name',
    description: 'calling application, from label `app`',
  },
  release: {
    type: 'keyword',
    role: 'cause',
    otel: 'service.version',
    description: 'release of the application, from label `release`',
  },
  sdk: {
    type: 'keyword',
    role: 'cause',
    otel: 'user_agent.name',
    description: 'client library and version, from `user-agent`',
  },
  relay_host: {
    type: 'keyword',
    role: 'cause',
    otel: 'host.name',
    description: 'host whose relay took the call',
  },
  endpoint: {
    type: 'keyword',
    role: 'cause',
    otel: 'url.path',
    description: 'path of the endpoint, `/v1/chat/completions`',
  },
  protocol: {
    type: 'keyword',
    role: 'cause',
    description: 'wire protocol of the caller: `openai`, `anthropic`, `google`',
  },
  stream: {
    type: 'boolean',
    role: 'cause',
    otel: 'gen_ai.request.stream',
    description: 'whether the caller asked for a stream',
  },
  model: {
    type: 'keyword',
    role: 'cause',
    otel: 'gen_ai.request.model',
    description: 'public model name the caller asked for',
  },
  provider: {
    type: 'keyword',
    role: 'cause',
    otel: 'gen_ai.provider.name',
    description: 'provider that answered or was tried last',
  },
  target: {
    type: 'keyword',
    role: 'cause',
    description: '`provider/model` of the last attempt',
  },
  response_model: {
    type: 'keyword',
    role: 'cause',
    otel: 'gen_ai.response.model',
    description: 'model name in the answer',
  },
  upstream_region: {
    type: 'keyword',
    role: 'cause',
    otel: 'cloud.region',
    description: 'region the provider named in its answer headers',
  },
  cache: {
    type: 'keyword',
    role: 'cause',
    description:
      'response cache of the relay: `off`, `miss`, `hit`; `idempotent`: the answer of an earlier call with the same `Idempotency-Key`',
  },
  price_version: {
    type: 'keyword',
    role: 'cause',
    description: 'version of the price book the cost was made with',
  },
  prompt_hash: {
    type: 'keyword',
    role: 'cause',
    description: 'hash of the system prompt: calls of one template share it',
  },
  status_code: {
    type: 'long',
    role: 'symptom',
    otel: 'http.response.status_code',
    description: 'HTTP status the caller got; 499 when the caller left first',
  },
  outcome: {
    type: 'keyword',
    role: 'symptom',
    description:
      '`ok`, `cached`, `upstream_error`, `timeout`, `client_closed`, `refused_auth`, `refused_model`, `refused_limit`, `refused_budget`, `bad_request`, `relay_error`, `lost`',
  },
  error_type: {
    type: 'keyword',
    role: 'symptom',
    otel: 'error.type',
    description: 'class of the failure: `timeout_first_byte`, `rate_limit`, `connect`',
  },
  error_message: {
    type: 'text',
    column: true,
    role: 'symptom',
    otel: 'exception.message',
    description: 'what the provider or the relay said, secrets masked',
  },
  error_pattern: {
    type: 'keyword',
    role: 'symptom',
    description: 'template of `error_message`: what varies replaced by `<*>`',
  },
  finish_reason: {
    type: 'keyword',
    role: 'symptom',
    otel: 'gen_ai.response.finish_reasons',
    description: 'why the model stopped: `stop`, `length`, `tool_calls`',
  },
  attempt_count: {
    type: 'long',
    role: 'symptom',
    description: 'attempts at providers, 1 when the first succeeded',
  },
  attempts: {
    type: 'details',
    role: 'symptom',
    description:
      'each attempt at a provider: target, start_ms after admission, ms by phase (wait, dns, connect, tls, first_byte, stream), status, error_type, decision',
  },
  fallback: {
    type: 'boolean',
    role: 'symptom',
    description: 'whether another target than the first answered',
  },
  dropped_parameters: {
    type: 'keywords',
    role: 'symptom',
    description: 'parameters that were dropped because the target has no equivalent',
  },
  body_status: {
    type: 'keyword',
    role: 'symptom',
    description: '`full`, `truncated` or `off`: how much of the bodies was kept',
  },
  tags: {
    type: 'keywords',
    role: 'symptom',
    description: 'marks of the pipeline: `error`, `_timeparsefailure`',
  },
  latency_ms: {
    type: 'double',
    role: 'measure',
    unit: 'ms',
    otel: 'gen_ai.client.operation.duration',
    description: 'admission to last byte',
  },
  latency_bucket: {
    type: 'keyword',
    role: 'symptom',
    description: '`ultra-fast` < 50 ms, `fast` < 100, `normal` < 200, else `slow`',
  },
  overhead_ms: {
    type: 'double',
    role: 'measure',
    unit: 'ms',
    description: "the relay's own share of `latency_ms`, before the upstream was called",
  },
  connect_ms: {
    type: 'double',
    role: 'measure',
    unit: 'ms',
    description: 'waiting for and opening the upstream connection; near 0 when kept alive',
  },
  first_byte_ms: {
    type: 'double',
    role: 'measure',
    unit: 'ms',
    otel: 'gen_ai.server.time_to_first_token',
    description: 'admission to first byte of the answer',
  },
  stream_ms: {
    type: 'double',
    role: 'measure',
    unit: 'ms',
    description: 'first byte to last byte of the answer',
  },
  request_bytes: {
    type: 'long',
    role: 'measure',
    unit: 'bytes',
    otel: 'http.request.body.size',
    description: 'size of the request body',
  },
  response_bytes: {
    type: 'long',
    role: 'measure',
    unit: 'bytes',
    otel: 'http.response.body.size',
    description: 'size of the response body',
  },
  input_tokens: {
    type: 'long',
    role: 'measure',
    unit: 'tokens',
    description: 'prompt tokens that came from no cache (disjoint from the cache buckets)',
  },
  cache_read_tokens: {
    type: 'long',
    role: 'measure',
    unit: 'tokens',
    otel: 'gen_ai.usage.cache_read.input_tokens',
    description: "prompt tokens read from the provider's cache",
  },
  cache_write_5m_tokens: {
    type: 'long',
    role: 'measure',
    unit: 'tokens',
    otel: 'gen_ai.usage.cache_creation.input_tokens',
    description: "prompt tokens written to the provider's 5 minute cache",
  },
  cache_write_1h_tokens: {
    type: 'long',
    role: 'measure',
    unit: 'tokens',
    description: "prompt tokens written to the provider's 1 hour cache",
  },
  output_tokens: {
    type: 'long',
    role: 'measure',
    unit: 'tokens',
    otel: 'gen_ai.usage.output_tokens',
    description: 'tokens of the answer, reasoning included',
  },
  reasoning_tokens: {
    type: 'long',
    role: 'measure',
    unit: 'tokens',
    description: 'part of `output_tokens` spent on reasoning',
  },
  audio_input_tokens: {
    type: 'long',
    role: 'measure',
    unit: 'tokens',
    description: 'audio tokens of the prompt (disjoint from `input_tokens`)',
  },
  audio_output_tokens: {
    type: 'long',
    role: 'measure',
    unit: 'tokens',
    description: 'part of `output_tokens` that is audio',
  },
  prompt_tokens: {
    type: 'long',
    role: 'measure',
    unit: 'tokens',
    otel: 'gen_ai.usage.input_tokens',
    description: 'all prompt tokens, cached ones included',
  },
  completion_tokens: {
    type: 'long',
    role: 'measure',
    unit: 'tokens',
    description: 'the same as `output_tokens`, under the name the seed protocol uses',
  },
  tokens_used: {
    type: 'long',
    role: 'measure',
    unit: 'tokens',
    description: '`prompt_tokens` + `completion_tokens`',
  },
  usage_estimated: {
    type: 'boolean',
    role: 'symptom',
    description: 'true when the provider gave no usage and the numbers are an estimate',
  },
  cost_usd: {
    type: 'usd',
    role: 'measure',
    unit: 'USD',
    description: 'price of the call; absent when the model has no price',
  },
  cost_saved_usd: {
    type: 'usd',
    role: 'measure',
    unit: 'USD',
    description: 'what a cached answer would have cost',
  },
  cost_status: {
    type: 'keyword',
    role: 'symptom',
    description: '`priced`, `unpriced`, `none` (nothing to pay) or `given` (by the sender)',
  },
  labels: {
    type: 'object',
    role: 'cause',
    description: "the caller's own labels, from `x-bellwether-labels`",
  },
  prompt: {
    type: 'text',
    role: 'measure',
    otel: 'gen_ai.input.messages',
    description: 'words of the request: text of all messages, in order',
  },
  response: {
    type: 'text',
    role: 'measure',
    otel: 'gen_ai.output.messages',
    description: 'words of the answer',
  },
  request_body: {
    type: 'stored',
    role: 'measure',
    description: 'request body as it was sent, up to the stored limit',
  },
  response_body: {
    type: 'stored',
    role: 'measure',
    description: 'answer body; of a stream, the answer it adds up to',
  },
} as const satisfies Record<string, FieldDefinition>

export type FieldName = keyof typeof FIELDS

/** Names of all fields, in the order of the table. */
export const FIELD_NAMES = Object.keys(FIELDS) as readonly FieldName[]

/** Returns the definition of a field name given by a user, or undefined. */
export function fieldDefinition(name: string): FieldDefinition | undefined {
  return Object.hasOwn(FIELDS, name) ? FIELDS[name as FieldName] : undefined
}

/** Tells whether the field lies in the columns (the others lie in the text store). */
export function isColumn(definition: FieldDefinition): boolean {
  const { type, column } = definition
  return type !== 'stored' && type !== 'details' && (type !== 'text' || column === true)
}
