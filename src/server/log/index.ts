export { type LogStore, openLogStore } from './log-store.ts'
export { LOG_PROCESS } from './process-options.ts'
