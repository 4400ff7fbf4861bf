import { setTimeout as sleep } from 'node:timers/promises'

const PAUSE_MS = 20

/**
 * Asks until `find` returns something else than undefined and returns that. An error of `find`
 * ends the wait at once; after `limitMs` the wait fails with `what` was waited for.
 */
export async function pollUntil<T>(
  what: string,
  find: () => T | undefined | Promise<T | undefined>,
  limitMs = 10_000,
): Promise<T> {
  const untilMs = performance.now() + limitMs
  for (;;) {
    const found = await find()
    if (found !== undefined) return found
    if (performance.now() > untilMs) throw new Error(`waited ${limitMs} ms for ${what}`)
    await sleep(PAUSE_MS)
  }
}
