import {
  Analysis,
  type DayColumns,
  type DayPart,
  type IndexMeta,
  type IndexPart,
  type IndexState,
  type IndexTable,
  type Part,
} from '../store/index.ts'
import { documentSchema, projectedColumns } from './document-schema.ts'
import { logSourceFields, type SourceFields, sourceFields } from './hit-source-fields.ts'
import type { ResolvedIndex } from './index-resolver.ts'
import { LOG_SCHEMA } from './log-schema.ts'
import type { Schema } from './schema.ts'

/** Sequence numbers, by index uuid, as of which documents are seen. */
export type SeenAsOf = ReadonlyMap<string, number>

/** Keeps documents readable as they are, although they are replaced meanwhile. */
export interface DocumentHolds {
  /** The state in which a search would see the indices (uuids) now; held until it is released. */
  hold(uuids: readonly string[]): Promise<SeenAsOf>
  release(seen: SeenAsOf): Promise<void>
}

/** Where search learns of document indices. */
export interface IndexSource extends DocumentHolds {
  state(): Promise<IndexState>
  /** Tables of the indices that have documents, by uuid. */
  tables(): Promise<ReadonlyMap<string, IndexTable>>
}

/** Parts that a request is compiled for alike. */
export interface PartGroup {
  readonly schema: Schema
  readonly parts: readonly Part[]
  /** Queries of aliases: only what satisfies one of them is seen; empty for everything. */
  readonly filters: readonly unknown[]
  /** The same fields as the documents hold them. */
  readonly sources: SourceFields
  /** The document index that it is; undefined for logs. */
  readonly index?: IndexMeta
}

/** What is made from a mapping. */
interface Made {
  readonly version: number
  readonly schema: Schema
  sources?: SourceFields
}

/** Turns indices into the parts a search reads, grouped by their fields. */
export class SearchedParts {
  /** By uuid; made anew when the mapping has changed. */
  readonly #schemas = new Map<string, Made>()

  /** At least one group, so that a request is checked even where there is nothing to search. */
  groups(
    indices: readonly ResolvedIndex[],
    tables: ReadonlyMap<string, IndexTable>,
    asOf: SeenAsOf,
  ): readonly PartGroup[] {
    const groups: PartGroup[] = []
    const logs = indices.filter((index) => index.kind === 'log')
    const byFilters = Map.groupBy(logs, ({ filters }) => JSON.stringify(filters))
    for (const alike of byFilters.values()) {
      const parts = dayParts(alike.map(({ entry }) => entry))
      groups.push(logGroup(parts, alike[0]!.filters))
    }
    for (const index of indices) {
      if (index.kind !== 'documents') continue
      const { meta, filters } = index
      const table = tables.get(meta.uuid)
      const parts = table === undefined ? [] : [indexPart(meta, table, asOf)]
      groups.push(this.#documentGroup(meta, parts, filters))
    }
    return groups.length > 0 ? groups : [logGroup([], [])]
  }

  /** The fields of a document index. */
  schemaOf(meta: IndexMeta): Schema {
    return this.#made(meta).schema
  }

  #documentGroup(meta: IndexMeta, parts: readonly Part[], filters: readonly unknown[]): PartGroup {
    const made = this.#made(meta)
    return {
      schema: made.schema,
      parts,
      filters,
      index: meta,
      get sources() {
        made.sources ??= sourceFields(
          fieldsByName(meta),
          new Analysis(analysisSettings(meta.settings)),
        )
        return made.sources
      },
    }
  }

  #made(meta: IndexMeta): Made {
    const { uuid, mappingVersion: version, settings } = meta
    const known = this.#schemas.get(uuid)
    if (known?.version === version) return known
    const made = {
      version,
      schema: documentSchema(fieldsByName(meta), analysisSettings(settings)),
    }
    this.#schemas.set(uuid, made)
    return made
  }
}

function logGroup(parts: readonly DayPart[], filters: readonly unknown[]): PartGroup {
  return {
    schema: LOG_SCHEMA,
    parts,
    filters,
    get sources() {
      return logSourceFields()
    },
  }
}

function fieldsByName({ fields }: IndexMeta) {
  return new Map(fields.map((field) => [field.name, field]))
}

/** The settings that define analyzers; lists as the JSON texts that they are read from. */
function analysisSettings(settings: IndexMeta['settings']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(settings)
      .filter(([name]) => name.startsWith('index.analysis.') || name === 'index.max_ngram_diff')
      .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  )
}

function indexPart(meta: IndexMeta, table: IndexTable, asOf: SeenAsOf): IndexPart {
  const present = new Set(table.columns)
  const missing = projectedColumns(meta.fields).filter(({ name }) => !present.has(name))
  const seen = asOf.get(meta.uuid)
  return {
    kind: 'index',
    name: meta.name,
    table,
    missing,
    ...(seen !== undefined && { asOf: seen }),
  }
}

/** The days of the indices with the prefixes that are searched in each. */
function dayParts(
  entries: readonly { readonly prefix: string; readonly day: DayColumns }[],
): readonly DayPart[] {
  return [...Map.groupBy(entries, ({ day }) => day)].map(([columns, ofDay]) =>
    ofDay.length === columns.prefixes.length
      ? { kind: 'day', columns }
      : { kind: 'day', columns, prefixes: ofDay.map(({ prefix }) => prefix) },
  )
}
