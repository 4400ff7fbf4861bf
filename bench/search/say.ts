const startedMs = performance.now()

/** Tells whoever waits what is being done, on standard error. */
export function say(what: string): void {
  const seconds = Math.round((performance.now() - startedMs) / 1000)
  process.stderr.write(`${seconds} s: ${what}\n`)
}
