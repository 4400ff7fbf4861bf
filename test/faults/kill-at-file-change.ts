import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

/**
 * Loaded before everything else, in every thread: kills the process when a thread is about to
 * delete or rename a file of a day for the `KILL_AT`-th time, or right after it did.
 */
const at = Number(process.env.KILL_AT ?? 0)
const isAfter = process.env.KILL_WHEN === 'after'
let calls = 0

function watched<Values extends readonly unknown[], Result>(
  change: (...values: Values) => Result,
): (...values: Values) => Result {
  return (...values) => {
    const isOfDay = /[/]days[/]\d{4}-/.test(String(values[0]))
    const isDue = isOfDay && ++calls === at
    if (isDue && !isAfter) process.kill(process.pid, 'SIGKILL')
    const result = change(...values)
    if (isDue && isAfter) process.kill(process.pid, 'SIGKILL')
    return result
  }
}

if (at > 0) {
  fs.rmSync = watched(fs.rmSync)
  fs.renameSync = watched(fs.renameSync)
  syncBuiltinESMExports()
}
