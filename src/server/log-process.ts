import { createLogger, systemClock } from '../kernel/index.ts'
import { startLog } from './log.ts'
import type { LogSettings } from './log-settings.ts'
import { serveChild } from './serve-child.ts'

const logger = createLogger({ process: 'log', level: 'info' })

serveChild<LogSettings>((settings) => {
  logger.level = settings.config.log_level
  return startLog(settings, { clock: systemClock, logger })
}, logger)
