import type { ApiKey, KeyBook, KeyRefusal } from '../accounts/index.ts'
import { badRequest, type CallerError } from './caller-error.ts'

export type KeyCheck =
  | { readonly ok: true; readonly key: ApiKey }
  | { readonly ok: false; readonly error: CallerError; readonly reason: string }

const MESSAGES: Readonly<Record<KeyRefusal, string>> = {
  missing: 'no API key was given: send it as "Authorization: Bearer hss_…"',
  malformed:
    'the API key is malformed: a key of this relay is "hss_" and 40 letters or digits; keys of providers are not taken here',
  unknown: 'the API key is unknown to this relay',
  revoked: 'the API key was revoked',
}

const WHITE_SPACE_MESSAGE =
  'the API key has white space or a newline around it, often left by copying or by reading it from a file: remove it'

/** Tells what can be said about a newline that made the header unreadable before it reached us. */
export const BROKEN_HEADER_MESSAGE =
  'the request headers cannot be read; a newline in a header value does this, for example at the end of an API key that was read from a file'

/** Checks the `authorization` header; each way to fail has a message of its own. */
export function checkKey(keys: KeyBook, authorization: string | undefined): KeyCheck {
  if (authorization === undefined) return refusal('missing', MESSAGES.missing)
  const space = authorization.indexOf(' ')
  const isBearer = space === 6 && authorization.slice(0, 6).toLowerCase() === 'bearer'
  const secret = isBearer ? authorization.slice(7) : authorization
  if (/^\s|\s$|\\[nrt]$/.test(secret) && secret.trim() !== '') {
    return refusal('malformed', WHITE_SPACE_MESSAGE)
  }
  const verdict = keys.verify(isBearer ? secret : undefined)
  return verdict.ok ? verdict : refusal(verdict.reason, MESSAGES[verdict.reason])
}

function refusal(reason: KeyRefusal, message: string): KeyCheck {
  return { ok: false, reason: `key_${reason}`, error: badRequest(401, 'invalid_api_key', message) }
}
