import { parentPort, workerData } from 'node:worker_threads'
import { createLogger, serveThread, systemClock } from '../../kernel/index.ts'
import { RemoteService } from './remote-service.ts'
import type { RemoteSettings } from './remote-settings.ts'

const settings = workerData as RemoteSettings
const logger = createLogger({ process: 'log', level: settings.config.log_level })
serveThread(parentPort!, await RemoteService.open(settings, { clock: systemClock, logger }))
