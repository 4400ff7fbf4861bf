import type { Config, Logger } from '../../kernel/index.ts'
import { reasonOf } from './bulk-answer.ts'
import type { ClusterClient } from './cluster-client.ts'
import {
  type ClusterThing,
  clusterThings,
  type Looked,
  lookAt,
  type Present,
} from './cluster-things.ts'
import { type JsonObject, parsedObject } from './json-object.ts'
import { type Lifecycle, type Product, productOf } from './product.ts'
import { hashOf, setUpStep } from './set-up-item.ts'

export interface SetUpOptions {
  readonly client: ClusterClient
  readonly settings: Config['elasticsearch']
  readonly logger: Logger
}

export type SetUpResult =
  | { readonly kind: 'ready'; readonly product: Product }
  /** To be tried again later. */
  | { readonly kind: 'trouble'; readonly reason: string }

/**
 * Finds out what cluster it is and puts the lifecycle policy and the index template, where they
 * are not as they should be. What somebody changed is left as it is.
 */
export async function setUp(options: SetUpOptions, signal: AbortSignal): Promise<SetUpResult> {
  const { client, settings, logger } = options
  const root = await lookAt(client, '/', signal)
  if (root.kind !== 'found') return { kind: 'trouble', reason: troubleOf('GET /', root) }
  const known = productOf(root.answer)
  if (typeof known === 'string') return { kind: 'trouble', reason: known }
  const lifecycle = await lifecycleOf(options, known.name, signal)
  if (typeof lifecycle !== 'string') return lifecycle
  const product = { ...known, lifecycle }
  for (const thing of clusterThings(product, settings)) {
    const trouble = await ensure(thing, options, signal)
    if (trouble !== undefined) return { kind: 'trouble', reason: trouble }
  }
  logger.info({ product: product.name, version: product.version, lifecycle }, 'cluster is set up')
  return { kind: 'ready', product }
}

const LIFECYCLES = {
  elasticsearch: { kind: 'ilm', path: () => '/_ilm/status' },
  opensearch: { kind: 'ism', path: (policy: string) => `/_plugins/_ism/policies/${policy}` },
} as const

/** Clusters without the module answer 400 or 405: there is no such address. */
async function lifecycleOf(
  { client, settings, logger }: SetUpOptions,
  product: Product['name'],
  signal: AbortSignal,
): Promise<Lifecycle | Extract<SetUpResult, { kind: 'trouble' }>> {
  const { kind, path } = LIFECYCLES[product]
  const looked = await lookAt(client, path(settings.policy_name), signal)
  if (looked.kind === 'found' || (looked.kind === 'absent' && kind === 'ism')) return kind
  if (looked.kind === 'no-answer' || (looked.kind === 'refused' && isPassing(looked.status))) {
    return { kind: 'trouble', reason: troubleOf('lifecycle management', looked) }
  }
  if (looked.kind === 'refused' && looked.status === 403) {
    logger.warn({}, 'the cluster does not let us see its lifecycle management')
  }
  return 'own'
}

/** Resolves with what hinders it, if it may pass. */
async function ensure(
  thing: ClusterThing,
  options: SetUpOptions,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { client, logger } = options
  const { title, wanted } = thing
  const looked = await lookAt(client, thing.path, signal)
  if (looked.kind === 'no-answer' || (looked.kind === 'refused' && isPassing(looked.status))) {
    return troubleOf(title, looked)
  }
  if (looked.kind === 'refused') {
    logger.error({ reason: troubleOf(title, looked) }, `${title} cannot be looked at, going on`)
    return undefined
  }
  const present = looked.kind === 'found' ? thing.found(looked.answer) : undefined
  const step = setUpStep(wanted, present?.body, present?.mark)
  switch (step) {
    case 'in-place':
      logger.debug({}, `${title} is in place`)
      return undefined
    case 'changed-by-others':
      logger.warn(
        { path: thing.path },
        `${title} is not as we put it: somebody changed it, it is left as it is`,
      )
      return undefined
    case 'put':
    case 'replace':
      return await put(thing, present, options, signal)
    default:
      return step satisfies never
  }
}

async function put(
  thing: ClusterThing,
  before: Present | undefined,
  options: SetUpOptions,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { title, wanted } = thing
  const sent = hashOf(wanted)
  const written = await write(thing, thing.marked({ sent, kept: sent }), before, options, signal)
  if (written !== 'written') return written.trouble
  options.logger.info({ path: thing.path }, `${title} ${before === undefined ? 'put' : 'replaced'}`)
  // clusters may give it back in another form, which is not to be taken for somebody's change
  const looked = await lookAt(options.client, thing.path, signal)
  const present = looked.kind === 'found' ? thing.found(looked.answer) : undefined
  if (present === undefined) return `${title} cannot be read back`
  const kept = hashOf(present.body)
  if (kept === sent) return undefined
  const again = await write(thing, thing.marked({ sent, kept }), present, options, signal)
  return again === 'written' ? undefined : again.trouble
}

/** `trouble` is undefined where trying again will not help: the log says so, work goes on. */
async function write(
  { title, path }: ClusterThing,
  body: JsonObject,
  before: Present | undefined,
  { client, logger }: SetUpOptions,
  signal: AbortSignal,
): Promise<'written' | { readonly trouble: string | undefined }> {
  const answer = await client.request({
    method: 'PUT',
    path: path + (before?.condition ?? ''),
    body: JSON.stringify(body),
    signal,
  })
  if (answer.kind === 'no-answer') return { trouble: `${title}: ${answer.reason}` }
  if (answer.status < 300) return 'written'
  const reason = reasonOf(answer.status, parsedObject(answer.text)?.error)
  if (isPassing(answer.status)) return { trouble: `${title}: ${reason}` }
  logger.error({ reason }, `the cluster refuses our ${title}, going on without it`)
  return { trouble: undefined }
}

/** Statuses that time or another password mends; 409: somebody wrote it at the same moment. */
function isPassing(status: number): boolean {
  return status >= 500 || [401, 408, 409, 429].includes(status)
}

function troubleOf(what: string, looked: Exclude<Looked, { kind: 'found' }>): string {
  switch (looked.kind) {
    case 'no-answer':
      return looked.reason
    case 'absent':
      return `${what}: nothing there`
    case 'refused':
      return `${what}: ${reasonOf(looked.status, parsedObject(looked.text)?.error)}`
    default:
      return looked satisfies never
  }
}
