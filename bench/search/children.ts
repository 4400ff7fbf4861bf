import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

const running = new Set<Child>()

/** A process that has not ended so long after it was asked to is killed. */
const END_MS = 40_000
const LOOK_MS = 10

export interface ChildStart {
  /** The program and its arguments; default program: this Node. */
  readonly arguments: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

/** A process started here, which answers in lines. */
export class Child {
  readonly #process: ChildProcess
  readonly #lines: string[] = []
  readonly #closed: Promise<unknown>

  constructor(start: ChildStart) {
    this.#process = spawn(process.execPath, [...start.arguments], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...start.environment },
    })
    this.#closed = once(this.#process, 'close')
    const { stdout } = this.#process
    if (stdout === null) throw new Error('a process was started without output')
    createInterface({ input: stdout }).on('line', (line) => this.#lines.push(line))
    running.add(this)
  }

  /**
   * The next line it prints.
   *
   * @throws Error when it has ended or the time is up
   */
  async line(withinMs: number): Promise<string> {
    const untilMs = performance.now() + withinMs
    for (;;) {
      const line = this.#lines.shift()
      if (line !== undefined) return line
      if (this.#hasEnded()) throw new Error(`${this.#name()} ended before it answered`)
      if (performance.now() > untilMs) throw new Error(`${this.#name()} did not answer in time`)
      await sleep(LOOK_MS)
    }
  }

  /**
   * Waits for its end and returns the lines not read yet.
   *
   * @throws Error when it fails or the time is up
   */
  async finished(withinMs: number): Promise<readonly string[]> {
    const limit = AbortSignal.timeout(withinMs)
    const late = once(limit, 'abort').then(() => this.stop())
    await Promise.race([this.#closed, late])
    running.delete(this)
    if (limit.aborted) throw new Error(`${this.#name()} took longer than ${withinMs} ms`)
    if (this.#process.exitCode !== 0) throw new Error(`${this.#name()} failed`)
    return this.#lines
  }

  /** Asks it to end, waits until it has, and returns the lines not read yet. */
  async stop(): Promise<readonly string[]> {
    running.delete(this)
    if (!this.#hasEnded()) {
      this.#process.kill('SIGTERM')
      const kill = setTimeout(() => this.#process.kill('SIGKILL'), END_MS)
      await this.#closed
      clearTimeout(kill)
    }
    return this.#lines
  }

  #hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null
  }

  #name(): string {
    return this.#process.spawnargs.slice(1).join(' ').slice(0, 200)
  }
}

/** Ends everything that was started here. */
export async function stopChildren(): Promise<void> {
  await Promise.all([...running].map((child) => child.stop()))
}
