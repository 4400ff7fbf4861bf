import type { DuckDBConnection } from '@duckdb/node-api'
import { AppError } from '../../kernel/index.ts'

/** Searches beyond these would only make each other late. */
const MAX_WAITING = 512

const INTERRUPT_AGAIN_MS = 5

/**
 * Hands out connections, one statement at a time each. A connection on which anything failed is
 * closed and never used again, so that nothing of one answer can show up in another.
 */
export class ConnectionPool {
  readonly #connect: () => Promise<DuckDBConnection>
  readonly #size: number
  readonly #idle: DuckDBConnection[] = []
  readonly #waiting: (() => void)[] = []
  #busy = 0
  #closed: boolean = false

  constructor(size: number, connect: () => Promise<DuckDBConnection>) {
    this.#size = size
    this.#connect = connect
  }

  /**
   * Runs `action` on a connection of its own and interrupts it at `deadlineMs` (of
   * `performance.now()`).
   *
   * @throws AppError SEARCH_TIMEOUT when the deadline passed, SEARCH_OVERLOADED when too many wait
   */
  async use<T>(
    deadlineMs: number,
    action: (connection: DuckDBConnection) => Promise<T>,
  ): Promise<T> {
    if (this.#busy >= this.#size) await this.#turn(deadlineMs)
    if (this.#closed) throw new AppError('STORE_UNAVAILABLE')
    this.#busy++
    try {
      return await this.#run(deadlineMs, action)
    } finally {
      this.#busy--
      this.#waiting.shift()?.()
    }
  }

  /** Closes idle connections; those in use are closed when they come back. */
  close(): void {
    this.#closed = true
    for (const connection of this.#idle.splice(0)) connection.closeSync()
    for (const wake of this.#waiting.splice(0)) wake()
  }

  async #run<T>(
    deadlineMs: number,
    action: (connection: DuckDBConnection) => Promise<T>,
  ): Promise<T> {
    const leftMs = deadlineMs - performance.now()
    if (leftMs <= 0) throw new AppError('SEARCH_TIMEOUT')
    const connection = this.#idle.pop() ?? (await this.#connect())
    let interrupted = false
    let clean = false
    const interrupt = () => {
      interrupted = true
      connection.interrupt()
      // an interrupt that comes before the engine has begun is forgotten by it
      timer = setTimeout(interrupt, INTERRUPT_AGAIN_MS)
    }
    let timer = setTimeout(interrupt, leftMs)
    try {
      const result = await action(connection)
      // an interrupt that came with the last row must not hit the next statement
      clean = !interrupted
      return result
    } catch (error) {
      throw interrupted ? new AppError('SEARCH_TIMEOUT', {}, error) : error
    } finally {
      clearTimeout(timer)
      if (clean && !this.#closed) this.#idle.push(connection)
      else connection.closeSync()
    }
  }

  /** Waits until it is this caller's turn; whoever is done wakes the one that came first. */
  #turn(deadlineMs: number): Promise<void> {
    if (this.#waiting.length >= MAX_WAITING) throw new AppError('SEARCH_OVERLOADED')
    return new Promise((resolve, reject) => {
      const wake = () => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(
        () => {
          this.#waiting.splice(this.#waiting.indexOf(wake), 1)
          reject(new AppError('SEARCH_TIMEOUT'))
        },
        Math.max(0, deadlineMs - performance.now()),
      )
      this.#waiting.push(wake)
    })
  }
}
