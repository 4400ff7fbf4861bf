import type { FailureDetails } from '../search-failure.ts'
import type { KnownDocument } from './document-table.ts'
import type { DocumentWrite } from './document-write.ts'
import { PRIMARY_TERM } from './documents-schema.ts'
import type { IndexEntry } from './setup.ts'

const MAX_ID_BYTES = 512

/** What is wrong with an operation whatever the index holds; undefined when nothing is. */
export function requestFault(operation: DocumentWrite): FailureDetails | undefined {
  const { id } = operation
  if (id === '') {
    return refused('illegal_argument_exception', 'if _id is specified it must not be empty')
  }
  const bytes = id === undefined ? 0 : Buffer.byteLength(id)
  const faults = [
    ...(bytes > MAX_ID_BYTES
      ? [`id [${id}] is too long, must be no longer than ${MAX_ID_BYTES} bytes but was: ${bytes}`]
      : []),
    ...versionFaults(operation),
    ...sequenceFaults(operation),
  ]
  if (faults.length === 0) return undefined
  const listed = faults.map((fault, place) => `${place + 1}: ${fault};`).join('')
  return refused('action_request_validation_exception', `Validation Failed: ${listed}`)
}

function* versionFaults({ action, version, versionType }: DocumentWrite): Generator<string> {
  const isExternal = versionType === 'external' || versionType === 'external_gte'
  if (action === 'create' && isExternal) {
    yield 'create operations only support internal versioning. use index instead'
  } else if (action === 'update' && isExternal) {
    yield 'Update requests do not support versioning. Please use `if_seq_no` and `if_primary_term` instead'
  } else if (isExternal && !(Number.isSafeInteger(version) && version! >= 0)) {
    const type = versionType.toUpperCase()
    yield `illegal version value [${version ?? -3}] for version type [${type}]`
  } else if (!isExternal && version !== undefined) {
    yield 'internal versioning can not be used for optimistic concurrency control. Please use `if_seq_no` and `if_primary_term` instead'
  }
}

function* sequenceFaults(operation: DocumentWrite): Generator<string> {
  const { ifSeqNo, ifPrimaryTerm, version } = operation
  if (ifSeqNo === undefined && ifPrimaryTerm === undefined) return
  if (ifSeqNo === undefined) {
    yield `ifSeqNo is unassigned, but primary term is [${ifPrimaryTerm}]`
  } else if (ifPrimaryTerm === undefined || ifPrimaryTerm === 0) {
    yield 'ifSeqNo is set, but primary term is [0]'
  }
  if (version !== undefined) yield 'compare and write operations can not use versioning'
}

/** What keeps an operation from what is known of its id; undefined when nothing does. */
export function conflictOf(
  operation: DocumentWrite,
  id: string,
  known: KnownDocument | undefined,
): FailureDetails | undefined {
  const alive = known?.isDeleted === false ? known : undefined
  const reason =
    sequenceConflict(operation, alive) ?? versionConflict(operation, known, alive !== undefined)
  if (reason === undefined) return undefined
  return {
    type: 'version_conflict_engine_exception',
    reason: `[${id}]: version conflict, ${reason}`,
    status: 409,
    index: operation.index,
  }
}

function sequenceConflict(
  { ifSeqNo, ifPrimaryTerm }: DocumentWrite,
  alive: KnownDocument | undefined,
): string | undefined {
  if (ifSeqNo === undefined) return undefined
  const required = `required seqNo [${ifSeqNo}], primary term [${ifPrimaryTerm}].`
  if (alive === undefined) return `${required} but no document was found`
  if (alive.seq === ifSeqNo && ifPrimaryTerm === PRIMARY_TERM) return undefined
  return `${required} current document has seqNo [${alive.seq}] and primary term [${PRIMARY_TERM}]`
}

function versionConflict(
  { action, version = 0, versionType }: DocumentWrite,
  known: KnownDocument | undefined,
  isAlive: boolean,
): string | undefined {
  if (known === undefined) return undefined
  if (action === 'create' && isAlive) {
    return `document already exists (current version [${known.version}])`
  }
  if (versionType === 'external' && known.version >= version) {
    return `current version [${known.version}] is higher or equal to the one provided [${version}]`
  }
  if (versionType === 'external_gte' && known.version > version) {
    return `current version [${known.version}] is higher than the one provided [${version}]`
  }
  return undefined
}

/** The version that a document has after an operation. */
export function nextVersion(
  { version, versionType }: DocumentWrite,
  known: KnownDocument | undefined,
): number {
  const isExternal = versionType === 'external' || versionType === 'external_gte'
  return isExternal ? (version ?? 1) : (known?.version ?? 0) + 1
}

const BLOCKS = {
  'index.blocks.read_only': ['FORBIDDEN/5/index read-only (api)', 403],
  'index.blocks.write': ['FORBIDDEN/8/index write (api)', 403],
  'index.blocks.metadata': ['FORBIDDEN/9/index metadata (api)', 403],
  'index.blocks.read_only_allow_delete': [
    'TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only-allow-delete block',
    429,
  ],
} as const

type Block = keyof typeof BLOCKS

const BLOCKING: Readonly<Record<'write' | 'setup' | 'delete', readonly Block[]>> = {
  write: ['index.blocks.read_only', 'index.blocks.write', 'index.blocks.read_only_allow_delete'],
  setup: ['index.blocks.read_only', 'index.blocks.metadata', 'index.blocks.read_only_allow_delete'],
  delete: ['index.blocks.read_only', 'index.blocks.metadata'],
}

/** What keeps the documents or the setup of an index from being changed. */
export function blockOf(
  { name, settings }: Pick<IndexEntry, 'name' | 'settings'>,
  what: keyof typeof BLOCKING,
): FailureDetails | undefined {
  const found = BLOCKING[what].filter((block) => settings[block] === 'true')
  if (found.length === 0) return undefined
  const listed = found.map((block) => `[${BLOCKS[block][0]}];`).join('')
  return {
    type: 'cluster_block_exception',
    reason: `index [${name}] blocked by: ${listed}`,
    status: Math.max(...found.map((block) => BLOCKS[block][1])),
    index: name,
  }
}

/** What keeps an index from being written to. */
export function writeFault(entry: IndexEntry): FailureDetails | undefined {
  if (entry.isOpen) return blockOf(entry, 'write')
  return { type: 'index_closed_exception', reason: 'closed', status: 400, index: entry.name }
}

function refused(type: string, reason: string): FailureDetails {
  return { type, reason, status: 400 }
}
