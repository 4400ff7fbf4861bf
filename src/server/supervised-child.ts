import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { AppError, type Clock, type Logger } from '../kernel/index.ts'
import { errorOf, type FromChild, type ToChild } from './child-messages.ts'
import { RestartPause } from './restart-pause.ts'

/** Ports a process listens on, by what answers there. */
export type Ports = Readonly<Record<string, number>>

export interface ChildDefinition {
  readonly name: string
  readonly file: URL
  readonly execArgv: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  /**
   * Settings of a start or reload; `ports` are those of the first start, kept for the following
   * ones.
   */
  settings(ports: Ports | undefined): unknown
  /** A child that has not been heard of for so long is killed and started anew. */
  readonly silentAfterMs: number
}

export interface SupervisedChild {
  readonly name: string
  /** Ports of the first start; fails when that start fails. */
  readonly ready: Promise<Ports>
  /** The process that runs now, undefined between two. */
  readonly pid: number | undefined
  /** How often it was started again. */
  readonly restarts: number
  /** Tells it the settings of the definition as they are now; the next start has them anyway. */
  reload(): void
  /** Tells it to stop and waits; a child that takes `withinMs` is killed. */
  stop(withinMs: number): Promise<void>
}

/** How often the supervisor looks for silent children. */
const CHECK_MS = 500

/** A child told to stop within some time is given this much more before it is killed. */
const STOP_MARGIN_MS = 1_000

/** Longer between two looks than this, and it was the supervisor that slept, not the child. */
const OVERSLEPT_MS = 2_500

/**
 * Starts a child process and keeps it running: one that ends is started again (at once, then
 * with growing pauses), one that falls silent is killed first.
 */
export function superviseChild(
  definition: ChildDefinition,
  context: { readonly clock: Clock; readonly logger: Logger; readonly onChange: () => void },
): SupervisedChild {
  return new Supervision(definition, context)
}

class Supervision implements SupervisedChild {
  readonly ready: Promise<Ports>
  restarts = 0
  readonly #definition: ChildDefinition
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #onChange: () => void
  readonly #pause: RestartPause
  readonly #first = Promise.withResolvers<Ports>()
  readonly #stopping = new AbortController()
  readonly #check: NodeJS.Timeout
  #child: ChildProcess | undefined
  #timer: NodeJS.Timeout | undefined
  #ports: Ports | undefined
  #failure: Error | undefined
  #heardMs = 0
  #checkedMs = 0

  constructor(
    definition: ChildDefinition,
    context: { readonly clock: Clock; readonly logger: Logger; readonly onChange: () => void },
  ) {
    this.#definition = definition
    this.#clock = context.clock
    this.#logger = context.logger
    this.#onChange = context.onChange
    this.#pause = new RestartPause(context.clock)
    this.ready = this.#first.promise
    this.#checkedMs = this.#clock.monotonicMs()
    this.#check = setInterval(() => this.#killWhenSilent(), CHECK_MS)
    this.#start()
  }

  get name(): string {
    return this.#definition.name
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  reload(): void {
    if (this.#child === undefined) return
    this.#tell(this.#child, { kind: 'reload', settings: this.#definition.settings(this.#ports) })
  }

  async stop(withinMs: number): Promise<void> {
    this.#stopping.abort()
    clearInterval(this.#check)
    clearTimeout(this.#timer)
    const child = this.#child
    if (child === undefined) return
    const ended = once(child, 'exit')
    const limit = setTimeout(() => {
      this.#logger.warn({ child: this.name, pid: child.pid }, 'child did not stop in time, killed')
      child.kill('SIGKILL')
    }, withinMs)
    this.#tell(child, { kind: 'stop', withinMs: withinMs - STOP_MARGIN_MS })
    await ended
    clearTimeout(limit)
  }

  #start(): void {
    const { file, execArgv, environment, settings } = this.#definition
    const child = fork(file, {
      execArgv: [...execArgv],
      env: { ...environment },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    this.#child = child
    this.#failure = undefined
    this.#heardMs = this.#clock.monotonicMs()
    child.on('message', (message: FromChild) => this.#hear(message))
    child.on('error', (error) => {
      this.#failure = error
      // a process that could not be made has no end of its own
      if (child.pid === undefined) this.#ended(null, null)
    })
    child.on('exit', (code, signal) => this.#ended(code, signal))
    this.#tell(child, { kind: 'start', settings: settings(this.#ports) })
    this.#onChange()
  }

  #tell(child: ChildProcess, message: ToChild): void {
    // a child that is already gone is reported by its exit
    child.send(message, () => {})
  }

  #hear(message: FromChild): void {
    this.#heardMs = this.#clock.monotonicMs()
    switch (message.kind) {
      case 'beat':
        return
      case 'ready':
        this.#ports ??= message.ports
        this.#pause.ready()
        this.#first.resolve(message.ports)
        return
      case 'failed':
        this.#failure = errorOf(message.failure)
        return
      default:
        message satisfies never
    }
  }

  #ended(code: number | null, signal: NodeJS.Signals | null): void {
    this.#child = undefined
    if (this.#stopping.signal.aborted) return
    if (this.#ports === undefined) {
      clearInterval(this.#check)
      this.#first.reject(
        this.#failure ?? new AppError('PROCESS_ENDED', { process: this.name, code, signal }),
      )
      return
    }
    const pauseMs = this.#pause.ended()
    const cause = this.#failure?.message
    this.#logger.warn({ child: this.name, code, signal, cause, pauseMs }, 'child ended, restarting')
    this.restarts++
    this.#timer = setTimeout(() => this.#start(), pauseMs)
    this.#onChange()
  }

  #killWhenSilent(): void {
    const nowMs = this.#clock.monotonicMs()
    const sinceCheckMs = nowMs - this.#checkedMs
    this.#checkedMs = nowMs
    if (sinceCheckMs > OVERSLEPT_MS) {
      this.#heardMs = nowMs
      return
    }
    const silentMs = nowMs - this.#heardMs
    if (this.#child === undefined || silentMs < this.#definition.silentAfterMs) return
    this.#logger.error({ child: this.name, pid: this.#child.pid, silentMs }, 'child silent, killed')
    this.#heardMs = nowMs
    this.#child.kill('SIGKILL')
  }
}
