import type { Clock } from '../../kernel/index.ts'

/** The time a tally looks back on: `slots` times `slotMs`. */
export interface TallyWindow {
  readonly slots: number
  readonly slotMs: number
}

/**
 * Counts events of `kinds` kinds (numbered from 0) over a rolling window. Memory is fixed and
 * counting allocates nothing; events are forgotten a slot at a time.
 */
export class RollingTally {
  readonly #kinds: number
  readonly #window: TallyWindow
  readonly #clock: Clock
  /** A row of kinds for each slot; the slot of a number lies at that number modulo `slots`. */
  readonly #cells: Uint32Array
  readonly #sums: Uint32Array
  #total = 0
  /** Number of the newest slot since the clock's zero. */
  #newest: number

  constructor(kinds: number, window: TallyWindow, clock: Clock) {
    this.#kinds = kinds
    this.#window = window
    this.#clock = clock
    this.#cells = new Uint32Array(kinds * window.slots)
    this.#sums = new Uint32Array(kinds)
    this.#newest = Math.floor(clock.monotonicMs() / window.slotMs)
  }

  add(kind: number): void {
    this.#forget()
    this.#cells[(this.#newest % this.#window.slots) * this.#kinds + kind]! += 1
    this.#sums[kind]! += 1
    this.#total += 1
  }

  /** Events of all kinds in the window. */
  get total(): number {
    this.#forget()
    return this.#total
  }

  /** Events of one kind in the window. */
  count(kind: number): number {
    this.#forget()
    return this.#sums[kind] ?? 0
  }

  /** Returns the kind of the event that comes at place `rank`, from 1, when sorted by kind. */
  kindAt(rank: number): number {
    this.#forget()
    let passed = 0
    for (let kind = 0; kind < this.#kinds; kind++) {
      passed += this.#sums[kind]!
      if (passed >= rank) return kind
    }
    return this.#kinds - 1
  }

  clear(): void {
    this.#cells.fill(0)
    this.#sums.fill(0)
    this.#total = 0
  }

  #forget(): void {
    const { slots, slotMs } = this.#window
    const slot = Math.floor(this.#clock.monotonicMs() / slotMs)
    if (slot <= this.#newest) return
    if (slot - this.#newest >= slots) this.clear()
    else for (let old = this.#newest + 1; old <= slot; old++) this.#empty(old % slots)
    this.#newest = slot
  }

  #empty(slot: number): void {
    const start = slot * this.#kinds
    for (let kind = 0; kind < this.#kinds; kind++) {
      const count = this.#cells[start + kind]!
      this.#sums[kind]! -= count
      this.#total -= count
    }
    this.#cells.fill(0, start, start + this.#kinds)
  }
}
