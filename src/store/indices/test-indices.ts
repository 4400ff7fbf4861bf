import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import type { FailureDetails } from '../search-failure.ts'
import type { Done } from './document-indices.ts'
import type { DocumentOutcome, DocumentWrite } from './document-write.ts'
import type { IndexMeta } from './index-meta.ts'
import { StoredIndices } from './stored-indices.ts'

/** When tests begin. */
export const NOON_MS = Date.UTC(2026, 0, 5, 12)

/** Indices in a folder of their own, made for each test of a file. */
export class TestIndices {
  /** What the clock shows. */
  nowMs = NOON_MS
  #folder = ''
  #indices: StoredIndices | undefined
  readonly #clock = { nowMs: () => this.nowMs, monotonicMs: () => this.nowMs }

  constructor() {
    beforeEach(() => {
      this.nowMs = NOON_MS
      this.#folder = mkdtempSync(join(tmpdir(), 'bellwether-indices-'))
      this.#indices = new StoredIndices(this.#folder, this.#clock)
    })
    afterEach(() => {
      this.indices.close()
      rmSync(this.#folder, { recursive: true })
    })
  }

  get indices(): StoredIndices {
    return this.#indices!
  }

  reopen(): void {
    this.indices.close()
    this.#indices = new StoredIndices(this.#folder, this.#clock)
  }

  meta(name: string): IndexMeta {
    return this.indices.state()!.indices.find((index) => index.name === name)!
  }

  /** Carries out one operation, on index `a` where it names none. */
  write(
    action: DocumentWrite['action'],
    id: string | undefined,
    source?: unknown,
    more: Partial<DocumentWrite> = {},
  ): DocumentOutcome {
    const isText = source === undefined || typeof source === 'string'
    const text = isText ? source : JSON.stringify(source)
    const body = text === undefined ? {} : { source: text }
    return this.indices.write([{ action, index: 'a', id, ...body, ...more }])[0]!
  }
}

export function good<T>(done: Done<T>): T {
  if (!done.ok) throw new Error(done.failure.reason)
  return done.value
}

export function bad(done: Done<unknown>): FailureDetails {
  if (done.ok) throw new Error('was expected to fail')
  return done.failure
}

/** An outcome as status and reason, or as result, version and sequence number. */
export function short(outcome: DocumentOutcome): readonly (string | number)[] {
  return outcome.kind === 'failed'
    ? [outcome.failure.status, outcome.failure.reason]
    : [outcome.kind, outcome.version, outcome.seqNo]
}
