export { createPipeline } from './create-pipeline.ts'
