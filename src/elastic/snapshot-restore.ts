import { illegalArgument, indexNotFound, SearchFailure } from '../search/index.ts'
import { JsonReader, optionalBody } from './index-body-reader.ts'
import { parameter } from './parameters.ts'
import type { ElasticAnswer, ElasticRequest } from './route.ts'
import { checkFeatureStates } from './snapshot-features.ts'
import { chooseIndices, renamed } from './snapshot-names.ts'
import type { RestoreRequest, SnapshotContent, Snapshots } from './snapshots.ts'

const KEYS = [
  'indices',
  'ignore_unavailable',
  'include_global_state',
  'include_aliases',
  'rename_pattern',
  'rename_replacement',
  'partial',
  'feature_states',
]

/** Puts a snapshot back. It is done by the time of the answer, whether that was waited for or not. */
export async function restoreSnapshot(
  snapshots: Snapshots,
  { path, query, body }: ElasticRequest,
): Promise<ElasticAnswer> {
  const { repository = '', snapshot = '' } = path
  const waits = parameter.boolean(query, 'wait_for_completion') ?? false
  const reader = new JsonReader(optionalBody(body) ?? {}, 'restore_snapshot', KEYS)
  const content = await snapshots.content(repository, snapshot)
  if (content === undefined) throw failure(`[${repository}:${snapshot}] snapshot does not exist`)
  const request = readRequest(reader, { repository, snapshot, content })
  await snapshots.restore(repository, request)
  const indices = [...request.logs, ...request.indices.map(({ to }) => to)]
  if (!waits && indices.length > 0) return { body: { accepted: true } }
  const total = indices.length
  const shards = { total, failed: 0, successful: total }
  return { body: { snapshot: { snapshot, indices, shards } } }
}

interface Source {
  readonly repository: string
  readonly snapshot: string
  readonly content: SnapshotContent
}

function readRequest(reader: JsonReader, source: Source): RestoreRequest {
  checkFeatureStates(reader)
  reader.boolean('partial')
  const { content, snapshot } = source
  const expression = (reader.texts('indices') ?? []).join(',')
  const { found, missing } = chooseIndices(expression, content)
  const isLenient = reader.boolean('ignore_unavailable') ?? false
  if (missing[0] !== undefined && !isLenient) throw indexNotFound(missing[0])
  const logs = new Set(content.logs)
  const rename = renaming(reader)
  const renamedLog = found.find((name) => logs.has(name) && rename(name) !== name)
  if (renamedLog !== undefined) {
    throw illegalArgument(`[${renamedLog}] is a log index: it can only be restored under its name`)
  }
  const indices = found
    .filter((name) => !logs.has(name))
    .map((name) => ({ from: name, to: rename(name) }))
  refuseSameName(indices, source)
  return {
    name: snapshot,
    logs: wholeDays(found, content),
    indices,
    includesGlobalState: reader.boolean('include_global_state') ?? false,
    includesAliases: reader.boolean('include_aliases') ?? true,
  }
}

function renaming(reader: JsonReader): (name: string) => string {
  const pattern = reader.text('rename_pattern')
  const replacement = reader.text('rename_replacement')
  if (pattern === undefined || replacement === undefined) return (name) => name
  return (name) => renamed(name, pattern, replacement)
}

const DAY_LENGTH = 'YYYY.MM.dd'.length

/** The log indices of a day share its files: all of them come back together. */
function wholeDays(found: readonly string[], { logs }: SnapshotContent): readonly string[] {
  const days = new Set(found.filter((name) => logs.includes(name)).map(dayOfName))
  return logs.filter((name) => days.has(dayOfName(name)))
}

function dayOfName(name: string): string {
  return name.slice(-DAY_LENGTH)
}

function refuseSameName(
  indices: RestoreRequest['indices'],
  { repository, snapshot }: Source,
): void {
  for (const [to, same] of Map.groupBy(indices, (index) => index.to)) {
    const [first, second] = same
    if (first === undefined || second === undefined) continue
    throw failure(
      `[${repository}:${snapshot}] indices [${second.from}] and [${first.from}] are renamed into the same index [${to}]`,
    )
  }
}

function failure(reason: string): SearchFailure {
  return new SearchFailure({ type: 'snapshot_restore_exception', reason, status: 500 })
}
