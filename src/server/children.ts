import { setTimeout as sleep } from 'node:timers/promises'
import { type Clock, isAppError, type Logger } from '../kernel/index.ts'
import {
  type ChildDefinition,
  type Ports,
  type SupervisedChild,
  superviseChild,
} from './supervised-child.ts'

const RETRY_MS = 100

/** The supervised processes of one server, by name. */
export class Children {
  readonly #context: { readonly clock: Clock; readonly logger: Logger }
  readonly #onChange: () => void
  readonly #children = new Map<string, SupervisedChild>()

  /** `onChange` is called whenever a process came or went. */
  constructor(context: { readonly clock: Clock; readonly logger: Logger }, onChange: () => void) {
    this.#context = context
    this.#onChange = onChange
  }

  /**
   * Starts a child and resolves with its ports when it is ready. While `retryUntilMs` (monotonic)
   * has not passed, a lock or port that is still held is waited for.
   */
  async start(definition: ChildDefinition, retryUntilMs: number): Promise<Ports> {
    for (;;) {
      const child = superviseChild(definition, { ...this.#context, onChange: this.#onChange })
      this.#children.set(definition.name, child)
      try {
        return await child.ready
      } catch (error) {
        this.#children.delete(definition.name)
        const held = isAppError(error, 'PORT_IN_USE') || isAppError(error, 'JOURNAL_IN_USE')
        if (!held || this.#context.clock.monotonicMs() >= retryUntilMs) throw error
        await sleep(RETRY_MS)
      }
    }
  }

  /** Ids of the processes that run now. */
  get processes(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      [...this.#children.values()].flatMap(({ name, pid }) =>
        pid === undefined ? [] : [[name, pid]],
      ),
    )
  }

  /** Tells a child its settings as they are now, if it was started. */
  reload(name: string): void {
    this.#children.get(name)?.reload()
  }

  /** Stops a child, if it was started, within so many milliseconds. */
  async stop(name: string, withinMs: number): Promise<void> {
    await this.#children.get(name)?.stop(withinMs)
  }
}
