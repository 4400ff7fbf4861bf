import type { Logger } from '../kernel/index.ts'
import { type FromChild, failureOf, type ToChild } from './child-messages.ts'
import type { Running } from './running.ts'

/**
 * A terminal's Ctrl-C and a service manager's stop reach every process of the server; only the
 * supervisor acts on them and stops its children in order.
 */
const LEFT_TO_SUPERVISOR = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** How often a child tells that its event loop turns. */
export const BEAT_MS = 1_000

/** An orphan ends within this time: whoever starts the data folder anew is waiting for it. */
const ORPHAN_STOP_MS = 5_000

/**
 * Runs a part of the server as a supervised child: it starts with the settings the supervisor
 * sends, takes new ones, beats, and stops when it is told to or when the supervisor is gone.
 */
export function serveChild<Settings>(
  start: (settings: Settings) => Promise<Running<Settings>>,
  logger: Logger,
): void {
  let running: Promise<Running<Settings>> | undefined
  let stopping = false
  const beat = setInterval(() => tell({ kind: 'beat' }), BEAT_MS)

  async function stop(withinMs: number): Promise<void> {
    if (stopping) return
    stopping = true
    try {
      // a start that failed has been told already and left nothing to stop
      const started = await running?.catch(() => undefined)
      await started?.stop(withinMs)
    } catch (error) {
      logger.error({ err: error }, 'stopped with an error')
      process.exitCode = 1
    }
    clearInterval(beat)
    process.exit()
  }

  async function begin(settings: Settings): Promise<void> {
    try {
      running = start(settings)
      tell({ kind: 'ready', ports: (await running).ports })
    } catch (error) {
      running = undefined
      process.send?.({ kind: 'failed', failure: failureOf(error) } satisfies FromChild, () =>
        process.exit(1),
      )
    }
  }

  async function reload(settings: Settings): Promise<void> {
    try {
      const started = await running?.catch(() => undefined)
      started?.reload?.(settings)
    } catch (error) {
      logger.error({ err: error }, 'new settings not taken, the ones before stay in force')
    }
  }

  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'unexpected failure, process ends')
    process.exit(1)
  })
  for (const signal of LEFT_TO_SUPERVISOR) process.on(signal, () => {})
  process.on('disconnect', () => {
    setTimeout(() => process.exit(1), ORPHAN_STOP_MS).unref()
    void stop(ORPHAN_STOP_MS / 2)
  })
  process.on('message', (message: ToChild) => {
    switch (message.kind) {
      case 'start':
        void begin(message.settings as Settings)
        return
      case 'reload':
        void reload(message.settings as Settings)
        return
      case 'stop':
        void stop(message.withinMs)
        return
      default:
        message satisfies never
    }
  })
  tell({ kind: 'beat' })
}

function tell(message: FromChild): void {
  // a channel that just closed is reported by `disconnect`; what could not be told is not missed
  if (process.connected) process.send?.(message, () => {})
}
