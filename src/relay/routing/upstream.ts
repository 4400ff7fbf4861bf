import { isDeepStrictEqual } from 'node:util'
import { AppError, type Clock, type Config } from '../../kernel/index.ts'
import type { Operation } from '../endpoints.ts'
import { providerOf } from '../providers/index.ts'
import type { PathTarget, Provider } from '../providers/provider.ts'
import { PhasedConnector, PhasedPool } from './phased-pool.ts'

type Settings = Config['providers'][string]

/** A configured provider with its kept-alive connections. */
export interface Upstream {
  readonly name: string
  /** The kind it turned out to be: Azure is also recognised by its host. */
  readonly kind: string
  readonly protocol: Provider['protocol']
  readonly provider: Provider
  /** Destroyed, it fails the calls under way; closed, it lets them end. */
  readonly pool: PhasedPool
  /** Names and values in turn: the credential and what is the same with every call. */
  readonly fixedHeaders: readonly string[]
  /** Names and values in turn, sent unless the caller has sent a header of that name. */
  readonly defaultHeaders: readonly string[]
  /** What must appear nowhere: to be masked in what the provider says. */
  readonly secrets: readonly string[]
  /** Whole path of a request with its query; undefined when the provider does not serve it. */
  pathOf(operation: Operation, target: PathTarget): string | undefined
}

/**
 * Idle connections are given up after this, unless the provider names a time of its own in
 * `keep-alive`. Balancers wait for a minute or more, so it is we who close first.
 */
const KEEP_ALIVE_MS = 20_000

/** Most of the time a provider may name: idle connections hold on to an address that may move. */
const MAX_KEEP_ALIVE_MS = 120_000

/**
 * The number of connections has no bound: past one, calls would wait where no deadline and no
 * caller sees them. How many calls are under way at once is for the limits at admission.
 */
const POOL_OPTIONS = {
  keepAliveTimeout: KEEP_ALIVE_MS,
  keepAliveMaxTimeout: MAX_KEEP_ALIVE_MS,
  // the relay watches its own deadlines, all of them in one place
  headersTimeout: 0,
  bodyTimeout: 0,
  pipelining: 1,
  allowH2: false,
} as const

/**
 * Builds an upstream; nothing is connected until the first call.
 *
 * @throws AppError CONFIG_INVALID when neither the settings nor the kind name an address
 */
export function createUpstream(
  name: string,
  settings: Settings,
  connectMs: number,
  clock: Clock,
): Upstream {
  const provider = providerOf(settings.kind, settings.base_url, settings.api_version)
  const address = settings.base_url ?? provider.baseUrl
  if (address === undefined) {
    throw new AppError('CONFIG_INVALID', { problems: [`providers.${name}: base_url is needed`] })
  }
  const base = new URL(address)
  const query = base.search.slice(1)
  return {
    name,
    kind: provider.kind,
    protocol: provider.protocol,
    provider,
    pool: new PhasedPool(base.origin, POOL_OPTIONS, new PhasedConnector(connectMs, clock)),
    fixedHeaders: [
      'accept-encoding',
      'identity',
      ...provider.credentialHeaders(settings.api_key),
      ...basicAuthorization(base, settings.api_key),
    ],
    defaultHeaders: provider.defaultHeaders,
    secrets: secretsOf(base, settings.api_key),
    pathOf(operation, target) {
      const path = provider.path(operation, target)
      if (path === undefined) return undefined
      return withQuery(provider.basePath(base.pathname, operation) + path, query)
    },
  }
}

/** Whether two settings build the same upstream, so that a new configuration can keep the old. */
export function sameSettings(one: Settings, other: Settings): boolean {
  return isDeepStrictEqual(one, other)
}

/** Adds the base URL's query; of a parameter that both name, the path's own is sent. */
function withQuery(path: string, query: string): string {
  if (query === '') return path
  const mark = path.indexOf('?')
  if (mark === -1) return `${path}?${query}`
  const own = new Set(
    path
      .slice(mark + 1)
      .split('&')
      .map(parameterName),
  )
  const rest = query.split('&').filter((each) => !own.has(parameterName(each)))
  return [path, ...rest].join('&')
}

function parameterName(parameter: string): string {
  const equals = parameter.indexOf('=')
  return equals === -1 ? parameter : parameter.slice(0, equals)
}

function basicAuthorization(base: URL, apiKey: string | undefined): readonly string[] {
  return base.username === '' || apiKey !== undefined
    ? []
    : ['authorization', `Basic ${basicCredential(base)}`]
}

function basicCredential(base: URL): string {
  return Buffer.from(`${decoded(base.username)}:${decoded(base.password)}`).toString('base64')
}

/** Parameters of a base URL by which some gateways are told who calls. */
const SECRET_PARAMETER = /key|token|secret|password|sig|code/i

function secretsOf(base: URL, apiKey: string | undefined): readonly string[] {
  const { username, password } = base
  const secrets = new Set([apiKey ?? '', password, decoded(password)])
  if (username !== '') {
    secrets.add(basicCredential(base))
    // a name alone is a token: `https://TOKEN@host`
    if (password === '') secrets.add(username).add(decoded(username))
  }
  for (const each of base.search.slice(1).split('&')) {
    const [parameter = '', ...value] = each.split('=')
    if (SECRET_PARAMETER.test(parameter)) secrets.add(value.join('=')).add(decoded(value.join('=')))
  }
  secrets.delete('')
  return [...secrets]
}

/** Undoes percent-encoding; what is wrongly encoded stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
