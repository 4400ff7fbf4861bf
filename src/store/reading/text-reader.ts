import { setImmediate as nextTurn } from 'node:timers/promises'
import type { StoredDocument } from '../days/text-schema.ts'
import { FieldAnalyzers } from './field-analyzers.ts'
import type { TextProbe } from './filter.ts'
import { type AnswerKey, ProbeCache } from './probe-cache.ts'
import { Relevance, type ScoredRows } from './relevance.ts'
import { difference, unionOf } from './row-union.ts'
import type { TextFile } from './text-file.ts'
import { type NamedFile, TextFiles } from './text-files.ts'
import {
  confirmRows,
  deadlineCheck,
  findCandidates,
  type ProbeContext,
  probeFile,
} from './text-probes.ts'
import { Verdicts } from './verdicts.ts'

/** Rows found per probe; undefined where the text engine cannot tell (the column has to). */
export type ProbeAnswer = readonly (Float64Array | undefined)[]

/** Rows that may match a probe. */
export interface CandidateRows {
  /** Ascending; undefined where the text engine cannot tell. */
  readonly rows: Float64Array | undefined
  /** Whether all of them do match; otherwise `confirm` tells which. */
  readonly areCertain: boolean
}

/** A probe with its text, which equal ones share. */
interface NamedProbe {
  readonly probe: TextProbe
  readonly name: string
}

/** Other calls are served in between when one has worked for so long. */
const TURN_MS = 20

/**
 * Reads words, ids and documents of all parts, each known by its key: a day `YYYY-MM-DD`, or
 * `index:UUID`. Lives in a thread of its own: SQLite blocks.
 */
export class TextReader {
  readonly #files: TextFiles
  readonly #cache = new ProbeCache()
  readonly #analyzers = new FieldAnalyzers()

  constructor({ storeFolder }: { readonly storeFolder: string }) {
    this.#files = new TextFiles(storeFolder)
  }

  /**
   * Answers all probes for each of the parts, in their order.
   *
   * @throws AppError SEARCH_TIMEOUT when it took longer than `timeoutMs`
   */
  probe(
    keys: readonly string[],
    probes: readonly TextProbe[],
    timeoutMs: number,
  ): Promise<readonly ProbeAnswer[]> {
    const check = deadlineCheck(performance.now() + timeoutMs)
    const named = probes.map((probe) => ({ probe, name: JSON.stringify(probe) }))
    return inTurns(keys, (key) => {
      const opened = this.#files.open(key)
      return named.map((one) =>
        opened === undefined ? withoutFile(one.probe) : this.#rows(opened, one, check),
      )
    })
  }

  /**
   * Answers as `probe` does, but leaves out the reading of texts, which may be most of the work:
   * for a search that wants a few rows, or has other conditions for them.
   *
   * @throws AppError SEARCH_TIMEOUT when it took longer than `timeoutMs`
   */
  candidates(
    keys: readonly string[],
    probes: readonly TextProbe[],
    timeoutMs: number,
  ): Promise<readonly (readonly CandidateRows[])[]> {
    const check = deadlineCheck(performance.now() + timeoutMs)
    const named = probes.map((probe) => ({ probe, name: JSON.stringify(probe) }))
    return inTurns(keys, (key) => {
      const opened = this.#files.open(key)
      return named.map((one) =>
        opened === undefined
          ? { rows: withoutFile(one.probe), areCertain: true }
          : this.#candidates(opened, one, check),
      )
    })
  }

  /**
   * Tells which of the candidates match, in the order given; ends once it has found `limit`.
   *
   * @throws AppError SEARCH_TIMEOUT when it took longer than `timeoutMs`
   */
  confirm(
    key: string,
    probe: TextProbe,
    rows: Float64Array,
    options: { readonly timeoutMs: number; readonly limit?: number },
  ): Float64Array {
    const opened = this.#files.open(key)
    if (opened === undefined) return new Float64Array()
    const check = deadlineCheck(performance.now() + options.timeoutMs)
    const known = { file: opened.name, probe: JSON.stringify(probe) }
    return confirmRows(probe, rows, this.#comparing(opened.file, known, check), options.limit)
  }

  /**
   * Relevance of rows that probes found, in their order.
   *
   * @throws AppError SEARCH_TIMEOUT when it took longer than `timeoutMs`
   */
  async scores(
    key: string,
    asked: readonly ScoredRows[],
    timeoutMs: number,
  ): Promise<readonly Float64Array[]> {
    const opened = this.#files.open(key)
    if (opened === undefined) return asked.map(({ rows }) => new Float64Array(rows.length))
    const check = deadlineCheck(performance.now() + timeoutMs)
    const context = this.#context(opened.file, check)
    const relevance = opened.file.atOnce(() => new Relevance(asked, context))
    let file: TextFile | undefined = opened.file
    while (file !== undefined && relevance.work(file, TURN_MS)) {
      await nextTurn()
      file = this.#files.open(key)?.file
    }
    return relevance.scores
  }

  /** What is kept of a day's records besides their columns. */
  documents(key: string, rows: readonly number[]): readonly (StoredDocument | undefined)[] {
    return this.#read(key, rows, (file, row) => file.document(row))
  }

  /** JSON texts of documents of an index. */
  sources(key: string, rows: readonly number[]): readonly (string | undefined)[] {
    return this.#read(key, rows, (file, row) => file.source(row))
  }

  /** See `TextFiles.closeGone`. */
  closeGone(): void {
    this.#files.closeGone()
  }

  close(): void {
    this.#files.close()
  }

  /** Ascending: neighbours lie in the same block. */
  #read<T>(
    key: string,
    rows: readonly number[],
    read: (file: TextFile, row: number) => T | undefined,
  ): readonly (T | undefined)[] {
    const file = this.#files.open(key)?.file
    if (file === undefined) return rows.map(() => undefined)
    const found = new Map<number, T | undefined>()
    for (const row of [...rows].sort((a, b) => a - b)) found.set(row, read(file, row))
    return rows.map((row) => found.get(row))
  }

  #rows(
    { file, name }: NamedFile,
    { probe, name: probeName }: NamedProbe,
    check: () => void,
  ): Float64Array | undefined {
    const known = { file: name, probe: probeName }
    return file.atOnce(() => {
      const version = file.version()
      const cached = this.#cache.get(known, version)
      if (cached !== undefined) return cached
      // a copy is sent to the other thread with all of the memory it lies in
      const rows = probeFile(probe, this.#comparing(file, known, check))?.slice()
      if (rows !== undefined) this.#cache.set(known, version, rows)
      return rows
    })
  }

  #candidates(
    { file, name }: NamedFile,
    { probe, name: probeName }: NamedProbe,
    check: () => void,
  ): CandidateRows {
    return file.atOnce(() => {
      const known = { file: name, probe: probeName }
      const cached = this.#cache.get(known, file.version())
      if (cached !== undefined) return { rows: cached, areCertain: true }
      const found = findCandidates(probe, { file, check })
      if (found === undefined) return { rows: undefined, areCertain: true }
      const { certain, doubtful } = found
      if (doubtful.length === 0) return { rows: certain.slice(), areCertain: true }
      const { matching, others } = new Verdicts(this.#cache, known, file.edition())
      const possible = difference(doubtful, others)
      const areCertain = difference(possible, matching).length === 0
      return { rows: unionOf([certain, possible]).slice(), areCertain }
    })
  }

  /** The context of a probe that texts may have to be compared with. */
  #comparing(file: TextFile, answer: AnswerKey, check: () => void): ProbeContext {
    const verdicts = new Verdicts(this.#cache, answer, file.edition())
    return { ...this.#context(file, check), verdicts }
  }

  #context(file: TextFile, check: () => void): ProbeContext {
    return { file, analyzerOf: (field) => this.#analyzers.of(field), check }
  }
}

/** A part without text file has no words; of ids and fragments its columns know. */
function withoutFile({ kind }: TextProbe): Float64Array | undefined {
  return kind === 'id' || kind === 'substring' ? undefined : new Float64Array()
}

/** Works on the keys one after the other, and lets other calls be served in between. */
async function inTurns<T>(
  keys: readonly string[],
  work: (key: string) => T,
): Promise<readonly T[]> {
  const done: T[] = []
  let startMs = performance.now()
  for (const key of keys) {
    if (performance.now() - startMs > TURN_MS) {
      await nextTurn()
      startMs = performance.now()
    }
    done.push(work(key))
  }
  return done
}
