export type { BatchEntry, JournalId } from './days/batch.ts'
export { isDay } from './days/day-files.ts'
export * from './reading/index.ts'
export { ColumnStore } from './writing/column-store.ts'
export { ColumnsWriter } from './writing/columns-writer.ts'
export { type DayEntry, Manifest } from './writing/manifest.ts'
export { RejectedEntries, type RejectedEntry } from './writing/rejected-entries.ts'
export {
  copySorted,
  dropColumns,
  replaceColumns,
  type SealedColumns,
} from './writing/seal-columns.ts'
export { type TextRow, textRows } from './writing/text-row.ts'
export { TextWriter } from './writing/text-writer.ts'
