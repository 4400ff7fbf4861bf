import { FIELDS, type FieldDefinition } from '../../src/record/index.ts'
import { type Dashboard, isNumber, type Panel, type RecordsPanel, toKql } from './panel.ts'
import { placed } from './placement.ts'

export const DATA_VIEW = { id: 'holysheep-requests', title: 'holysheep-requests-*' } as const
export const TIME_FIELD = '@timestamp'

interface Reference {
  readonly id: string
  readonly name: string
  readonly type: string
}

/** An object as it stands in a line of an export, less what says which versions it is for. */
export interface SavedObject {
  readonly type: 'dashboard' | 'index-pattern' | 'lens' | 'search' | 'visualization'
  readonly id: string
  readonly attributes: Readonly<Record<string, unknown>>
  readonly references: readonly Reference[]
}

/** The data view of all call records, with units for the fields that have some. */
export function dataView(): SavedObject {
  const formats = Object.entries(FIELDS).flatMap(([name, field]) => {
    const format = fieldFormat(field)
    return format === undefined ? [] : [[name, format]]
  })
  return {
    type: 'index-pattern',
    id: DATA_VIEW.id,
    attributes: {
      title: DATA_VIEW.title,
      timeFieldName: TIME_FIELD,
      fields: '[]',
      fieldFormatMap: JSON.stringify(Object.fromEntries(formats)),
    },
    references: [],
  }
}

function fieldFormat({ unit }: FieldDefinition): object | undefined {
  switch (unit) {
    case 'ms':
      return {
        id: 'duration',
        params: {
          inputFormat: 'milliseconds',
          outputFormat: 'asMilliseconds',
          outputPrecision: 0,
          showSuffix: true,
          useShortSuffix: true,
        },
      }
    case 'USD':
      return { id: 'number', params: { pattern: '$0,0.00[0000]' } }
    case 'bytes':
      return { id: 'bytes' }
    case 'tokens':
      return { id: 'number', params: { pattern: '0,0' } }
    default:
      return undefined
  }
}

/** A list of single calls, as Discover saves it. */
export function savedSearch(id: string, panel: RecordsPanel): SavedObject {
  return {
    type: 'search',
    id,
    attributes: {
      title: objectTitle(panel.title),
      description: panel.description ?? '',
      columns: panel.columns,
      sort: [[panel.sort, 'desc']],
      ...searchSource(toKql(panel.only)),
    },
    references: [{ id: DATA_VIEW.id, name: SOURCE_REFERENCE, type: 'index-pattern' }],
  }
}

export const SOURCE_REFERENCE = 'kibanaSavedObjectMeta.searchSourceJSON.index'

/** The data view, a query in KQL and no filters, as saved objects hold them. */
export function searchSource(query: string) {
  const source = { query: { query, language: 'kuery' }, filter: [], indexRefName: SOURCE_REFERENCE }
  return { kibanaSavedObjectMeta: { searchSourceJSON: JSON.stringify(source) } }
}

/** How an object is named in lists where it stands among those of others. */
export function objectTitle(title: string): string {
  return `Bellwether: ${title}`
}

export interface DashboardParts {
  readonly id: string
  /** The object that a panel shows. */
  readonly objectOf: (panel: Panel) => SavedObject
  /** Name of the reference of a panel to its object. */
  readonly referenceName: (panelId: string) => string
  readonly panelVersion: string
  readonly hidesTitle: (panel: Panel) => boolean
}

/** A dashboard whose panels are objects of their own. */
export function savedDashboard(dashboard: Dashboard, parts: DashboardParts): SavedObject {
  const { id, objectOf, referenceName, panelVersion, hidesTitle } = parts
  const places = placed(dashboard.panels, heightOf)
  const panels = places.map(([panel, place]) => ({
    version: panelVersion,
    type: objectOf(panel).type,
    title: panel.title,
    gridData: { ...place, i: panel.id },
    panelIndex: panel.id,
    panelRefName: `panel_${panel.id}`,
    embeddableConfig: { enhancements: {}, hidePanelTitles: hidesTitle(panel) },
  }))
  const source = { query: { query: '', language: 'kuery' }, filter: [] }
  return {
    type: 'dashboard',
    id,
    attributes: {
      title: objectTitle(dashboard.title),
      description: dashboard.description,
      panelsJSON: JSON.stringify(panels),
      optionsJSON: JSON.stringify({ useMargins: true, hidePanelTitles: false }),
      timeRestore: true,
      timeFrom: `now-${dashboard.from}`,
      timeTo: 'now',
      refreshInterval: { pause: true, value: 0 },
      version: 1,
      kibanaSavedObjectMeta: { searchSourceJSON: JSON.stringify(source) },
    },
    references: dashboard.panels.map((panel) => ({
      id: objectOf(panel).id,
      name: referenceName(panel.id),
      type: objectOf(panel).type,
    })),
  }
}

function heightOf(panel: Panel): number {
  if (panel.kind === 'records') return 18
  return isNumber(panel) ? 7 : 14
}

/** One object on each line. */
export function toNdjson(objects: readonly object[]): string {
  return objects.map((object) => `${JSON.stringify(object)}\n`).join('')
}
