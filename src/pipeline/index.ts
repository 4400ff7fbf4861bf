export { createPipeline } from './create-pipeline.ts'
export type { PriceOf } from './processors/cost.ts'
