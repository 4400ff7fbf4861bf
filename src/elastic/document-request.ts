import { illegalArgument } from '../search/index.ts'

export const DOCUMENT_ACTIONS = ['index', 'create', 'update', 'delete'] as const
export type DocumentAction = (typeof DOCUMENT_ACTIONS)[number]

/** One operation on a document, as a client asked for it. */
export interface DocumentRequest {
  readonly action: DocumentAction
  /** Name of an index, alias or data stream. */
  readonly index: string
  /** Undefined when the client leaves the choice of the id to us. */
  readonly id: string | undefined
  /** JSON text of the document, or of the body of an update. */
  readonly source?: string
  readonly routing?: string
  readonly ifSeqNo?: number
  readonly ifPrimaryTerm?: number
  readonly version?: number
  readonly versionType?: 'internal' | 'external' | 'external_gte'
  readonly requireAlias?: boolean
}

type Conditions = Pick<
  DocumentRequest,
  'routing' | 'ifSeqNo' | 'ifPrimaryTerm' | 'version' | 'versionType' | 'requireAlias'
>

/** Names of the conditions of a write, in the URL and in an action line. */
export const CONDITION_NAMES = [
  'routing',
  'if_seq_no',
  'if_primary_term',
  'version',
  'version_type',
  'require_alias',
] as const

/**
 * Reads the conditions of a write.
 *
 * @throws SearchFailure for a value of the wrong form
 */
export function writeConditions(given: Readonly<Record<string, unknown>>): Conditions {
  const number = (name: string) => wholeNumber(given[name], name)
  const [ifSeqNo, ifPrimaryTerm] = [number('if_seq_no'), number('if_primary_term')]
  const version = number('version')
  const versionType = versionTypeOf(given.version_type)
  if ((ifSeqNo === undefined) !== (ifPrimaryTerm === undefined)) {
    throw illegalArgument('Validation Failed: 1: ifSeqNo and ifPrimaryTerm must be set together;')
  }
  const { routing, require_alias: requireAlias } = given
  return {
    ...(routing !== undefined && routing !== null && { routing: String(routing) }),
    ...(ifSeqNo !== undefined && { ifSeqNo }),
    ...(ifPrimaryTerm !== undefined && { ifPrimaryTerm }),
    ...(version !== undefined && { version }),
    ...(versionType !== undefined && { versionType }),
    ...(requireAlias !== undefined && { requireAlias: String(requireAlias) !== 'false' }),
  }
}

function wholeNumber(value: unknown, name: string): number | undefined {
  if (value === undefined || value === null) return undefined
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number
  throw illegalArgument(`Failed to parse long parameter [${name}] with value [${String(value)}]`)
}

function versionTypeOf(value: unknown): Conditions['versionType'] {
  if (value === undefined || value === null) return undefined
  if (value === 'internal' || value === 'external' || value === 'external_gte') return value
  throw illegalArgument(`No version type match [${String(value)}]`)
}
