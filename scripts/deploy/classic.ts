import {
  type ClassicAggregation,
  classicMetrics,
  classicTerms,
  classicTime,
} from './classic-aggregations.ts'
import { chartParams, NUMBER_PARAMS, TABLE_PARAMS } from './classic-charts.ts'
import {
  type Dashboard,
  isOrderedByCalls,
  type Metric,
  type Panel,
  type RecordsPanel,
  type TimePanel,
  toKql,
} from './panel.ts'
import {
  DATA_VIEW,
  dataView,
  objectTitle,
  type SavedObject,
  SOURCE_REFERENCE,
  savedDashboard,
  savedSearch,
  searchSource,
} from './saved-object.ts'
import { vegaShare } from './vega-share.ts'

/** The versions that OpenSearch Dashboards 2 writes; Kibana 7.10 to 8 migrate them up. */
const VERSIONS = {
  dashboard: '7.9.3',
  'index-pattern': '7.6.0',
  search: '7.9.3',
  visualization: '7.10.0',
} as const

interface VisState {
  readonly type: string
  readonly params: object
  readonly aggs: readonly ClassicAggregation[]
  /** Place of the column that a table is sorted by. */
  readonly sortColumn?: number
}

/** Saved objects without Lens: for OpenSearch Dashboards and for Kibana from 7.10 on. */
export function classicObjects(dashboards: readonly Dashboard[]): readonly object[] {
  const objects = dashboards.flatMap((dashboard) => {
    const panels = new Map(dashboard.panels.map((panel) => [panel, panelObject(panel)]))
    const page = savedDashboard(dashboard, {
      id: `bellwether-classic-${dashboard.id}`,
      objectOf: (panel) => panels.get(panel)!,
      referenceName: (panelId) => `panel_${panelId}`,
      panelVersion: '7.10.2',
      hidesTitle: ({ kind }) => kind === 'number',
    })
    return [...panels.values(), page]
  })
  return [dataView(), ...objects].map((object) => ({ ...object, ...versionOf(object) }))
}

function versionOf({ type }: SavedObject) {
  return type === 'lens' ? {} : { migrationVersion: { [type]: VERSIONS[type] } }
}

function panelObject(panel: Panel): SavedObject {
  const id = `bellwether-classic-${panel.id}`
  return panel.kind === 'records' ? savedSearch(id, panel) : visualization(id, panel)
}

function visualization(id: string, panel: Exclude<Panel, RecordsPanel>): SavedObject {
  const { type, params, aggs, sortColumn } = visStateOf(panel)
  const title = objectTitle(panel.title)
  const sort = { columnIndex: sortColumn, direction: 'desc' }
  const uiState = sortColumn === undefined ? {} : { vis: { params: { sort } } }
  const isVega = type === 'vega'
  const source = { query: { query: '', language: 'kuery' }, filter: [] }
  return {
    type: 'visualization',
    id,
    attributes: {
      title,
      description: panel.description ?? '',
      visState: JSON.stringify({ title, type, params, aggs }),
      uiStateJSON: JSON.stringify(uiState),
      version: 1,
      ...(isVega
        ? { kibanaSavedObjectMeta: { searchSourceJSON: JSON.stringify(source) } }
        : searchSource(toKql(panel.only))),
    },
    references: isVega ? [] : [{ id: DATA_VIEW.id, name: SOURCE_REFERENCE, type: 'index-pattern' }],
  }
}

function visStateOf(panel: Exclude<Panel, RecordsPanel>): VisState {
  switch (panel.kind) {
    case 'number': {
      const aggs = classicMetrics([{ ...panel.metric, label: panel.title }])
      return { type: 'metric', params: NUMBER_PARAMS, aggs }
    }
    case 'table': {
      const aggs = [...classicMetrics(panel.metrics), classicTerms('9', 'bucket', panel.by, '1')]
      return { type: 'table', params: TABLE_PARAMS, aggs, sortColumn: 1 }
    }
    case 'ranking': {
      const aggs = [...classicMetrics([panel.metric]), classicTerms('9', 'segment', panel.by, '1')]
      const look = { isHorizontal: true, isStacked: false, valueTitle: panel.metric.label }
      const params = chartParams(aggs, { mark: 'histogram', ...look })
      return { type: 'horizontal_bar', params: { ...params, addLegend: false }, aggs }
    }
    case 'time':
      return timeChart(panel)
    case 'share':
      return {
        type: 'vega',
        params: { spec: JSON.stringify(vegaShare(panel), undefined, 2) },
        aggs: [],
      }
    default:
      return panel satisfies never
  }
}

function timeChart({ metrics, by, style, daily = false }: TimePanel): VisState {
  const order = isOrderedByCalls(metrics) ? 'custom' : '1'
  const aggs = [
    ...classicMetrics(metrics),
    // before the time: the same values in every interval
    ...(by === undefined ? [] : [classicTerms('9', 'group', by, order)]),
    classicTime('8', daily),
  ]
  const isStacked = style === 'stacked'
  const mark = isStacked ? 'histogram' : 'line'
  const valueTitle = axisTitle(metrics)
  const params = chartParams(aggs, { mark, isHorizontal: false, isStacked, valueTitle })
  return { type: mark, params, aggs }
}

function axisTitle(metrics: readonly Metric[]): string {
  const [first] = metrics
  if (first?.unit === 'ms') return 'Latency'
  if (first?.unit === 'tokens') return 'Tokens'
  return first?.label ?? ''
}
