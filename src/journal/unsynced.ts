import type { AppError } from '../kernel/index.ts'

interface Waiter {
  readonly end: number
  resolve(): void
  reject(error: AppError): void
}

/**
 * The frames that are not yet known to be on disk, and who waits for them. They are kept because
 * after a failed sync what the file holds is not to be trusted: they are written again from here.
 */
export class Unsynced {
  #durable: number
  #end: number
  #frames: Buffer[] = []
  #waiters: Waiter[] = []

  constructor(position: number) {
    this.#durable = position
    this.#end = position
  }

  /** Position up to which everything is on disk. */
  get durable(): number {
    return this.#durable
  }

  /** Position behind the last frame. */
  get end(): number {
    return this.#end
  }

  get bytes(): number {
    return this.#end - this.#durable
  }

  /** The frames from `durable` to `end`, in order. */
  get frames(): readonly Buffer[] {
    return this.#frames
  }

  push(frame: Buffer): void {
    this.#frames.push(frame)
    this.#end += frame.byteLength
  }

  /** Resolves once everything up to the present end is on disk. */
  wait(): Promise<void> {
    if (this.bytes === 0) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.#waiters.push({ end: this.#end, resolve, reject })
    })
  }

  /** Forgets the frames before `durable` and answers those who wait for them. */
  settle(durable: number): void {
    let frames = 0
    for (let position = this.#durable; position < durable; frames++) {
      position += this.#frames[frames]?.byteLength ?? Number.POSITIVE_INFINITY
    }
    this.#frames.splice(0, frames)
    this.#durable = durable
    const later = this.#waiters.findIndex(({ end }) => end > durable)
    const answered = this.#waiters.splice(0, later === -1 ? this.#waiters.length : later)
    for (const { resolve } of answered) resolve()
  }

  /** Answers all who wait that their entries may be lost. */
  abandon(error: AppError): void {
    for (const { reject } of this.#waiters.splice(0)) reject(error)
  }
}
