import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { IndexChanges } from './document-indices.ts'
import type { DocumentOutcome, DocumentWrite } from './document-write.ts'
import { documentsFile } from './index-files.ts'
import { StoredIndices } from './stored-indices.ts'

const clock = { nowMs: () => 1000, monotonicMs: () => 0 }
const WORDS = ['alpha', 'beta', 'gamma', 'delta']

interface ModelDocument {
  readonly version: number
  readonly seqNo: number
  /** Undefined: deleted. */
  readonly word: string | undefined
}

/** What an index does, in a few lines: one map, one counter. */
class Model {
  readonly documents = new Map<string, ModelDocument>()
  next = 0

  apply(operation: DocumentWrite): readonly [kind: string, version?: number, seqNo?: number] {
    const id = operation.id!
    const known = this.documents.get(id)
    const alive = known?.word === undefined ? undefined : known
    const { action, ifSeqNo, version, versionType, source = '{}' } = operation
    const body = JSON.parse(source) as { t?: string; doc?: { t: string }; upsert?: { t: string } }
    if (action === 'update') {
      if (alive === undefined && body.upsert === undefined) return ['failed']
      const word = alive === undefined ? body.upsert!.t : body.doc!.t
      if (alive?.word === word) return ['noop', alive.version, alive.seqNo]
      return this.#put(id, word, (known?.version ?? 0) + 1)
    }
    if (ifSeqNo !== undefined && alive?.seqNo !== ifSeqNo) return ['failed']
    if (action === 'create' && alive !== undefined) return ['failed']
    if (versionType === 'external' && known !== undefined && known.version >= version!) {
      return ['failed']
    }
    const next = versionType === 'external' ? version! : (known?.version ?? 0) + 1
    if (action !== 'delete') return this.#put(id, body.t!, next)
    const seqNo = this.next++
    this.documents.set(id, { version: next, seqNo, word: undefined })
    return [alive === undefined ? 'not_found' : 'deleted', next, seqNo]
  }

  #put(id: string, word: string, version: number) {
    const isNew = this.documents.get(id)?.word === undefined
    const seqNo = this.next++
    this.documents.set(id, { version, seqNo, word })
    return [isNew ? 'created' : 'updated', version, seqNo] as const
  }

  /** Word by row of everything alive. */
  alive(): ReadonlyMap<number, string> {
    return new Map(
      [...this.documents.values()].flatMap(({ seqNo, word }) =>
        word === undefined ? [] : [[seqNo, word] as const],
      ),
    )
  }
}

/** The columns as `IndexColumns` keeps them: rows with what made them go, and a position. */
class Columns {
  readonly rows = new Map<number, { id: string; version: number; gone: number | undefined }>()
  upTo = -1

  apply({ upTo, rows, gone }: IndexChanges): void {
    for (const { row, id, version } of rows) {
      if (row > this.upTo) this.rows.set(row, { id, version, gone: undefined })
    }
    for (const { row, by } of gone) {
      const known = this.rows.get(row)
      if (known !== undefined && row <= this.upTo) known.gone ??= by
    }
    this.upTo = Math.max(this.upTo, upTo)
  }

  alive(): readonly number[] {
    return [...this.rows].filter(([, { gone }]) => gone === undefined).map(([row]) => row)
  }
}

type Step =
  | { readonly kind: 'write'; readonly operations: readonly DocumentWrite[] }
  /** A refresh that may stop after any of its steps, as a crash would stop it. */
  | {
      readonly kind: 'refresh'
      readonly limit: number
      readonly until: 'words' | 'columns' | 'end'
    }
  | { readonly kind: 'reopen' }

const id = fc.constantFrom('a', 'b', 'c', 'd')
const word = fc.constantFrom(...WORDS)
const seqNo = fc.integer({ min: 0, max: 12 })

const operation: fc.Arbitrary<DocumentWrite> = fc.oneof(
  fc
    .record({ action: fc.constantFrom('index', 'create'), id, t: word })
    .map(({ action, id, t }) => ({
      action: action as 'index',
      index: 'i',
      id,
      source: JSON.stringify({ t }),
    })),
  fc.record({ id }).map(({ id }) => ({ action: 'delete', index: 'i', id }) as const),
  fc.record({ id, t: word, u: fc.option(word) }).map(({ id, t, u }) => ({
    action: 'update' as const,
    index: 'i',
    id,
    source: JSON.stringify({ doc: { t }, ...(u !== null && { upsert: { t: u } }) }),
  })),
  fc.record({ id, t: word, seqNo }).map(({ id, t, seqNo: ifSeqNo }) => ({
    action: 'index' as const,
    index: 'i',
    id,
    ifSeqNo,
    ifPrimaryTerm: 1,
    source: JSON.stringify({ t }),
  })),
  fc
    .record({ id, t: word, action: fc.constantFrom('index', 'delete'), version: seqNo })
    .map(({ id, t, action, version }) => ({
      action: action as 'index',
      index: 'i',
      id,
      version,
      versionType: 'external' as const,
      source: JSON.stringify({ t }),
    })),
)

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .array(operation, { minLength: 1, maxLength: 6 })
      .map((operations) => ({ kind: 'write' as const, operations })),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('refresh' as const),
      limit: fc.integer({ min: 1, max: 4 }),
      until: fc.constantFrom('words', 'columns', 'end'),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'reopen' as const }) },
)

const short = (outcome: DocumentOutcome) =>
  outcome.kind === 'failed' ? ['failed'] : [outcome.kind, outcome.version, outcome.seqNo]

/** Rows that the word index has for each word. */
function rowsByWord(folder: string, uuid: string): ReadonlyMap<number, string> {
  const database = new DatabaseSync(documentsFile(folder, uuid), { readOnly: true })
  try {
    const mark = database.prepare('SELECT mark FROM totals').get()?.mark
    const find = database.prepare('SELECT rowid FROM words WHERE words MATCH ?')
    return new Map(
      WORDS.flatMap((each) =>
        find.all(`"${String(mark)}${each}"`).map(({ rowid }) => [Number(rowid), each] as const),
      ),
    )
  } finally {
    database.close()
  }
}

function totalsOf(folder: string, uuid: string) {
  const database = new DatabaseSync(documentsFile(folder, uuid), { readOnly: true })
  try {
    const found = database.prepare('SELECT documents, length FROM totals').get()
    return [Number(found?.documents ?? 0), Number(found?.length ?? 0)]
  } finally {
    database.close()
  }
}

it('does what a map with versions does, whatever is written, refreshed, lost and opened again', () => {
  const mappings = { properties: { t: { type: 'text' } } }
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const folder = mkdtempSync(join(tmpdir(), 'bellwether-model-'))
      let indices = new StoredIndices(folder, clock)
      try {
        const created = indices.createIndex('i', { mappings })
        const { uuid } = created.ok ? created.value : expect.fail('no index')
        const model = new Model()
        const columns = new Columns()
        const refresh = (limit: number, until: string) => {
          const changes = indices.changes(uuid, limit)
          if (changes === undefined || until === 'words') return changes
          columns.apply(changes)
          if (until === 'end') indices.applied(uuid, changes.upTo)
          return changes
        }
        for (const each of steps) {
          if (each.kind === 'write') {
            expect(indices.write(each.operations).map(short)).toEqual(
              each.operations.map((one) => model.apply(one)),
            )
          } else if (each.kind === 'refresh') refresh(each.limit, each.until)
          else {
            indices.close()
            indices = new StoredIndices(folder, clock)
            expect(indices.reconcile([[uuid, columns.upTo]])).toEqual([uuid])
          }
        }
        while (refresh(3, 'end') !== undefined);
        const alive = model.alive()
        expect(new Set(columns.alive())).toEqual(new Set(alive.keys()))
        expect(rowsByWord(folder, uuid)).toEqual(alive)
        expect(totalsOf(folder, uuid)).toEqual([alive.size, alive.size])
        expect(indices.sizes()).toMatchObject({ i: { documents: alive.size, deleted: 0 } })
        for (const [id, { version, seqNo, word: t }] of model.documents) {
          const [current] = indices.current('i', [id])
          if (t === undefined) expect(current).toBeUndefined()
          else expect(current).toMatchObject({ version, seqNo, source: `{"t":"${t}"}` })
        }
      } finally {
        indices.close()
        rmSync(folder, { recursive: true })
      }
    }),
    { numRuns: 25 },
  )
}, 120_000)
