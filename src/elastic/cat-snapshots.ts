import { CAT_PARAMETERS, type CatColumn, catAnswer } from './cat-table.ts'
import type { ElasticRequest, ElasticRoute } from './route.ts'
import { repositoryNames } from './snapshot-repository-routes.ts'
import type { RepositoryMeta, Snapshots, SnapshotView } from './snapshots.ts'

interface RepositoryRow extends RepositoryMeta {
  readonly name: string
}

const REPOSITORY_COLUMNS: readonly CatColumn<RepositoryRow>[] = [
  {
    name: 'id',
    aliases: 'id,repoId',
    description: 'unique repository id',
    cell: ({ name }) => name,
  },
  { name: 'type', aliases: 't', description: 'repository type', cell: ({ type }) => type },
]

const timeOfDay = (ms: number) => new Date(ms).toISOString().slice(11, 19)
const seconds = (ms: number) => Math.floor(ms / 1000)
const successful = ({ state, indices }: SnapshotView) => (state === 'SUCCESS' ? indices.length : 0)

const SNAPSHOT_COLUMNS: readonly CatColumn<SnapshotView>[] = [
  { name: 'id', aliases: 'snapshot', description: 'unique snapshot', cell: ({ name }) => name },
  {
    name: 'repository',
    aliases: 're,repo',
    description: 'repository name',
    cell: ({ repository }) => repository,
  },
  {
    name: 'status',
    aliases: 's',
    description: 'snapshot name',
    alignRight: true,
    cell: ({ state }) => state,
  },
  {
    name: 'start_epoch',
    aliases: 'ste,startEpoch',
    description: 'start time in seconds since 1970-01-01 00:00:00',
    cell: ({ startMs }) => seconds(startMs),
  },
  {
    name: 'start_time',
    aliases: 'sti,startTime',
    description: 'start time in HH:MM:SS',
    cell: ({ startMs }) => timeOfDay(startMs),
  },
  {
    name: 'end_epoch',
    aliases: 'ete,endEpoch',
    description: 'end time in seconds since 1970-01-01 00:00:00',
    cell: ({ endMs }) => seconds(endMs),
  },
  {
    name: 'end_time',
    aliases: 'eti,endTime',
    description: 'end time in HH:MM:SS',
    cell: ({ endMs }) => timeOfDay(endMs),
  },
  {
    name: 'duration',
    aliases: 'dur',
    description: 'duration',
    alignRight: true,
    cell: ({ startMs, endMs }) => ({ ms: Math.max(0, endMs - startMs) }),
  },
  {
    name: 'indices',
    aliases: 'i',
    description: 'number of indices',
    alignRight: true,
    cell: ({ indices }) => indices.length,
  },
  {
    name: 'successful_shards',
    aliases: 'ss',
    description: 'number of successful shards',
    alignRight: true,
    cell: successful,
  },
  {
    name: 'failed_shards',
    aliases: 'fs',
    description: 'number of failed shards',
    alignRight: true,
    cell: ({ state, indices }) => (state === 'FAILED' ? indices.length : 0),
  },
  {
    name: 'total_shards',
    aliases: 'ts',
    description: 'number of total shards',
    alignRight: true,
    cell: ({ indices }) => indices.length,
  },
  {
    name: 'reason',
    aliases: 'r',
    description: 'reason for failures',
    isExtra: true,
    cell: ({ reason }) => reason,
  },
]

/** Repositories and snapshots as tables. */
export function catSnapshotRoutes(snapshots: Snapshots): readonly ElasticRoute[] {
  const parameters = [...CAT_PARAMETERS, 'ignore_unavailable']
  const handle = async (request: ElasticRequest) => {
    const views: SnapshotView[] = []
    for (const name of repositoryNames(snapshots, request)) {
      views.push(...(await snapshots.list(name)))
    }
    return catAnswer(SNAPSHOT_COLUMNS, views, request.query)
  }
  return [
    {
      methods: ['GET'],
      path: '/_cat/repositories',
      parameters: CAT_PARAMETERS,
      async handle({ query }) {
        const known = Object.entries(snapshots.repositories())
        const rows = known.map(([name, meta]) => ({ name, ...meta }))
        return catAnswer(REPOSITORY_COLUMNS, rows, query)
      },
    },
    { methods: ['GET'], path: '/_cat/snapshots', parameters, handle },
    { methods: ['GET'], path: '/_cat/snapshots/:repository', parameters, handle },
  ]
}
