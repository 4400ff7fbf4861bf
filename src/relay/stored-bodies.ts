import type { Config } from '../kernel/index.ts'
import type { StoredBodies } from './call-end.ts'

export interface BodyRule {
  readonly policy: Config['relay']['log_bodies']
  /** False when the caller asked for this call's bodies not to be kept. */
  readonly allowed: boolean
  readonly maxBytes: number
}

/** The rule for one call; `allowed` is the caller's own wish. */
export function bodyRule(
  { log_bodies, max_stored_body_kb }: Config['relay'],
  allowed: boolean,
): BodyRule {
  return { policy: log_bodies, allowed, maxBytes: max_stored_body_kb * 1024 }
}

/** Whether bodies may have to be kept, before it is known how the call ends. */
export function mayKeepBodies({ policy, allowed }: BodyRule): boolean {
  return allowed && policy !== 'none'
}

/** Decides what of the bodies is kept, and cuts it to the limit between two characters. */
export function bodiesToStore(
  rule: BodyRule,
  failed: boolean,
  request: Uint8Array | undefined,
  response: Uint8Array | undefined,
  responseTruncated = false,
): StoredBodies {
  if (!mayKeepBodies(rule) || (rule.policy === 'errors' && !failed)) return { status: 'off' }
  const truncated =
    responseTruncated ||
    (request?.length ?? 0) > rule.maxBytes ||
    (response?.length ?? 0) > rule.maxBytes
  return {
    status: truncated ? 'truncated' : 'full',
    ...(request !== undefined && { request: cut(request, rule.maxBytes) }),
    ...(response !== undefined && { response: cut(response, rule.maxBytes) }),
  }
}

function cut(bytes: Uint8Array, maxBytes: number): Uint8Array {
  if (bytes.length <= maxBytes) return bytes
  let end = maxBytes
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return bytes.subarray(0, end)
}
