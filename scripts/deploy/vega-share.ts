import { groupName, type SharePanel, toClause } from './panel.ts'
import { DATA_VIEW, TIME_FIELD } from './saved-object.ts'

const SCHEMA = 'https://vega.github.io/schema/vega-lite/v5.json'
const SHARE = 'datum.matching.doc_count / datum.doc_count'

/** The share of calls a condition holds for, as a Vega-Lite specification with its own search. */
export function vegaShare(panel: SharePanel): object {
  const matching = { matching: { filter: toClause(panel.of) } }
  if (panel.view === 'number' || panel.by === undefined) return shareNumber(matching)
  const terms = { field: groupName(panel.by.field), size: panel.by.size }
  if (panel.view === 'ranking') {
    const body = { size: 0, aggs: { groups: { terms, aggs: matching } } }
    return shareRanking(panel.label, panel.by.label, body)
  }
  const histogram = {
    field: TIME_FIELD,
    fixed_interval: { '%autointerval%': true },
    min_doc_count: 1,
  }
  const time = { date_histogram: histogram, aggs: matching }
  const body = { size: 0, aggs: { groups: { terms, aggs: { time } } } }
  return shareOverTime(panel.label, panel.by.label, body)
}

function data(body: object, property: string) {
  const context = { '%context%': true, '%timefield%': TIME_FIELD }
  return { url: { ...context, index: DATA_VIEW.title, body }, format: { property } }
}

function shareNumber(matching: object): object {
  const body = { size: 0, aggs: { all: { filter: { match_all: {} } }, ...matching } }
  const share = 'datum.all.doc_count > 0 ? datum.matching.doc_count / datum.all.doc_count : 0'
  return {
    $schema: SCHEMA,
    data: data(body, 'aggregations'),
    transform: [{ calculate: share, as: 'share' }],
    mark: { type: 'text', fontSize: 36, fontWeight: 'bold' },
    encoding: { text: { field: 'share', type: 'quantitative', format: '.2%' } },
    config: { view: { stroke: null } },
  }
}

function shareRanking(label: string, groupLabel: string, body: object): object {
  const tooltip = [
    { field: 'key', title: groupLabel },
    { field: 'share', type: 'quantitative', format: '.2%', title: label },
    { field: 'doc_count', type: 'quantitative', title: 'Calls' },
  ]
  return {
    $schema: SCHEMA,
    data: data(body, 'aggregations.groups.buckets'),
    transform: [{ calculate: SHARE, as: 'share' }],
    mark: { type: 'bar' },
    encoding: {
      y: { field: 'key', type: 'nominal', sort: '-x', title: null },
      x: { field: 'share', type: 'quantitative', axis: { format: '.1%' }, title: label },
      tooltip,
    },
  }
}

function shareOverTime(label: string, groupLabel: string, body: object): object {
  const tooltip = [
    { field: 'time', type: 'temporal', title: 'Time', format: '%Y-%m-%d %H:%M' },
    { field: 'key', title: groupLabel },
    { field: 'share', type: 'quantitative', format: '.2%', title: label },
  ]
  return {
    $schema: SCHEMA,
    data: data(body, 'aggregations.groups.buckets'),
    transform: [
      { flatten: ['time.buckets'], as: ['bucket'] },
      { calculate: 'datum.bucket.key', as: 'time' },
      { calculate: 'datum.bucket.matching.doc_count / datum.bucket.doc_count', as: 'share' },
    ],
    mark: { type: 'line', point: true },
    encoding: {
      x: { field: 'time', type: 'temporal', title: null },
      y: { field: 'share', type: 'quantitative', axis: { format: '.1%' }, title: label },
      color: { field: 'key', type: 'nominal', title: groupLabel },
      tooltip,
    },
  }
}
