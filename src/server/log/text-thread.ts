import { parentPort, workerData } from 'node:worker_threads'
import { serveThread } from '../../kernel/index.ts'
import { TextService } from './text-service.ts'
import type { ThreadSettings } from './thread-settings.ts'

serveThread(parentPort!, await TextService.open(workerData as ThreadSettings))
