import { createLogger } from '../kernel/index.ts'
import { serveChild } from './serve-child.ts'
import { startSimulator } from './simulator.ts'

serveChild(startSimulator, createLogger({ process: 'simulator', level: 'info' }))
