export { DocumentWriter } from './document-writer.ts'
export { elasticRoutes } from './elastic-routes.ts'
export type { Intake } from './intake.ts'
