export type { DiskStatus } from './disk-watch.ts'
export { type Lifecycle, startLifecycle } from './start-lifecycle.ts'
