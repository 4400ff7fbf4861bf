export { ATTEMPT_FIELDS, type AttemptField } from './attempt-fields.ts'
export {
  CALL_INDEX_PREFIX,
  CALL_TYPE,
  type CallRecord,
  dayOf,
  indexName,
  type Outcome,
} from './call-record.ts'
export {
  decodeEntry,
  encodeEntry,
  entryKind,
  type IncomingDocument,
  type JournalEntry,
} from './entry.ts'
export {
  FIELD_NAMES,
  FIELDS,
  type FieldDefinition,
  type FieldName,
  type FieldType,
  fieldDefinition,
  isColumn,
} from './fields.ts'
export { elasticProperties, recordPage } from './mapping.ts'
export { createRequestId } from './request-id.ts'
export type { Pipeline, Processed, StoredRecord } from './stored-record.ts'
