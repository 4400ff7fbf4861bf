import { pino } from 'pino'

export type { Logger } from 'pino'

export interface LoggerSettings {
  readonly process: string
  readonly level: string
}

/**
 * Creates the process's own logger: JSON lines on standard error, so that standard output stays
 * free for what a command answers.
 */
export function createLogger(settings: LoggerSettings) {
  return pino(
    {
      level: settings.level,
      base: { process: settings.process, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: ['*.authorization', '*.api_key', '*.apiKey', 'authorization', 'apiKey'] },
    },
    pino.destination({ dest: 2, sync: true }),
  )
}
