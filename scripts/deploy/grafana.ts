import { grafanaPanel } from './grafana-panels.ts'
import { DATA_SOURCE } from './grafana-targets.ts'
import { type Dashboard, isNumber, type Panel } from './panel.ts'
import { placed } from './placement.ts'

const INPUT = 'DS_BELLWETHER'
const KIBANA_COLUMNS_PER_GRAFANA_COLUMN = 2
const ROW_HEIGHT = 1

/** All dashboards as one of Grafana, each in a row that can be folded. */
export function grafanaDashboard(dashboards: readonly Dashboard[]): object {
  return {
    __inputs: [
      {
        name: INPUT,
        label: 'Bellwether',
        description: 'Elasticsearch data source with index [holysheep-requests-]YYYY.MM.DD, daily',
        type: 'datasource',
        pluginId: 'elasticsearch',
        pluginName: 'Elasticsearch',
      },
    ],
    __elements: {},
    __requires: REQUIRES,
    uid: 'bellwether-calls',
    title: 'Bellwether: calls',
    description: dashboards.map(({ title }) => title).join(', '),
    tags: ['bellwether', 'llm'],
    schemaVersion: 42,
    version: 1,
    editable: true,
    graphTooltip: 1,
    timezone: 'browser',
    time: { from: 'now-7d', to: 'now' },
    refresh: '',
    annotations: { list: [] },
    links: [],
    templating: { list: [DATA_SOURCE_VARIABLE, FILTERS_VARIABLE] },
    panels: rows(dashboards),
  }
}

const REQUIRES = [
  { type: 'grafana', id: 'grafana', name: 'Grafana', version: '11.0.0' },
  { type: 'datasource', id: 'elasticsearch', name: 'Elasticsearch', version: '1.0.0' },
  ...['barchart', 'bargauge', 'stat', 'table', 'timeseries'].map((id) => ({
    type: 'panel',
    id,
    name: id,
    version: '',
  })),
] as const

/** An import puts the data source in place of the name; a provisioned file is left to the variable. */
const DATA_SOURCE_VARIABLE = {
  name: INPUT,
  type: 'datasource',
  label: 'Data source',
  query: 'elasticsearch',
  current: { text: 'Bellwether', value: 'bellwether' },
  hide: 0,
  includeAll: false,
  multi: false,
} as const

const FILTERS_VARIABLE = {
  name: 'filters',
  type: 'adhoc',
  label: 'Filters',
  datasource: DATA_SOURCE,
  filters: [],
  hide: 0,
} as const

function rows(dashboards: readonly Dashboard[]): readonly object[] {
  let id = 0
  let top = 0
  return dashboards.flatMap((dashboard) => {
    const row = { id: ++id, type: 'row', title: dashboard.title, collapsed: false, panels: [] }
    const header = { ...row, gridPos: { x: 0, y: top, w: 24, h: ROW_HEIGHT } }
    top += ROW_HEIGHT
    const panels = placed(dashboard.panels, heightOf).map(([panel, { x, y, w, h }]) => ({
      id: ++id,
      gridPos: {
        x: x / KIBANA_COLUMNS_PER_GRAFANA_COLUMN,
        y: top + y,
        w: w / KIBANA_COLUMNS_PER_GRAFANA_COLUMN,
        h,
      },
      ...grafanaPanel(panel),
    }))
    top = Math.max(...panels.map(({ gridPos }) => gridPos.y + gridPos.h))
    return [header, ...panels]
  })
}

function heightOf(panel: Panel): number {
  if (isNumber(panel)) return 4
  return panel.kind === 'records' ? 10 : 9
}
