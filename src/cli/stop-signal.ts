import { once } from 'node:events'

/** Time a process that runs alone has to end in good order. */
export const STOP_MS = 25_000

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Resolves at the first signal to stop. Further ones change nothing: stopping is bounded anyway,
 * and a terminal's Ctrl-C may arrive twice, from the terminal and from a parent process.
 */
export async function stopSignal(): Promise<void> {
  for (const signal of SIGNALS) process.on(signal, () => {})
  await Promise.race(SIGNALS.map((signal) => once(process, signal)))
}
