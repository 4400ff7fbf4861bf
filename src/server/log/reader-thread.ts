import { parentPort, workerData } from 'node:worker_threads'
import { serveThread } from '../../kernel/index.ts'
import { TextReader } from '../../store/index.ts'
import type { ThreadSettings } from './thread-settings.ts'

const { folder } = workerData as ThreadSettings
serveThread(parentPort!, new TextReader({ storeFolder: folder }))
