import { createLogger, systemClock } from '../kernel/index.ts'
import { type RelaySettings, startRelay } from './relay.ts'
import { serveChild } from './serve-child.ts'

const logger = createLogger({ process: 'relay', level: 'info' })

serveChild<RelaySettings>((settings) => {
  logger.level = settings.config.log_level
  return startRelay(settings, { clock: systemClock, logger })
}, logger)
