import { illegalArgument, SearchFailure } from '../search/index.ts'
import { ACKNOWLEDGED, TIMEOUTS } from './cluster-context.ts'
import { NODE_ID } from './error-answer.ts'
import { JsonReader, requiredBody, validationFailure } from './index-body-reader.ts'
import { parameter } from './parameters.ts'
import type { ElasticAnswer, ElasticRequest, ElasticRoute } from './route.ts'
import { checkRepositoryName, chooseNames } from './snapshot-names.ts'
import type { RepositoryMeta, Snapshots } from './snapshots.ts'

/** Where snapshots are kept. */
export function snapshotRepositoryRoutes(snapshots: Snapshots): readonly ElasticRoute[] {
  const show = (request: ElasticRequest) => showRepositories(snapshots, request)
  const parameters = TIMEOUTS
  const path = '/_snapshot/:repository'
  return [
    { methods: ['GET'], path: '/_snapshot', parameters: [...TIMEOUTS, 'local'], handle: show },
    { methods: ['GET'], path, parameters: [...TIMEOUTS, 'local'], handle: show },
    {
      methods: ['PUT', 'POST'],
      path,
      parameters: [...TIMEOUTS, 'verify'],
      handle: (request) => putRepository(snapshots, request),
    },
    {
      methods: ['DELETE'],
      path,
      parameters,
      async handle(request) {
        const names = repositoryNames(snapshots, request)
        for (const name of names) snapshots.deleteRepository(name)
        return ACKNOWLEDGED
      },
    },
    {
      methods: ['POST'],
      path: `${path}/_verify`,
      parameters,
      async handle({ path: { repository = '' } }) {
        await snapshots.verifyRepository(repository)
        return { body: { nodes: { [NODE_ID]: { name: NODE_ID } } } }
      },
    },
    {
      methods: ['POST'],
      path: `${path}/_cleanup`,
      parameters,
      async handle({ path: { repository = '' } }) {
        const { bytes, blobs } = await snapshots.cleanUp(repository)
        return { body: { results: { deleted_bytes: bytes, deleted_blobs: blobs } } }
      },
    },
  ]
}

/**
 * Names of the repositories that a request asks for.
 *
 * @throws SearchFailure for one that there is not
 */
export function repositoryNames(snapshots: Snapshots, { path }: ElasticRequest): readonly string[] {
  const { found, missing } = chooseNames(
    path.repository ?? '',
    Object.keys(snapshots.repositories()),
  )
  const [absent] = missing
  if (absent === undefined) return found
  throw new SearchFailure({
    type: 'repository_missing_exception',
    reason: `[${absent}] missing`,
    status: 404,
  })
}

async function showRepositories(
  snapshots: Snapshots,
  request: ElasticRequest,
): Promise<ElasticAnswer> {
  const known = snapshots.repositories()
  const found = repositoryNames(snapshots, request)
  return { body: Object.fromEntries(found.map((name) => [name, known[name]])) }
}

async function putRepository(
  snapshots: Snapshots,
  { path, query, body }: ElasticRequest,
): Promise<ElasticAnswer> {
  const name = path.repository ?? ''
  checkRepositoryName(name)
  const reader = new JsonReader(requiredBody(body), 'put_repository', ['type', 'settings'])
  const type = reader.text('type')
  if (type === undefined) throw validationFailure('type is missing')
  const isVerified = parameter.boolean(query, 'verify') ?? true
  await snapshots.putRepository(name, { type, settings: settingsOf(reader) }, isVerified)
  return ACKNOWLEDGED
}

function settingsOf(reader: JsonReader): RepositoryMeta['settings'] {
  const given = Object.entries(reader.object('settings') ?? {})
  return Object.fromEntries(
    given.flatMap(([name, value]) => {
      if (value === null) return []
      if (typeof value === 'object') throw illegalArgument(`setting [${name}] must be one value`)
      return [[name, String(value)]]
    }),
  )
}
