export { type Clock, systemClock } from './clock.ts'
export {
  configJsonSchema,
  DEFAULT_MODELS,
  loadConfig,
  type ModelTarget,
  needsSimulation,
  publicModels,
  targetsOf,
  withSimulation,
} from './config.ts'
export type { Config } from './config-schema.ts'
export { AppError, ERRORS, type ErrorCode, isAppError, messageOf } from './errors.ts'
export { type FolderLock, lockFolder } from './folder-lock.ts'
export { jsonExcess } from './json-limits.ts'
export { createLogger, type Logger } from './logger.ts'
export { type Remote, remoteThread, serveThread } from './thread-rpc.ts'
