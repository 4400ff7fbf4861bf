export { Analysis } from './analysis/analysis.ts'
export type { Analyzer, Token } from './analysis/analyzer.ts'
export { linearPattern } from './analysis/linear-pattern.ts'
export { addUnits, type CalendarUnit, startOf, UNIT_MS } from './dates/calendar.ts'
export { type DateFormat, DEFAULT_DATE_FORMAT, dateFormat } from './dates/date-format.ts'
export { type DateMathOptions, parseDate } from './dates/date-math.ts'
export { localToUtc, type TimeZone, timeZone, UTC, zoneChanges } from './dates/time-zone.ts'
export type { BatchEntry, JournalId } from './days/batch.ts'
export { isDay, textFile } from './days/day-files.ts'
export type {
  AliasAction,
  CreateIndex,
  DocumentIndices,
  Done,
  IndexChanges,
  TemplateKind,
} from './indices/document-indices.ts'
export type { CurrentDocument, DocumentOutcome, DocumentWrite } from './indices/document-write.ts'
export { IndexColumns } from './indices/index-columns.ts'
export { documentsFile } from './indices/index-files.ts'
export type {
  AliasMeta,
  DataStreamMeta,
  IndexMeta,
  IndexSize,
  IndexState,
  PolicyMeta,
  Settings,
} from './indices/index-meta.ts'
export {
  checkTemplate,
  composeTemplate,
  planIndex,
  type TemplateSet,
  templateFor,
} from './indices/index-templates.ts'
export { type RestoredIndex, StoredIndices } from './indices/stored-indices.ts'
export { parseTemplate } from './indices/template-body.ts'
export { parseLossless, plainNumber } from './lossless-json.ts'
export { fieldReader } from './mapping/field-reader.ts'
export { FLATTENED_SEPARATOR } from './mapping/flattened-value.ts'
export { Mapping } from './mapping/index-mapping.ts'
export type { MappedField, TextField, ValueType } from './mapping/mapped-field.ts'
export { mappingSettings } from './mapping/mapping-settings.ts'
export {
  FORM_END,
  FORM_START,
  POSITION,
} from './mapping/nested-text.ts'
export { ipDigits, ipText } from './mapping/values/ip-value.ts'
export { wordMatcher } from './patterns/word-matcher.ts'
export * from './reading/index.ts'
export {
  type FailureDetails,
  illegalArgument,
  parsingFailure,
  SearchFailure,
} from './search-failure.ts'
export type { AwsKeys } from './snapshot/aws-signature.ts'
export { BucketObjects } from './snapshot/bucket-objects.ts'
export { FolderObjects } from './snapshot/folder-objects.ts'
export { HeldColumns, type PrefixCount } from './snapshot/held-columns.ts'
export { type DayPosition, HeldFile } from './snapshot/held-file.ts'
export type { ObjectStore } from './snapshot/object-store.ts'
export {
  placeColumns,
  placeText,
  prepareColumns,
  prepareText,
  type RestoredPositions,
  restoringFiles,
} from './snapshot/restored-day.ts'
export {
  type GlobalState,
  REPOSITORY_FORMAT,
  type SnapshotDay,
  type SnapshotFile,
  type SnapshotIndex,
  type SnapshotManifest,
} from './snapshot/snapshot-manifest.ts'
export { SnapshotRepository } from './snapshot/snapshot-repository.ts'
export { ColumnStore } from './writing/column-store.ts'
export { ColumnsWriter } from './writing/columns-writer.ts'
export {
  type ErasedRows,
  eraseColumns,
  finishErasing,
  otherPrefixes,
  unfinishedErasures,
} from './writing/erase-columns.ts'
export { type DayEntry, type DayState, Manifest } from './writing/manifest.ts'
export { RejectedEntries, type RejectedEntry } from './writing/rejected-entries.ts'
export {
  copySorted,
  dropColumns,
  replaceColumns,
  type SealedColumns,
} from './writing/seal-columns.ts'
export { type TextRow, textRows } from './writing/text-row.ts'
export { TextWriter } from './writing/text-writer.ts'
