import { createHash } from 'node:crypto'
import { isObject, type JsonObject, valueAt } from './json-object.ts'

/** Hashes of what we put: as we sent it, and as the cluster gave it back. */
export interface Mark {
  readonly sent: string
  readonly kept: string
}

/** What is to be done about a thing of ours that is set up in the cluster. */
export type SetUpStep = 'put' | 'replace' | 'in-place' | 'changed-by-others'

/**
 * Decides about a thing that should be set up as `wanted`, both without their mark. What somebody
 * changed is left as it is: then its hash is not the one that was marked.
 */
export function setUpStep(
  wanted: JsonObject,
  present: JsonObject | undefined,
  mark: Mark | undefined,
): SetUpStep {
  if (present === undefined) return 'put'
  const hash = hashOf(present)
  if (hash === hashOf(wanted)) return 'in-place'
  if (mark?.kept !== hash) return 'changed-by-others'
  return mark.sent === hashOf(wanted) ? 'in-place' : 'replace'
}

const HASH_CHARACTERS = 16

/** A hash that does not depend on the order of names, nor on the form of settings. */
export function hashOf(body: JsonObject): string {
  const text = JSON.stringify(plain(body))
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_CHARACTERS)
}

/** Names in order, settings flat and as texts, as clusters give them back; nothing empty. */
function plain(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => plain(item))
  if (!isObject(value)) return value
  const object = name === 'settings' ? flatSettings(value) : value
  return Object.entries(object)
    .filter(([, item]) => !isEmpty(item))
    .map(([key, item]) => [key, plain(item, key)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0
  return isObject(value) && Object.keys(value).length === 0
}

function flatSettings(settings: JsonObject, path = ''): JsonObject {
  const flat: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(settings)) {
    const full = path === '' ? name : `${path}.${name}`
    if (isObject(value)) Object.assign(flat, flatSettings(value, full))
    else flat[full.startsWith('index.') ? full : `index.${full}`] = String(value)
  }
  return flat
}

/** The mark in the `_meta` of a thing. */
export function metaOf(mark: Mark): JsonObject {
  return { bellwether: mark }
}

/** Splits what a cluster gave back into the thing and its mark. */
export function withoutMeta(body: JsonObject): {
  readonly body: JsonObject
  readonly mark: Mark | undefined
} {
  const { _meta: meta, ...rest } = body
  const sent = valueAt(meta, 'bellwether', 'sent')
  const kept = valueAt(meta, 'bellwether', 'kept')
  const isOurs = typeof sent === 'string' && typeof kept === 'string'
  return { body: rest, mark: isOurs ? { sent, kept } : undefined }
}
