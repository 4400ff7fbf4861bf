import {
  type LensColumns,
  metricColumn,
  shareColumns,
  termsColumn,
  timeColumn,
} from './lens-columns.ts'
import {
  type Dashboard,
  isNumber,
  isOrderedByCalls,
  type Metric,
  type Panel,
  type RecordsPanel,
  type SharePanel,
  type TimePanel,
  toKql,
} from './panel.ts'
import {
  DATA_VIEW,
  dataView,
  objectTitle,
  type SavedObject,
  savedDashboard,
  savedSearch,
} from './saved-object.ts'

/** The versions that Kibana 8.11 writes; a newer Kibana migrates them up. */
const VERSIONS = {
  dashboard: '8.9.0',
  'index-pattern': '8.0.0',
  lens: '8.9.0',
  search: '7.9.3',
  visualization: '8.5.0',
} as const

const LAYER = 'calls'

interface LensState {
  readonly visualizationType: 'lnsDatatable' | 'lnsMetric' | 'lnsXY'
  readonly columns: LensColumns
  readonly visualization: object
}

/** Saved objects for Kibana 8.11 and newer. */
export function lensObjects(dashboards: readonly Dashboard[]): readonly object[] {
  const objects = dashboards.flatMap((dashboard) => {
    const panels = new Map(dashboard.panels.map((panel) => [panel, panelObject(panel)]))
    const page = savedDashboard(dashboard, {
      id: `bellwether-lens-${dashboard.id}`,
      objectOf: (panel) => panels.get(panel)!,
      referenceName: (panelId) => `${panelId}:panel_${panelId}`,
      panelVersion: '8.11.0',
      // a number of Lens says itself what it is
      hidesTitle: isNumber,
    })
    return [...panels.values(), page]
  })
  return [dataView(), ...objects].map((object) => ({
    ...object,
    coreMigrationVersion: '8.8.0',
    typeMigrationVersion: VERSIONS[object.type],
    managed: false,
  }))
}

function panelObject(panel: Panel): SavedObject {
  const id = `bellwether-lens-${panel.id}`
  return panel.kind === 'records' ? savedSearch(id, panel) : lensObject(id, panel)
}

function lensObject(id: string, panel: Exclude<Panel, RecordsPanel>): SavedObject {
  const { visualizationType, columns, visualization } = stateOf(panel)
  const layer = { columns, columnOrder: columnOrder(columns), incompleteColumns: {}, sampling: 1 }
  return {
    type: 'lens',
    id,
    attributes: {
      title: objectTitle(panel.title),
      description: panel.description ?? '',
      visualizationType,
      state: {
        datasourceStates: { formBased: { layers: { [LAYER]: layer } } },
        visualization,
        query: { query: toKql(panel.only), language: 'kuery' },
        filters: [],
        internalReferences: [],
        adHocDataViews: {},
      },
    },
    references: [
      { id: DATA_VIEW.id, name: `indexpattern-datasource-layer-${LAYER}`, type: 'index-pattern' },
    ],
  }
}

/** Lens wants what splits before what is measured. */
function columnOrder(columns: LensColumns): readonly string[] {
  const names = Object.keys(columns)
  return [
    ...names.filter((name) => columns[name]?.isBucketed === true),
    ...names.filter((name) => columns[name]?.isBucketed !== true),
  ]
}

function stateOf(panel: Exclude<Panel, RecordsPanel>): LensState {
  switch (panel.kind) {
    case 'number':
      return numberState({ metric: metricColumn({ ...panel.metric, label: panel.title }) })
    case 'ranking': {
      const columns = {
        split: termsColumn(panel.by, { columnId: 'metric' }),
        metric: metricColumn(panel.metric),
      }
      return chart(columns, {
        seriesType: 'bar_horizontal',
        xAccessor: 'split',
        metrics: ['metric'],
      })
    }
    case 'table': {
      const metrics = metricColumns(panel.metrics)
      const columns = { split: termsColumn(panel.by, { columnId: 'metric0' }), ...metrics }
      return tableState(columns)
    }
    case 'time':
      return timeState(panel)
    case 'share':
      return shareState(panel)
    default:
      return panel satisfies never
  }
}

function metricColumns(metrics: readonly Metric[]): LensColumns {
  return Object.fromEntries(
    metrics.map((metric, place) => [`metric${place}`, metricColumn(metric)]),
  )
}

function numberState(columns: LensColumns): LensState {
  const visualization = { layerId: LAYER, layerType: 'data', metricAccessor: 'metric' }
  return { visualizationType: 'lnsMetric', columns, visualization }
}

function tableState(columns: LensColumns): LensState {
  return {
    visualizationType: 'lnsDatatable',
    columns,
    visualization: {
      layerId: LAYER,
      layerType: 'data',
      columns: Object.keys(columns).map((columnId) => ({ columnId, isTransposed: false })),
      sorting: { columnId: 'metric0', direction: 'desc' },
      paging: { size: 10, enabled: true },
    },
  }
}

function timeState({ metrics, by, style, daily = false }: TimePanel): LensState {
  const measured = metricColumns(metrics)
  const order = isOrderedByCalls(metrics) ? 'calls' : { columnId: 'metric0' }
  const columns = {
    ...(by !== undefined && { split: termsColumn(by, order) }),
    time: timeColumn(daily),
    ...measured,
  }
  return chart(columns, {
    seriesType: style === 'stacked' ? 'bar_stacked' : 'line',
    xAccessor: 'time',
    metrics: Object.keys(measured),
    ...(by !== undefined && { splitAccessor: 'split' }),
  })
}

function shareState({ view, label, title, of, by }: SharePanel): LensState {
  if (view === 'number' || by === undefined) return numberState(shareColumns('metric', title, of))
  const measured = shareColumns('metric', label, of)
  const split = termsColumn(by, 'calls')
  const shown = { metrics: ['metric'] }
  return view === 'ranking'
    ? chart({ split, ...measured }, { seriesType: 'bar_horizontal', xAccessor: 'split', ...shown })
    : chart(
        { split, time: timeColumn(false), ...measured },
        { seriesType: 'line', xAccessor: 'time', splitAccessor: 'split', ...shown },
      )
}

interface ChartOptions {
  readonly seriesType: 'bar_horizontal' | 'bar_stacked' | 'line'
  readonly xAccessor: string
  readonly metrics: readonly string[]
  readonly splitAccessor?: string
}

function chart(columns: LensColumns, { metrics, ...look }: ChartOptions): LensState {
  const all = { x: true, yLeft: true, yRight: true }
  const isSingle = metrics.length === 1 && look.splitAccessor === undefined
  return {
    visualizationType: 'lnsXY',
    columns,
    visualization: {
      preferredSeriesType: look.seriesType,
      layers: [{ layerId: LAYER, layerType: 'data', accessors: metrics, ...look }],
      legend: { isVisible: !isSingle, position: 'right' },
      valueLabels: look.seriesType === 'bar_horizontal' ? 'show' : 'hide',
      fittingFunction: 'None',
      axisTitlesVisibilitySettings: { ...all, x: false },
      tickLabelsVisibilitySettings: all,
      gridlinesVisibilitySettings: all,
      labelsOrientation: { x: 0, yLeft: 0, yRight: 0 },
    },
  }
}
