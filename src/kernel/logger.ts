import { pino } from 'pino'

export type { Logger } from 'pino'

export interface LoggerSettings {
  readonly process: string
  readonly level: string
}

/** Lines that cannot be written are kept up to this size, then dropped. */
const MOST_UNWRITTEN_BYTES = 1024 * 1024

/**
 * Creates the process's own logger: JSON lines on standard error, so that standard output stays
 * free for what a command answers.
 */
export function createLogger(settings: LoggerSettings) {
  const destination = pino.destination({ dest: 2, sync: true, maxLength: MOST_UNWRITTEN_BYTES })
  // a log file on a full disk, or a reader that has left, must not end the process
  destination.on('error', () => {})
  return pino(
    {
      level: settings.level,
      base: { process: settings.process, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: ['*.authorization', '*.api_key', '*.apiKey', 'authorization', 'apiKey'] },
    },
    destination,
  )
}
