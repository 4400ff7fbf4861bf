const MOST_BYTES = 32 << 20
/** Longer ones are not worth their memory. */
const LONGEST_PROBE = 4_096
/** What an answer takes besides its rows. */
const ENTRY_BYTES = 256

interface Entry {
  /** Version of the file that the rows are of. */
  readonly version: number
  readonly rows: Float64Array
}

/** An answer's name: a file that no other one has been, and a probe as text. */
export interface AnswerKey {
  readonly file: string
  readonly probe: string
}

/** Rows found lately, by file and probe; the ones used longest ago go first. */
export class ProbeCache {
  readonly #entries = new Map<string, Entry>()
  #bytes = 0

  get(answer: AnswerKey, version: number): Float64Array | undefined {
    if (answer.probe.length > LONGEST_PROBE) return undefined
    const key = keyOf(answer)
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#remove(key, entry)
    if (entry.version !== version) return undefined
    this.#add(key, entry)
    return entry.rows
  }

  set(answer: AnswerKey, version: number, rows: Float64Array): void {
    if (answer.probe.length > LONGEST_PROBE) return
    const key = keyOf(answer)
    const known = this.#entries.get(key)
    if (known !== undefined) this.#remove(key, known)
    this.#add(key, { version, rows })
    for (const [oldest, entry] of this.#entries) {
      if (this.#bytes <= MOST_BYTES) return
      this.#remove(oldest, entry)
    }
  }

  #add(key: string, entry: Entry): void {
    this.#entries.set(key, entry)
    this.#bytes += sizeOf(key, entry)
  }

  #remove(key: string, entry: Entry): void {
    this.#entries.delete(key)
    this.#bytes -= sizeOf(key, entry)
  }
}

function keyOf({ file, probe }: AnswerKey): string {
  return `${file} ${probe}`
}

function sizeOf(key: string, { rows }: Entry): number {
  return key.length * 2 + rows.byteLength + ENTRY_BYTES
}
