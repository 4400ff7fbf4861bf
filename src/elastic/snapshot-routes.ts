import { EXPAND_ALL, expandWildcards, type IndexMeta, SearchFailure } from '../search/index.ts'
import { ACKNOWLEDGED, TIMEOUTS } from './cluster-context.ts'
import { JsonReader, optionalBody } from './index-body-reader.ts'
import type { IndexCatalog } from './index-catalog.ts'
import { parameter } from './parameters.ts'
import type { ElasticAnswer, ElasticRequest, ElasticRoute } from './route.ts'
import { snapshotBody, statusBody } from './snapshot-answer.ts'
import { checkFeatureStates } from './snapshot-features.ts'
import { LIST_PARAMETERS, snapshotPage } from './snapshot-list.ts'
import { checkSnapshotName, chooseNames } from './snapshot-names.ts'
import { repositoryNames } from './snapshot-repository-routes.ts'
import { restoreSnapshot } from './snapshot-restore.ts'
import type { SnapshotRequest, Snapshots, SnapshotView } from './snapshots.ts'

const WAITING = [...TIMEOUTS, 'wait_for_completion']

/** Snapshots: taken, looked at, taken away, put back. */
export function snapshotRoutes(
  snapshots: Snapshots,
  catalog: IndexCatalog,
): readonly ElasticRoute[] {
  const path = '/_snapshot/:repository/:snapshot'
  const create = (request: ElasticRequest) => createSnapshot(snapshots, catalog, request)
  const status = (request: ElasticRequest) => showStatus(snapshots, request)
  const statusParameters = [...TIMEOUTS, 'ignore_unavailable']
  return [
    {
      methods: ['GET'],
      path: '/_snapshot/_status',
      parameters: statusParameters,
      handle: status,
    },
    {
      methods: ['GET'],
      path: '/_snapshot/:repository/_status',
      parameters: statusParameters,
      handle: status,
    },
    { methods: ['GET'], path: `${path}/_status`, parameters: statusParameters, handle: status },
    { methods: ['PUT', 'POST'], path, parameters: WAITING, handle: create },
    {
      methods: ['GET'],
      path,
      parameters: [...TIMEOUTS, ...LIST_PARAMETERS],
      handle: (request) => showSnapshots(snapshots, request),
    },
    {
      methods: ['DELETE'],
      path,
      parameters: TIMEOUTS,
      handle: (request) => removeSnapshots(snapshots, request),
    },
    {
      methods: ['POST'],
      path: `${path}/_restore`,
      parameters: WAITING,
      handle: (request) => restoreSnapshot(snapshots, request),
    },
  ]
}

async function createSnapshot(
  snapshots: Snapshots,
  catalog: IndexCatalog,
  { path, query, body }: ElasticRequest,
): Promise<ElasticAnswer> {
  const { repository = '', snapshot: name = '' } = path
  if (!Object.hasOwn(snapshots.repositories(), repository)) {
    throw new SearchFailure({
      type: 'repository_missing_exception',
      reason: `[${repository}] missing`,
      status: 404,
    })
  }
  checkSnapshotName(repository, name)
  const waits = parameter.boolean(query, 'wait_for_completion') ?? false
  const request = await readRequest(name, body, catalog)
  const { done } = await snapshots.create(repository, request)
  if (waits) return { body: { snapshot: snapshotBody(await done) } }
  return { body: { accepted: true } }
}

const KEYS = [
  'indices',
  'ignore_unavailable',
  'include_global_state',
  'metadata',
  'partial',
  'feature_states',
  'expand_wildcards',
]

async function readRequest(
  name: string,
  body: string,
  catalog: IndexCatalog,
): Promise<SnapshotRequest> {
  const reader = new JsonReader(optionalBody(body) ?? {}, 'create_snapshot', KEYS)
  checkFeatureStates(reader)
  reader.boolean('partial')
  const expand = reader.texts('expand_wildcards')
  const found = await catalog.resolve(
    (reader.texts('indices') ?? []).join(','),
    {},
    {
      closed: 'keep',
      expand: expand === undefined ? EXPAND_ALL : expandWildcards(expand.join(',')),
      ignoreUnavailable: reader.boolean('ignore_unavailable') ?? false,
    },
  )
  const days = found.flatMap((index) => (index.kind === 'log' ? [index.entry.day.day] : []))
  return {
    name,
    days: [...new Set(days)],
    indices: found.flatMap((index): readonly IndexMeta[] =>
      index.kind === 'documents' ? [index.meta] : [],
    ),
    includesGlobalState: reader.boolean('include_global_state') ?? true,
    metadata: reader.object('metadata'),
  }
}

/** Snapshots of some repositories that a request asks for. */
async function chosenViews(
  snapshots: Snapshots,
  request: ElasticRequest,
): Promise<readonly SnapshotView[]> {
  const { snapshot = '' } = request.path
  const isLenient = parameter.boolean(request.query, 'ignore_unavailable') ?? false
  const chosen: SnapshotView[] = []
  for (const repository of repositoryNames(snapshots, request)) {
    const views = await snapshots.list(repository)
    if (snapshot === '_current') {
      chosen.push(...views.filter(({ state }) => state === 'IN_PROGRESS'))
      continue
    }
    const { found, missing } = chooseNames(
      snapshot,
      views.map(({ name }) => name),
    )
    if (missing[0] !== undefined && !isLenient) throw snapshotMissing(repository, missing[0])
    chosen.push(...views.filter(({ name }) => found.includes(name)))
  }
  return chosen
}

function snapshotMissing(repository: string, name: string): SearchFailure {
  return new SearchFailure({
    type: 'snapshot_missing_exception',
    reason: `[${repository}:${name}] is missing`,
    status: 404,
  })
}

async function showSnapshots(
  snapshots: Snapshots,
  request: ElasticRequest,
): Promise<ElasticAnswer> {
  return { body: snapshotPage(await chosenViews(snapshots, request), request.query) }
}

/** Without names those that are under way. */
async function showStatus(snapshots: Snapshots, request: ElasticRequest): Promise<ElasticAnswer> {
  const { snapshot = '_current' } = request.path
  const views = await chosenViews(snapshots, { ...request, path: { ...request.path, snapshot } })
  return { body: { snapshots: views.map(statusBody) } }
}

async function removeSnapshots(
  snapshots: Snapshots,
  request: ElasticRequest,
): Promise<ElasticAnswer> {
  const { repository = '' } = request.path
  const views = await chosenViews(snapshots, request)
  const names = views.filter((view) => view.repository === repository).map(({ name }) => name)
  if (names.length > 0) await snapshots.remove(repository, names)
  return ACKNOWLEDGED
}
