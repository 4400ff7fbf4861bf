import { Pool } from 'undici'
import type { Config } from '../../kernel/index.ts'
import { openaiCompatible } from '../providers/openai-compatible.ts'
import type { Provider } from '../providers/provider.ts'

/** A configured provider with its kept-alive connections. */
export interface Upstream {
  readonly name: string
  readonly provider: Provider
  readonly pool: Pool
  readonly chatPath: string
  /** Names and values in turn. */
  readonly fixedHeaders: readonly string[]
  /** What must appear nowhere: to be masked in what the provider says. */
  readonly secrets: readonly string[]
}

/** Idle connections are given up after this, unless the provider names a time of its own. */
const KEEP_ALIVE_MS = 20_000

/** Builds an upstream; nothing is connected until the first call. */
export function createUpstream(
  name: string,
  settings: Config['providers'][string],
  connectMs: number,
): Upstream {
  const provider = openaiCompatible
  const base = new URL(settings.base_url)
  const secrets = [settings.api_key, base.password].filter(
    (each) => each !== undefined && each !== '',
  )
  return {
    name,
    provider,
    pool: new Pool(base.origin, {
      connect: { timeout: connectMs },
      keepAliveTimeout: KEEP_ALIVE_MS,
      // the relay watches its own deadlines, all of them in one place
      headersTimeout: 0,
      bodyTimeout: 0,
      pipelining: 1,
      allowH2: false,
    }),
    chatPath: base.pathname.replace(/\/$/, '') + provider.chatPath + base.search,
    fixedHeaders: [
      'content-type',
      'application/json',
      'accept-encoding',
      'identity',
      ...provider.credentialHeaders(settings.api_key),
      ...basicAuthorization(base, settings.api_key),
    ],
    secrets: secrets as string[],
  }
}

function basicAuthorization(base: URL, apiKey: string | undefined): readonly string[] {
  if (base.username === '' || apiKey !== undefined) return []
  const pair = `${decodeURIComponent(base.username)}:${decodeURIComponent(base.password)}`
  return ['authorization', `Basic ${Buffer.from(pair).toString('base64')}`]
}
