import { aliasRoutes } from './alias-routes.ts'
import { analyzeRoutes } from './analyze-routes.ts'
import { catRoutes } from './cat-routes.ts'
import { catSnapshotRoutes } from './cat-snapshots.ts'
import type { ClusterContext } from './cluster-context.ts'
import { clusterRoutes } from './cluster-routes.ts'
import { dataStreamRoutes } from './data-stream-routes.ts'
import { maintenanceRoutes } from './index-maintenance-routes.ts'
import { mappingRoutes } from './index-mapping-routes.ts'
import { rolloverRoutes } from './index-rollover-routes.ts'
import { indexRoutes } from './index-routes.ts'
import { settingsRoutes } from './index-settings-routes.ts'
import { statsRoutes } from './index-stats-routes.ts'
import { ismRoutes } from './lifecycle-ism-routes.ts'
import { lifecycleRoutes } from './lifecycle-routes.ts'
import { nodesRoutes } from './nodes-routes.ts'
import type { ElasticRoute } from './route.ts'
import { snapshotRepositoryRoutes } from './snapshot-repository-routes.ts'
import { snapshotRoutes } from './snapshot-routes.ts'
import { templateRoutes } from './template-routes.ts'

/** Everything but documents and searches. */
export function adminRoutes(context: ClusterContext): readonly ElasticRoute[] {
  const { snapshots, catalog } = context
  const ofSnapshots =
    snapshots === undefined
      ? []
      : [
          ...snapshotRepositoryRoutes(snapshots),
          ...snapshotRoutes(snapshots, catalog),
          ...catSnapshotRoutes(snapshots),
        ]
  const routes = [
    clusterRoutes,
    nodesRoutes,
    catRoutes,
    indexRoutes,
    mappingRoutes,
    settingsRoutes,
    aliasRoutes,
    templateRoutes,
    lifecycleRoutes,
    ismRoutes,
    dataStreamRoutes,
    rolloverRoutes,
    maintenanceRoutes,
    statsRoutes,
    analyzeRoutes,
  ]
  return [...routes.flatMap((make) => make(context)), ...ofSnapshots]
}
