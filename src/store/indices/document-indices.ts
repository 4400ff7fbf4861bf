import type { FailureDetails } from '../search-failure.ts'
import type { CurrentDocument, DocumentOutcome, DocumentWrite } from './document-write.ts'
import type { AliasMeta, IndexMeta, IndexSize, IndexState } from './index-meta.ts'

type Json = Readonly<Record<string, unknown>>

/** An outcome that crosses threads: an error thrown there would lose what it says. */
export type Done<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: FailureDetails }

export interface CreateIndex {
  readonly settings?: Json
  readonly mappings?: Json
  readonly aliases?: Json
}

/** One action of `_aliases`, its names and patterns already resolved. */
export type AliasAction =
  | {
      readonly kind: 'add'
      readonly index: string
      readonly alias: string
      readonly meta: AliasMeta
    }
  | { readonly kind: 'remove'; readonly index: string; readonly alias: string }
  | { readonly kind: 'remove_index'; readonly index: string }

export type TemplateKind = 'index' | 'component' | 'legacy'

/** Changes of an index that its columns do not have yet. */
export interface IndexChanges {
  readonly uuid: string
  /** Sequence number up to which the changes go; the columns are at it afterwards. */
  readonly upTo: number
  /** Columns that the rows have values in, with their types in SQL; older ones are not repeated. */
  readonly columns: readonly { readonly name: string; readonly sqlType: string }[]
  readonly rows: readonly IndexRow[]
  /** Rows that were replaced or deleted, with the sequence number of what did it. */
  readonly gone: readonly { readonly row: number; readonly by: number }[]
}

/** A document as the columns take it. */
export interface IndexRow {
  /** Sequence number of the write: the document's id in both engines until it changes. */
  readonly row: number
  readonly id: string
  readonly routing: string | undefined
  readonly version: number
  /** Fields whose value did not fit the mapping. */
  readonly ignored: readonly string[]
  /** By column name; dates in milliseconds. */
  readonly values: Readonly<Record<string, readonly (string | number | boolean)[]>>
}

/**
 * Indices of any JSON documents, with what was set up for them. Everything is on disk when a
 * method returns. Searches see a document once its changes were applied to the columns.
 */
export interface DocumentIndices {
  /** Everything that is set up; undefined when nothing changed since version `known`. */
  state(known?: number): IndexState | undefined
  sizes(): Readonly<Record<string, IndexSize>>
  /** Makes an index; templates that fit its name are applied. */
  createIndex(name: string, given: CreateIndex): Done<IndexMeta>
  deleteIndices(names: readonly string[]): Done<true>
  /** Adds fields to the mapping; what exists may not change its type. */
  putMapping(names: readonly string[], mapping: Json): Done<true>
  /** Settings, nested or flat, with `index.` in front or without; null takes one away. */
  putSettings(names: readonly string[], settings: Json): Done<true>
  setOpen(names: readonly string[], isOpen: boolean): Done<true>
  updateAliases(actions: readonly AliasAction[]): Done<true>
  putTemplate(kind: TemplateKind, name: string, body: Json, create: boolean): Done<true>
  deleteTemplates(kind: TemplateKind, names: readonly string[]): Done<true>
  putPolicy(name: string, policy: Json): Done<true>
  deletePolicy(name: string): Done<true>
  createDataStream(name: string): Done<true>
  deleteDataStreams(names: readonly string[]): Done<true>
  /** Makes the next index of an alias or data stream and lets writes go there. */
  rollover(
    target: string,
    next: string | undefined,
    given: CreateIndex,
  ): Done<{
    readonly oldIndex: string
    readonly newIndex: string
  }>
  /** Notes that an index is written no more, as a rollover does; a second time changes nothing. */
  completeIndex(name: string): Done<true>
  /** Carries out operations in their order; each succeeds or fails by itself. */
  write(operations: readonly DocumentWrite[]): readonly DocumentOutcome[]
  current(index: string, ids: readonly string[]): readonly (CurrentDocument | undefined)[]
  /** Indices (uuid) with changes that their columns do not have. */
  changed(): readonly string[]
  /** The next changes of an index, at most `limit` rows; their words can be found afterwards. */
  changes(uuid: string, limit: number): IndexChanges | undefined
  /**
   * Told when the columns have the changes: documents replaced up to `horizon` are forgotten.
   * Above it readers of an older state may still be at work; undefined: there are none.
   */
  applied(uuid: string, upTo: number, horizon?: number): void
  /**
   * Told after the start where the columns are, per index (uuid) that has some. What they lack is
   * handed out again. Returns those that may stay: others are to be deleted, and are made anew
   * from the changes where the index exists.
   */
  reconcile(columns: readonly (readonly [uuid: string, upTo: number])[]): readonly string[]
  /** Indices (uuid) deleted since the last call, whose columns are to be deleted too. */
  dropped(): readonly string[]
}
