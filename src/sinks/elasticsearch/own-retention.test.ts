import { afterEach, expect, it } from 'vitest'
import {
  type ScriptedCluster,
  startScriptedCluster,
} from '../../../test/support/scripted-cluster.ts'
import { createLogger, loadConfig, systemClock } from '../../kernel/index.ts'
import { clusterAccess } from './cluster-access.ts'
import { ClusterClient } from './cluster-client.ts'
import { deleteOldIndices } from './own-retention.ts'

const logger = createLogger({ process: 'test', level: 'silent' })
const NOW_MS = Date.UTC(2026, 1, 1, 12)

const INDICES = [
  'holysheep-requests-2026.01.01',
  'holysheep-requests-2026.01.02',
  'holysheep-audit-2020.05.05',
  'holysheep-requests-2026.99.99',
  'holysheep-notes',
  'other-2020.01.01',
]

let cluster: ScriptedCluster

afterEach(() => cluster.close())

it.each([
  [30, ['holysheep-audit-2020.05.05', 'holysheep-requests-2026.01.01']],
  [0, []],
])('with %d days deletes the indices whose whole day is older, by name', async (days, deleted) => {
  cluster = await startScriptedCluster()
  cluster.script = ({ method, path }) => {
    if (method === 'DELETE') return { status: 200, body: {} }
    return path.startsWith('/_cat/')
      ? { status: 200, body: INDICES.map((index) => ({ index })) }
      : undefined
  }
  const settings = { ...loadConfig(undefined, {}).elasticsearch, nodes: [cluster.url] }
  const client = new ClusterClient(clusterAccess(settings), systemClock)
  await deleteOldIndices(client, days, NOW_MS, logger)
  await client.close()
  const paths = cluster.requests.filter(({ method }) => method === 'DELETE').map(({ path }) => path)
  expect(paths).toEqual(deleted.map((index) => `/${index}`))
})
