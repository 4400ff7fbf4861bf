import { catAliasesRoutes } from './cat-aliases.ts'
import { catClusterRoutes } from './cat-cluster.ts'
import { catIndicesRoutes } from './cat-indices.ts'
import { catNodesRoutes } from './cat-nodes.ts'
import type { ClusterContext } from './cluster-context.ts'
import type { ElasticRoute } from './route.ts'

/** Tables for people: `_cat`. */
export function catRoutes(context: ClusterContext): readonly ElasticRoute[] {
  const routes = [
    ...catIndicesRoutes(context),
    ...catAliasesRoutes(context),
    ...catClusterRoutes(context),
    ...catNodesRoutes(context),
  ]
  const list = routes
    .map(({ path }) => path.replace(/:(\w+)/, '{$1}'))
    .map((path) => `${path}\n`)
    .join('')
  return [
    ...routes,
    {
      methods: ['GET'],
      path: '/_cat',
      parameters: [],
      handle: async () => ({ body: `=^.^=\n${list}` }),
    },
  ]
}
