export { type ElasticEngine, openElasticEngine } from './elastic-engine.ts'
