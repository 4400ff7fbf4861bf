import { RANGE } from './dashboard-documents.ts'

export type Json = Readonly<Record<string, unknown>>

/** An object of an export with its strings of JSON parsed. */
export interface SavedObject {
  readonly type: string
  readonly id: string
  readonly attributes: Json
  readonly references: readonly {
    readonly id: string
    readonly name: string
    readonly type: string
  }[]
  readonly migrationVersion?: Readonly<Record<string, string>>
  readonly coreMigrationVersion?: string
  readonly typeMigrationVersion?: string
}

/** A search that a panel asks for. */
export interface PanelSearch {
  readonly panel: string
  readonly body: Json
}

/** The objects of an export, one for each line. */
export function parseNdjson(text: string): readonly SavedObject[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as SavedObject)
}

/**
 * A query in KQL as the clause that Kibana makes of it: of the forms `field >= number` and
 * `field: value`; anything else throws.
 */
export function kqlClause(kql: string): Json {
  if (kql === '') return { match_all: {} }
  const [, field, operator, value] = /^([\w@.]+)(: | >= )(\w+)$/.exec(kql) ?? []
  if (field === undefined || value === undefined) throw new Error(`not understood: ${kql}`)
  const literal = value === 'true' ? true : value === 'false' ? false : value
  const clause =
    operator === ': ' ? { match: { [field]: literal } } : { range: { [field]: { gte: literal } } }
  return { bool: { should: [clause], minimum_should_match: 1 } }
}

/** The query of a panel within the range of time of its dashboard. */
export function panelQuery(kql: string): Json {
  const range = {
    gte: new Date(RANGE.fromMs).toISOString(),
    lte: new Date(RANGE.toMs).toISOString(),
    format: 'strict_date_optional_time',
  }
  return {
    bool: {
      must: [],
      filter: [...(kql === '' ? [] : [kqlClause(kql)]), { range: { '@timestamp': range } }],
      should: [],
      must_not: [],
    },
  }
}

/** A search for buckets as Kibana 8.11 sends it. */
export function aggregationSearch(kql: string, aggs: Json): Json {
  return {
    size: 0,
    track_total_hits: true,
    aggs,
    fields: [{ field: '@timestamp', format: 'date_time' }],
    script_fields: {},
    stored_fields: ['*'],
    runtime_mappings: {},
    _source: { excludes: [] },
    query: panelQuery(kql),
  }
}

/** The search of a list of calls as Discover sends it. */
export function savedSearchBody({ attributes }: SavedObject): Json {
  const sort = (attributes.sort as readonly (readonly [string, string])[]).map(
    ([field, order]) => ({ [field]: { order, unmapped_type: 'boolean' } }),
  )
  const tag = 'kibana-highlighted-field@'
  return {
    track_total_hits: false,
    sort,
    fields: [
      { field: '*', include_unmapped: 'true' },
      { field: '@timestamp', format: 'strict_date_optional_time' },
    ],
    size: 500,
    version: true,
    script_fields: {},
    stored_fields: ['*'],
    runtime_mappings: {},
    _source: false,
    query: panelQuery(queryOf(attributes)),
    highlight: {
      pre_tags: [`@${tag}`],
      post_tags: [`@/${tag}`],
      fields: { '*': {} },
      fragment_size: 2_147_483_647,
    },
  }
}

/** The KQL of an object that searches. */
export function queryOf(attributes: Json): string {
  const meta = attributes.kibanaSavedObjectMeta as { readonly searchSourceJSON: string }
  const source = JSON.parse(meta.searchSourceJSON) as { readonly query: { readonly query: string } }
  return source.query.query
}

/** An interval that suits the range: what Kibana chooses for `auto`. */
export const AUTO_INTERVAL = '1h'
