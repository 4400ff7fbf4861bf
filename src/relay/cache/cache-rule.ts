import type { Config } from '../../kernel/index.ts'
import { badRequest, type CallerError } from '../caller-error.ts'
import type { Operation } from '../endpoints.ts'

/** What the response cache does for one call. */
export interface CacheRule {
  readonly read: boolean
  readonly write: boolean
  readonly ttlMs: number
}

export type CacheRuleResult =
  | { readonly ok: true; readonly rule: CacheRule }
  | { readonly ok: false; readonly error: CallerError }

/** Operations whose answer is a text or a number of the request: the same again is as good. */
const REPEATABLE: ReadonlySet<Operation> = new Set([
  'chat',
  'completions',
  'responses',
  'messages',
  'messages_count_tokens',
  'generate_content',
  'google_count_tokens',
  'embeddings',
  'embed_content',
  'batch_embed_contents',
  'moderations',
])

/** For callers who ask for the cache without saying for how long. */
const DEFAULT_TTL_S = 300

const OFF = { ok: true, rule: { read: false, write: false, ttlMs: 0 } } as const

/**
 * Decides from the model's setting and the caller's `x-bellwether-cache` (`true`, `ttl=60`,
 * `no-cache`: not from the cache but into it, `no-store` or `false`: neither; several with commas)
 * whether the answer may come from the cache and is kept in it. A caller who sends it has the cache for a
 * model without the setting too; his own time is at most `max_ttl_s`. What cannot be read is a 400.
 */
export function cacheRule(
  operation: Operation,
  modelCache: Config['models'][string]['cache'],
  header: string | undefined,
  { max_ttl_s }: Pick<Config['relay']['cache'], 'max_ttl_s'>,
): CacheRuleResult {
  if (modelCache === undefined && header === undefined) return OFF
  const wish = readHeader(header)
  if (wish === undefined) return { ok: false, error: unreadable(header ?? '') }
  if (!REPEATABLE.has(operation) || wish.noStore) return OFF
  const ttlS =
    wish.ttlS === undefined && modelCache !== undefined
      ? modelCache.ttl_s
      : Math.min(wish.ttlS ?? DEFAULT_TTL_S, max_ttl_s)
  return { ok: true, rule: { read: !wish.noCache, write: true, ttlMs: ttlS * 1_000 } }
}

/**
 * Tells whether a request leaves something at the provider or depends on what is there, so that
 * giving an old answer again is not the same as asking.
 */
export function keepsState({
  background,
  conversation,
}: Readonly<Record<string, unknown>>): boolean {
  return background === true || (conversation !== undefined && conversation !== null)
}

interface Wish {
  noCache: boolean
  noStore: boolean
  ttlS: number | undefined
}

function readHeader(header: string | undefined): Wish | undefined {
  const wish: Wish = { noCache: false, noStore: false, ttlS: undefined }
  if (header === undefined) return wish
  for (const part of header.toLowerCase().split(',')) {
    const word = part.trim()
    const ttl = /^ttl\s*=\s*(\d{1,9})$/.exec(word)?.[1]
    if (ttl !== undefined && Number(ttl) > 0) wish.ttlS = Number(ttl)
    else if (word === 'no-cache') wish.noCache = true
    else if (word === 'no-store' || word === 'false') wish.noStore = true
    else if (word !== 'true') return undefined
  }
  return wish
}

function unreadable(header: string): CallerError {
  const message = `x-bellwether-cache: ${header.slice(0, 100)} is not understood: send true, ttl=SECONDS, no-cache or no-store`
  return badRequest(400, 'invalid_header', message, 'x-bellwether-cache')
}
