import {
  type CreateIndex,
  type IndexMeta,
  type IndexState,
  illegalArgument,
  indexNotFound,
  SearchFailure,
  withDates,
} from '../search/index.ts'
import { type ClusterContext, TIMEOUTS } from './cluster-context.ts'
import { type Json, JsonReader, optionalBody } from './index-body-reader.ts'
import { accepted, type IndexCatalog } from './index-catalog.ts'
import { evaluate, readConditions, requireMaximum } from './lifecycle-conditions.ts'
import { parameter } from './parameters.ts'
import type { ElasticAnswer, ElasticRequest, ElasticRoute } from './route.ts'

const PARAMETERS = [...TIMEOUTS, 'dry_run', 'wait_for_active_shards', 'lazy']

/** Moves an alias or data stream on to its next index. */
export function rolloverRoutes({ catalog }: ClusterContext): readonly ElasticRoute[] {
  const handle = (request: ElasticRequest) => rollOver(catalog, request)
  return [
    { methods: ['POST'], path: '/:index/_rollover', parameters: PARAMETERS, handle },
    { methods: ['POST'], path: '/:index/_rollover/:next', parameters: PARAMETERS, handle },
  ]
}

interface Target {
  readonly written: IndexMeta
  /** Name that follows from the present one; undefined when none does. */
  readonly next: string | undefined
  readonly isStream: boolean
}

async function rollOver(
  catalog: IndexCatalog,
  { path, query, body }: ElasticRequest,
): Promise<ElasticAnswer> {
  if (parameter.boolean(query, 'lazy') === true) throw illegalArgument('[lazy] is not supported')
  const isDry = parameter.boolean(query, 'dry_run') ?? false
  const { conditions, given } = readBody(optionalBody(body) ?? {})
  const name = path.index ?? ''
  const nowMs = catalog.clock.nowMs()
  const [state, sizes, logs] = await Promise.all([
    catalog.state(),
    catalog.indices.sizes(),
    catalog.indices.logIndices(),
  ])
  if (logs.some((log) => log.name === name)) throw targetIsIndex()
  if (logs.some((log) => log.prefix === name)) {
    throw illegalArgument(`[${name}] stands for log indices: they roll over with the day`)
  }
  const target = findTarget(name, state, nowMs)
  const next = nextName(target, path.next, nowMs)
  const { written } = target
  const size = sizes[written.name]
  const { results, isDue } = evaluate(conditions, {
    ageMs: nowMs - written.createdMs,
    documents: size?.documents ?? 0,
    bytes: size?.bytes ?? 0,
  })
  if (isDry || !isDue) {
    // even a trial may not promise a name that cannot be had
    checkFree(next, state)
    return { body: answer(written.name, next, results, { isDry, isDone: false }) }
  }
  const done = accepted(
    await catalog.indices.rollover(name, target.isStream ? undefined : next, given),
  )
  return { body: answer(done.oldIndex, done.newIndex, results, { isDry, isDone: true }) }
}

function answer(
  old_index: string,
  new_index: string,
  conditions: Json,
  { isDry, isDone }: { readonly isDry: boolean; readonly isDone: boolean },
) {
  return {
    acknowledged: isDone,
    shards_acknowledged: isDone,
    old_index,
    new_index,
    rolled_over: isDone,
    dry_run: isDry,
    conditions,
  }
}

function readBody(body: Json) {
  const reader = new JsonReader(body, 'rollover', ['conditions', 'settings', 'mappings', 'aliases'])
  const conditions = readConditions(reader.object('conditions') ?? {}, 'rollover_conditions')
  if (conditions.length > 0) requireMaximum(conditions)
  const settings = reader.object('settings')
  const mappings = reader.object('mappings')
  const aliases = reader.object('aliases')
  const given: CreateIndex = {
    ...(settings !== undefined && { settings }),
    ...(mappings !== undefined && { mappings }),
    ...(aliases !== undefined && { aliases }),
  }
  return { conditions, given }
}

/** @throws SearchFailure when the name is not that of something that can be rolled over */
function findTarget(name: string, state: IndexState, nowMs: number): Target {
  const meta = (index: string) => state.indices.find((known) => known.name === index)
  const stream = state.dataStreams.find((known) => known.name === name)
  const last = stream && meta(stream.indices.at(-1) ?? '')
  if (stream !== undefined && last !== undefined) {
    const day = new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '.')
    const number = String(stream.generation + 1).padStart(6, '0')
    return { written: last, next: `.ds-${name}-${day}-${number}`, isStream: true }
  }
  if (meta(name) !== undefined) throw targetIsIndex()
  const members = state.indices.filter(({ aliases }) => Object.hasOwn(aliases, name))
  if (members.length === 0) throw indexNotFound(name)
  const marked = members.find(({ aliases }) => aliases[name]?.is_write_index === true)
  const [only, second] = members
  const isSingle = second === undefined && only?.aliases[name]?.is_write_index !== false
  const written = marked ?? (isSingle ? only : undefined)
  if (written === undefined) {
    throw illegalArgument(`rollover target [${name}] does not point to a write index`)
  }
  return { written, next: following(written.name), isStream: false }
}

function targetIsIndex(): SearchFailure {
  return illegalArgument(
    'rollover target is a [concrete index] but one of [alias,data_stream] was expected',
  )
}

function following(name: string): string | undefined {
  const [, base, number] = /^(.*-)(\d+)$/.exec(name) ?? []
  if (base === undefined || number === undefined) return undefined
  return base + String(BigInt(number) + 1n).padStart(6, '0')
}

function nextName(target: Target, asked: string | undefined, nowMs: number): string {
  if (asked !== undefined) {
    if (!target.isStream) return withDates(asked, nowMs)
    throw illegalArgument('new index name may not be specified when rolling over a data stream')
  }
  if (target.next !== undefined) return target.next
  throw illegalArgument(`index name [${target.written.name}] does not match pattern '^.*-\\d+$'`)
}

function checkFree(name: string, { indices }: IndexState): void {
  const taken = indices.find((meta) => meta.name === name)
  if (taken === undefined) return
  throw new SearchFailure({
    type: 'resource_already_exists_exception',
    reason: `index [${name}/${taken.uuid}] already exists`,
    status: 400,
    index: name,
    indexUuid: taken.uuid,
  })
}
