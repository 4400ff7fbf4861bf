import type { ApiKey, KeyLimits } from './api-key.ts'

/** A key as it lies in the database; lists are JSON. */
export interface KeyRow {
  readonly id: string
  readonly name: string
  readonly team: string | null
  readonly hash: string
  readonly created_ms: number
  readonly revoked_ms: number | null
  readonly models: string | null
  readonly endpoints: string | null
  readonly requests_per_minute: number | null
  readonly tokens_per_minute: number | null
  readonly concurrent: number | null
  readonly expires_ms: number | null
}

/** Makes the row of a new key out of the key and the hash of its secret. */
export function rowOf(key: ApiKey, hash: string): KeyRow {
  const { id, name, team, createdMs, revokedMs, models, endpoints, limits, expiresMs } = key
  return {
    id,
    name,
    team: team ?? null,
    hash,
    created_ms: createdMs,
    revoked_ms: revokedMs ?? null,
    models: models === undefined ? null : JSON.stringify(models),
    endpoints: endpoints === undefined ? null : JSON.stringify(endpoints),
    requests_per_minute: limits?.requestsPerMinute ?? null,
    tokens_per_minute: limits?.tokensPerMinute ?? null,
    concurrent: limits?.concurrent ?? null,
    expires_ms: expiresMs ?? null,
  }
}

/** Reads a key back; what has no value is absent. */
export function keyOf(row: KeyRow): ApiKey {
  const limits = limitsOf(row)
  return {
    id: row.id,
    name: row.name,
    ...(row.team !== null && { team: row.team }),
    createdMs: row.created_ms,
    ...(row.revoked_ms !== null && { revokedMs: row.revoked_ms }),
    ...(row.models !== null && { models: readList(row.models) }),
    ...(row.endpoints !== null && { endpoints: readList(row.endpoints) }),
    ...(limits !== undefined && { limits }),
    ...(row.expires_ms !== null && { expiresMs: row.expires_ms }),
  }
}

function limitsOf(row: KeyRow): KeyLimits | undefined {
  const { requests_per_minute: requests, tokens_per_minute: tokens, concurrent } = row
  if (requests === null && tokens === null && concurrent === null) return undefined
  return {
    ...(requests !== null && { requestsPerMinute: requests }),
    ...(tokens !== null && { tokensPerMinute: tokens }),
    ...(concurrent !== null && { concurrent }),
  }
}

/** A list that somebody broke by hand allows nothing, instead of everything. */
function readList(json: string): readonly string[] {
  try {
    const list: unknown = JSON.parse(json)
    return Array.isArray(list) ? list.filter((each) => typeof each === 'string') : []
  } catch {
    return []
  }
}
