import type { MappedField } from '../mapping/mapped-field.ts'

type Json = Readonly<Record<string, unknown>>

/**
 * Settings of an index, flat, with `index.` in front, every value as text or a list of texts:
 * `{"index.number_of_shards": "1", "index.analysis.analyzer.x.filter": ["lowercase"]}`.
 */
export type Settings = Readonly<Record<string, string | readonly string[]>>

/** An alias of an index, as `_aliases` takes it. */
export interface AliasMeta {
  readonly filter?: Json
  readonly index_routing?: string
  readonly search_routing?: string
  readonly is_write_index?: boolean
  readonly is_hidden?: boolean
}

/** All that is known of an index besides its documents. */
export interface IndexMeta {
  readonly name: string
  /** 22 URL-safe characters; never given again. */
  readonly uuid: string
  readonly createdMs: number
  /** When another took its place at an alias or in its data stream, for the first time. */
  readonly rolledOverMs?: number
  /** What was set, and the numbers of shards and replicas; name, id and creation are not repeated. */
  readonly settings: Settings
  /** As `GET _mapping` answers it. Grows with the documents. */
  readonly mappings: Json
  /** The same, compiled: every field with its number. */
  readonly fields: readonly MappedField[]
  readonly aliases: Readonly<Record<string, AliasMeta>>
  readonly isOpen: boolean
  /** Data stream that it is a backing index of. */
  readonly dataStream?: string
  /** Changes with the mapping; whoever keeps something made from it asks again. */
  readonly mappingVersion: number
}

/** An index with the size it has now. */
export interface IndexSize {
  readonly documents: number
  readonly deleted: number
  readonly bytes: number
}

/** A data stream; the last of its indices is written to. */
export interface DataStreamMeta {
  readonly name: string
  readonly timestampField: string
  readonly indices: readonly string[]
  readonly generation: number
  readonly template: string
  readonly isHidden: boolean
}

export interface PolicyMeta {
  /** The `policy` object as it was put. */
  readonly policy: Json
  readonly version: number
  readonly modifiedMs: number
}

/** Everything that was set up, as of `version`. */
export interface IndexState {
  readonly version: number
  readonly indices: readonly IndexMeta[]
  /** Composable templates (`_index_template`) as they were put. */
  readonly templates: Readonly<Record<string, Json>>
  readonly componentTemplates: Readonly<Record<string, Json>>
  /** `_template` of old. */
  readonly legacyTemplates: Readonly<Record<string, Json>>
  /** Lifecycle policies by name. */
  readonly policies: Readonly<Record<string, PolicyMeta>>
  readonly dataStreams: readonly DataStreamMeta[]
  /** Aliases of log indices, which are made of records and have no entry of their own. */
  readonly logAliases: Readonly<Record<string, Readonly<Record<string, AliasMeta>>>>
}
