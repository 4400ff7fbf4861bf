import type { IncomingMessage, ServerResponse } from 'node:http'
import { messageOf } from '../kernel/index.ts'
import { createRequestId } from '../record/index.ts'
import { badRequest, type CallerError, INTERNAL, unavailable } from './caller-error.ts'
import { readCallerHeaders } from './caller-headers.ts'
import { checkKey, presentedKey } from './key-check.ts'
import { PROTOCOLS } from './protocols/index.ts'
import type { RelayServices } from './relay-services.ts'
import { Reply } from './reply.ts'

/** What a key has used on one day of one model. */
export interface UsageRow {
  /** `YYYY-MM-DD`, UTC. */
  readonly date: string
  /** As the caller named it; null where the request named none that could be read. */
  readonly model: string | null
  readonly requests: number
  readonly errors: number
  readonly prompt_tokens: number
  readonly completion_tokens: number
  readonly total_tokens: number
  readonly cost_usd: number
}

/** What a key has used in a time. */
export interface UsagePeriod {
  readonly requests: number
  readonly errors: number
  readonly total_tokens: number
  readonly cost_usd: number
  /** Null where there was no call. */
  readonly latency_p50_ms: number | null
  readonly latency_p95_ms: number | null
}

/** Days are UTC, and today is the last of them. */
export interface UsageStats {
  readonly today: UsagePeriod
  readonly last_7_days: UsagePeriod
  readonly last_30_days: UsagePeriod
}

/** Knows what keys have used. Answers undefined while it cannot be asked; never rejects. */
export interface UsageSource {
  /** Rows of the calls begun in `[fromMs, toMs)`, oldest day first. */
  usage(keyId: string, fromMs: number, toMs: number): Promise<readonly UsageRow[] | undefined>
  stats(keyId: string): Promise<UsageStats | undefined>
}

const ROWS_PATH = '/v1/usage'
const STATS_PATH = '/v1/usage/stats'

/** Tells whether a path is one at which callers ask for their usage. */
export function isUsagePath(path: string): boolean {
  return path === ROWS_PATH || path === STATS_PATH
}

/**
 * Answers `GET /v1/usage`: what the caller's own key has used by day and model, from `from` to
 * `to` (`YYYY-MM-DD`, UTC, both included; default the last 30 days, at most 366), and
 * `GET /v1/usage/stats`: what it has used lately, and how fast that was. Not a call: no record.
 */
export function answerUsage(
  services: Pick<RelayServices, 'keys' | 'clock' | 'logger'>,
  usage: UsageSource | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): void {
  const { keys, clock, logger } = services
  const nowMs = clock.nowMs()
  const reply = new Reply(response, createRequestId(nowMs), PROTOCOLS.openai)
  const caller = readCallerHeaders(request.rawHeaders)
  const check = checkKey(keys, presentedKey('openai', caller, undefined))
  if (!check.ok) {
    reply.sendError(check.error)
    return
  }
  const { id } = check.key
  const body = path === STATS_PATH ? statsBody(usage, id) : rowsBody(usage, id, request.url, nowMs)
  body.then(
    (result) => {
      if (result.ok) reply.sendWhole(200, ['content-type', 'application/json'], result.body)
      else reply.sendError(result.error)
    },
    (error: unknown) => {
      logger.error({ error: messageOf(error) }, 'usage could not be answered')
      reply.sendError(INTERNAL)
    },
  )
}

type Body =
  | { readonly ok: true; readonly body: string }
  | { readonly ok: false; readonly error: CallerError }

const UNAVAILABLE: Body = {
  ok: false,
  error: unavailable('usage_unavailable', 'the log that knows the usage cannot be asked now'),
}

const DAY_MS = 86_400_000
const DEFAULT_DAYS = 30
const MOST_DAYS = 366

async function rowsBody(
  usage: UsageSource | undefined,
  keyId: string,
  url: string | undefined,
  nowMs: number,
): Promise<Body> {
  const days = readDays(new URLSearchParams(url?.split('?', 2)[1]), nowMs)
  if (!days.ok) return days
  const { fromMs, toMs } = days
  const data = await usage?.usage(keyId, fromMs, toMs + DAY_MS)
  if (data === undefined) return UNAVAILABLE
  const range = { from: dayText(fromMs), to: dayText(toMs) }
  return { ok: true, body: JSON.stringify({ object: 'list', data, ...range, currency: 'USD' }) }
}

async function statsBody(usage: UsageSource | undefined, keyId: string): Promise<Body> {
  const stats = await usage?.stats(keyId)
  if (stats === undefined) return UNAVAILABLE
  return { ok: true, body: JSON.stringify({ object: 'usage.stats', currency: 'USD', ...stats }) }
}

type Days =
  | { readonly ok: true; readonly fromMs: number; readonly toMs: number }
  | { readonly ok: false; readonly error: CallerError }

/** The beginnings of the first and the last day. */
function readDays(query: URLSearchParams, nowMs: number): Days {
  const to = query.get('to')
  const from = query.get('from')
  const toMs = to === null ? nowMs - (nowMs % DAY_MS) : dayMs(to)
  if (toMs === undefined) return wrong('to', '"to" must be a date like 2027-01-31')
  const fromMs = from === null ? toMs - (DEFAULT_DAYS - 1) * DAY_MS : dayMs(from)
  if (fromMs === undefined) return wrong('from', '"from" must be a date like 2027-01-31')
  if (fromMs > toMs) return wrong('from', '"from" must not be later than "to"')
  if ((toMs - fromMs) / DAY_MS >= MOST_DAYS) {
    return wrong('from', `at most ${MOST_DAYS} days can be asked for at once`)
  }
  return { ok: true, fromMs, toMs }
}

function wrong(param: string, message: string): Days {
  return { ok: false, error: badRequest(400, 'invalid_parameter', message, param) }
}

/** Reads `YYYY-MM-DD`; days that no month has are none. */
function dayMs(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined
  const ms = Date.parse(text)
  return Number.isNaN(ms) || dayText(ms) !== text ? undefined : ms
}

function dayText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
