import type { ApiKey, KeyBook, KeyRefusal } from '../accounts/index.ts'
import { badRequest, type CallerError } from './caller-error.ts'
import type { CallerHeaders } from './caller-headers.ts'
import type { ProtocolName } from './protocols/protocol.ts'

export type KeyCheck =
  | { readonly ok: true; readonly key: ApiKey }
  | { readonly ok: false; readonly error: CallerError; readonly reason: string }

/** What a caller sent as his key. */
export interface Credential {
  /** As it came; undefined where there is none. */
  readonly value: string | undefined
  /** Whether it is the value of `authorization`, where the word `Bearer` comes first. */
  readonly isAuthorization: boolean
  readonly protocol: ProtocolName
}

const MISSING: Readonly<Record<ProtocolName, string>> = {
  openai: 'no API key was given: send it as "Authorization: Bearer hss_…"',
  anthropic: 'no API key was given: send it as "x-api-key: hss_…"',
  google: 'no API key was given: send it as "x-goog-api-key: hss_…" or "?key=hss_…"',
}

const MESSAGES: Readonly<Record<Exclude<KeyRefusal, 'missing'>, string>> = {
  malformed:
    'the API key is malformed: a key of this relay is "hss_" and 40 letters or digits; keys of providers are not taken here',
  unknown: 'the API key is unknown to this relay',
  revoked: 'the API key was revoked',
  expired: 'the API key has expired',
}

const WHITE_SPACE_MESSAGE =
  'the API key has white space or a newline around it, often left by copying or by reading it from a file: remove it'

/** Tells what can be said about a newline that made the header unreadable before it reached us. */
export const BROKEN_HEADER_MESSAGE =
  'the request headers cannot be read; a newline in a header value does this, for example at the end of an API key that was read from a file'

/** What every key of ours begins with. */
const OUR_PREFIX = 'hss_'

/**
 * Picks the key out of what came: the protocol's own place first, unless only another place holds
 * a key of ours (SDKs send a stale provider key beside it). `queryKey` is the decoded `?key=` of
 * Gemini's addresses, and counts in that protocol only.
 */
export function presentedKey(
  protocol: ProtocolName,
  { authorization, apiKey }: Pick<CallerHeaders, 'authorization' | 'apiKey'>,
  queryKey: string | undefined,
): Credential {
  const bearer = { value: authorization, isAuthorization: true, protocol }
  const plain = { value: apiKey, isAuthorization: false, protocol }
  const query = { value: queryKey, isAuthorization: false, protocol }
  const places =
    protocol === 'openai'
      ? [bearer, plain]
      : protocol === 'anthropic'
        ? [plain, bearer]
        : [plain, query, bearer]
  return (
    places.find(({ value }) => value?.includes(OUR_PREFIX)) ??
    places.find(({ value }) => value !== undefined && value !== '') ??
    places[0]!
  )
}

/** Checks what a caller sent as his key; each way to fail has a message of its own. */
export function checkKey(keys: KeyBook, credential: Credential): KeyCheck {
  const { value, isAuthorization, protocol } = credential
  const isBearer = isAuthorization && value !== undefined && /^bearer /i.test(value)
  const secret = isBearer ? value.slice(7) : value
  if (secret !== undefined && /^\s|\s$|\\[nrt]$/.test(secret) && secret.trim() !== '') {
    return refusal('malformed', WHITE_SPACE_MESSAGE)
  }
  // another scheme than Bearer carries no key of ours
  const verdict = keys.verify(isAuthorization && !isBearer ? undefined : secret)
  if (verdict.ok) return verdict
  const { reason } = verdict
  return refusal(reason, reason === 'missing' ? MISSING[protocol] : MESSAGES[reason])
}

function refusal(reason: KeyRefusal, message: string): KeyCheck {
  return { ok: false, reason: `key_${reason}`, error: badRequest(401, 'invalid_api_key', message) }
}

/**
 * Checks that a key may call an endpoint (its path as it stands in the record) and, where it is
 * known already, a model. Returns the 403 for the caller, or undefined when it may.
 */
export function allowedFor(
  { endpoints, models }: ApiKey,
  endpointPath: string,
  model?: string,
): CallerError | undefined {
  if (endpoints !== undefined && !matchesAny(endpoints, endpointPath)) {
    return forbidden('endpoint_not_allowed', `may not call ${endpointPath}`, endpoints)
  }
  if (model !== undefined && models !== undefined && !matchesAny(models, model)) {
    const error = forbidden('model_not_allowed', `may not call the model \`${model}\``, models)
    return { ...error, param: 'model' }
  }
  return undefined
}

/** Tells whether a key may call a public model. */
export function allowsModel({ models }: ApiKey, model: string): boolean {
  return models === undefined || matchesAny(models, model)
}

/** `gpt-4*` stands for every name that begins with `gpt-4`. */
function matchesAny(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  )
}

/** A key can have been given hundreds of names: enough of them to see what kind they are. */
const NAMES_SHOWN = 10

function forbidden(code: string, what: string, allowed: readonly string[]): CallerError {
  const more = allowed.length > NAMES_SHOWN ? ', …' : ''
  const list = allowed.length === 0 ? 'none' : allowed.slice(0, NAMES_SHOWN).join(', ')
  return {
    status: 403,
    message: `this API key ${what}, only ${list}${more}`,
    type: 'permission_error',
    code,
    retry: false,
  }
}
