export { adminRoutes } from './cluster-admin-routes.ts'
export { DocumentWriter } from './document-writer.ts'
export { elasticRoutes, mountRoutes } from './elastic-routes.ts'
export { errorAnswer } from './error-answer.ts'
export { IndexCatalog } from './index-catalog.ts'
export type { Indices } from './indices.ts'
export type { Intake } from './intake.ts'
export { type LifecycleStep, lifecycleDue } from './lifecycle-due.ts'
export { answerType } from './media-type.ts'
export { readBody } from './request-body.ts'
export type {
  RepositoryMeta,
  RestoreRequest,
  SnapshotContent,
  SnapshotRequest,
  SnapshotSize,
  Snapshots,
  SnapshotView,
} from './snapshots.ts'
