import { isLogIndex } from './pass-through-rules.ts'

/** A write to a log index, as it is handed to the journal. */
export interface JournalWrite {
  readonly action: 'create' | 'index'
  readonly index: string
  readonly id: string | undefined
  readonly source: Readonly<Record<string, unknown>>
}

/** One operation of a bulk request. */
export type BulkPart =
  | { readonly kind: 'journal'; readonly write: JournalWrite }
  | { readonly kind: 'cluster'; readonly lines: string }
  | {
      readonly kind: 'unreadable'
      readonly action: string
      readonly index: string
      readonly id: string | undefined
    }

/**
 * Tells which operations of a bulk request write to log indices; those go by way of the journal,
 * the others to the cluster. Undefined for a request that is malformed: the cluster says how.
 */
export function splitBulk(
  text: string,
  defaultIndex: string | undefined,
): readonly BulkPart[] | undefined {
  if (!text.endsWith('\n')) return undefined
  const lines = text.split('\n')
  const parts: BulkPart[] = []
  for (let place = 0; place < lines.length; place++) {
    const line = lines[place]!
    if (line.trim() === '') continue
    const action = readAction(line)
    if (action === undefined) return undefined
    if (action.name === 'delete') {
      parts.push({ kind: 'cluster', lines: `${line}\n` })
      continue
    }
    const source = lines[++place]
    if (source === undefined || source.trim() === '') return undefined
    parts.push(partOf(action, line, source, defaultIndex))
  }
  return parts.length === 0 ? undefined : parts
}

interface Action {
  readonly name: string
  readonly index: string | undefined
  readonly id: string | undefined
}

function readAction(line: string): Action | undefined {
  const parsed = parsedObject(line)
  const [entry, second] = Object.entries(parsed ?? {})
  if (entry === undefined || second !== undefined) return undefined
  const [name, metadata] = entry
  if (typeof metadata !== 'object' || metadata === null) return undefined
  const { _index: index, _id: id } = metadata as Readonly<Record<string, unknown>>
  return {
    name,
    index: typeof index === 'string' ? index : undefined,
    id: id === undefined || id === null ? undefined : String(id),
  }
}

function partOf(
  { name, index: given, id }: Action,
  line: string,
  text: string,
  defaultIndex: string | undefined,
): BulkPart {
  const index = given ?? defaultIndex ?? ''
  if ((name !== 'create' && name !== 'index') || !isLogIndex(index)) {
    return { kind: 'cluster', lines: `${line}\n${text}\n` }
  }
  const source = parsedObject(text)
  return source === undefined
    ? { kind: 'unreadable', action: name, index, id }
    : { kind: 'journal', write: { action: name, index, id, source } }
}

function parsedObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Readonly<Record<string, unknown>>)
      : undefined
  } catch {
    return undefined
  }
}
