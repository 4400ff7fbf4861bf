import { COST_DASHBOARD } from './cost-dashboard.ts'
import { ERRORS_DASHBOARD } from './errors-dashboard.ts'
import { LATENCY_DASHBOARD } from './latency-dashboard.ts'
import type { Dashboard } from './panel.ts'

/** What Kibana and Grafana show; the files of both are made from this. */
export const DASHBOARDS: readonly Dashboard[] = [
  LATENCY_DASHBOARD,
  ERRORS_DASHBOARD,
  COST_DASHBOARD,
]
