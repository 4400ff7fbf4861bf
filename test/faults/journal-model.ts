import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect } from 'vitest'
import {
  type Cursor,
  type Journal,
  type JournalReader,
  openCursor,
  openReader,
} from '../../src/journal/index.ts'
import {
  numbered,
  numberOf,
  openSmallJournal,
  SEGMENT_HEADER_BYTES,
  segmentExtents,
  temporaryFolder,
} from './journal-fixture.ts'

/** What must be true of the journal, as far as commands have told. */
class Model {
  written = 0
  /** Numbers whose entries were confirmed to be on disk. */
  readonly confirmed = new Set<number>()
  /** Numbers that no crash may have taken: all written since the last one. */
  readonly uncertain = new Set<number>()
}

/** The journal, its folder, and a consumer that keeps its place in a store of its own. */
class Real {
  folder = temporaryFolder()
  journal!: Journal
  reader!: JournalReader
  cursor!: Cursor
  /** The consumer's own, transactional memory: survives every crash. */
  readonly consumed: number[] = []
  consumedNext = 0

  async open(): Promise<void> {
    this.journal = await openSmallJournal(this.folder, {
      segmentBytes: 1000,
      memoryBytes: 20_000,
      syncMs: 3,
      readers: ['store'],
    })
    this.cursor = await openCursor(this.folder, 'store')
    this.reader = openReader({ folder: this.folder, position: this.cursor.position })
  }

  async shut(): Promise<void> {
    await this.reader.close()
    await this.journal.close()
  }

  async consume(maxBytes: number): Promise<number> {
    const { entries } = await this.reader.next(maxBytes)
    for (const { position, next, bytes } of entries) {
      if (position < this.consumedNext) continue
      this.consumed.push(numberOf(bytes))
      this.consumedNext = next
    }
    return entries.length
  }
}

type Command = fc.AsyncCommand<Model, Real>

class Write implements Command {
  readonly bytes: number
  readonly confirmed: boolean

  constructor(bytes: number, confirmed: boolean) {
    this.bytes = bytes
    this.confirmed = confirmed
  }

  check(): boolean {
    return true
  }

  async run(model: Model, { journal }: Real): Promise<void> {
    const number = model.written++
    if (!this.confirmed) {
      journal.write(numbered(number, this.bytes))
      return
    }
    const position = await journal.append(numbered(number, this.bytes))
    expect(journal.status().durable).toBeGreaterThan(position)
    for (let known = 0; known <= number; known++) model.confirmed.add(known)
    for (const lost of model.uncertain) model.confirmed.delete(lost)
  }

  toString(): string {
    return `${this.confirmed ? 'append' : 'write'}(${this.bytes})`
  }
}

class Sync implements Command {
  check(): boolean {
    return true
  }

  async run(model: Model, { journal }: Real): Promise<void> {
    await journal.sync()
    expect(journal.status().unsyncedBytes).toBe(0)
    for (let known = 0; known < model.written; known++) {
      if (!model.uncertain.has(known)) model.confirmed.add(known)
    }
  }

  toString(): string {
    return 'sync'
  }
}

class Consume implements Command {
  readonly maxBytes: number
  readonly advance: boolean

  constructor(maxBytes: number, advance: boolean) {
    this.maxBytes = maxBytes
    this.advance = advance
  }

  check(): boolean {
    return true
  }

  async run(_: Model, real: Real): Promise<void> {
    await real.consume(this.maxBytes)
    if (this.advance) await real.cursor.advance(real.reader.position)
  }

  toString(): string {
    return `consume(${this.maxBytes}${this.advance ? ', advance' : ''})`
  }
}

class Reopen implements Command {
  check(): boolean {
    return true
  }

  async run(_: Model, real: Real): Promise<void> {
    await real.shut()
    await real.open()
  }

  toString(): string {
    return 'reopen'
  }
}

class DamageCursor implements Command {
  check(): boolean {
    return true
  }

  async run(_: Model, real: Real): Promise<void> {
    await real.shut()
    const path = join(real.folder, 'cursors', 'store')
    if (readdirSync(join(real.folder, 'cursors')).includes('store')) flip(path, 13)
    await real.open()
  }

  toString(): string {
    return 'damageCursor'
  }
}

/** The process dies, or the machine: then unsynced bytes are cut somewhere, or turned. */
class Crash implements Command {
  readonly kind: 'process' | 'power' | 'power, bytes turned'
  readonly share: number

  constructor(kind: Crash['kind'], share: number) {
    this.kind = kind
    this.share = share
  }

  check(): boolean {
    return true
  }

  async run(model: Model, real: Real): Promise<void> {
    const { durable, end } = real.journal.status()
    const copy = temporaryFolder()
    cpSync(real.folder, copy, { recursive: true })
    await real.shut()
    rmSync(real.folder, { recursive: true })
    real.folder = copy
    if (this.kind !== 'process') {
      const cut = durable + Math.floor((end - durable) * this.share)
      cutAt(copy, cut)
      if (this.kind === 'power, bytes turned' && cut > durable) turnByte(copy, durable, cut)
      for (let number = 0; number < model.written; number++) {
        if (!model.confirmed.has(number)) model.uncertain.add(number)
      }
    }
    await real.open()
  }

  toString(): string {
    return `crash(${this.kind}, ${this.share})`
  }
}

function cutAt(folder: string, position: number): void {
  for (const { base, path } of segmentExtents(folder)) {
    const bytes = readFileSync(path).length
    const kept = Math.max(0, position - base + SEGMENT_HEADER_BYTES)
    if (base > position)
      truncateSync(path, base % 2 === 0 ? 0 : Math.min(bytes, SEGMENT_HEADER_BYTES))
    else if (kept < bytes) truncateSync(path, kept)
  }
}

function turnByte(folder: string, from: number, to: number): void {
  const holding = segmentExtents(folder).findLast(({ base }) => base <= from)
  if (holding === undefined) return
  const offset = from - holding.base + SEGMENT_HEADER_BYTES + Math.floor((to - from) / 2)
  if (offset < readFileSync(holding.path).length) flip(holding.path, offset)
}

function flip(path: string, offset: number): void {
  const bytes = readFileSync(path)
  bytes[offset] = (bytes[offset] ?? 0) ^ 0x10
  writeFileSync(path, bytes)
}

const bytes = fc.integer({ min: 2, max: 400 })
const commands = [
  bytes.map((size) => new Write(size, true)),
  bytes.map((size) => new Write(size, false)),
  bytes.map((size) => new Write(size, false)),
  fc.constant(new Sync()),
  fc
    .tuple(fc.integer({ min: 1, max: 3000 }), fc.boolean())
    .map(([maxBytes, advance]) => new Consume(maxBytes, advance)),
  fc.constant(new Reopen()),
  fc.constant(new DamageCursor()),
  fc
    .tuple(
      fc.constantFrom('process', 'power', 'power, bytes turned'),
      fc.integer({ min: 0, max: 20 }).map((twentieth) => twentieth / 20),
    )
    .map(([kind, share]) => new Crash(kind, share)),
]

/**
 * Runs random commands against a journal and a model of it: whatever happens, what was confirmed
 * is consumed exactly once and in order, and nothing is consumed that was not written.
 */
export async function checkJournalModel(runs: number): Promise<void> {
  const property = fc.asyncProperty(fc.commands(commands, { maxCommands: 60 }), async (list) => {
    const model = new Model()
    const real = new Real()
    try {
      await real.open()
      await fc.asyncModelRun(() => ({ model, real }), list)
      while ((await real.consume(100_000)) > 0);
      verify(model, real)
    } finally {
      await real.shut()
      rmSync(real.folder, { recursive: true })
    }
  })
  await fc.assert(property, { numRuns: runs })
}

function verify(model: Model, { consumed }: Real): void {
  expect(consumed, 'in order, none twice, none changed').toEqual(
    [...new Set(consumed)].sort((left, right) => left - right),
  )
  const seen = new Set(consumed)
  for (let number = 0; number < model.written; number++) {
    const mayBeLost = model.uncertain.has(number) && !model.confirmed.has(number)
    if (!mayBeLost) expect(seen.has(number), `entry ${number} was lost`).toBe(true)
  }
  expect(consumed.every((number) => number < model.written)).toBe(true)
}
