import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger, loadConfig, systemClock } from '../../src/kernel/index.ts'
import { startLog } from '../../src/server/log.ts'

export interface OwnSearch {
  readonly url: string
  close(): Promise<void>
}

/** Starts store, search API and console of an empty data folder in this process. */
export async function startOwnSearch(): Promise<OwnSearch> {
  const data = mkdtempSync(join(tmpdir(), 'own-search-'))
  const config = loadConfig(undefined, {})
  const listen = { ...config.listen, search: 0, console: 0 }
  const logger = createLogger({ process: 'test', level: 'error' })
  const settings = { config: { ...config, listen }, data, simulated: true }
  const running = await startLog(settings, { clock: systemClock, logger })
  return {
    url: `http://127.0.0.1:${running.ports.search}`,
    async close() {
      await running.stop(5_000)
      rmSync(data, { recursive: true, force: true })
    },
  }
}
