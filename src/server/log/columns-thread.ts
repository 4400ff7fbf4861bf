import { parentPort, workerData } from 'node:worker_threads'
import { serveThread } from '../../kernel/index.ts'
import { ColumnsService } from './columns-service.ts'
import type { ThreadSettings } from './thread-settings.ts'

serveThread(parentPort!, await ColumnsService.open(workerData as ThreadSettings))
