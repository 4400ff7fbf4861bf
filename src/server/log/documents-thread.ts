import { parentPort, workerData } from 'node:worker_threads'
import { serveThread, systemClock } from '../../kernel/index.ts'
import { DocumentsService } from './documents-service.ts'
import type { ThreadSettings } from './thread-settings.ts'

const { folder } = workerData as ThreadSettings
serveThread(parentPort!, new DocumentsService(folder, systemClock))
