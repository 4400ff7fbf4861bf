import { once } from 'node:events'

/** Time a process that runs alone has to end in good order. */
export const STOP_MS = 25_000

const STOPPING = ['SIGINT', 'SIGTERM'] as const

/**
 * Resolves at the first signal to stop. Further ones change nothing: stopping is bounded anyway,
 * and a terminal's Ctrl-C may arrive twice, from the terminal and from a parent process. SIGHUP
 * calls `reload`; without it, SIGHUP stops, too.
 */
export async function stopSignal(reload?: () => void): Promise<void> {
  const signals = reload === undefined ? [...STOPPING, 'SIGHUP'] : STOPPING
  for (const signal of signals) process.on(signal, () => {})
  if (reload !== undefined) process.on('SIGHUP', reload)
  await Promise.race(signals.map((signal) => once(process, signal)))
}
