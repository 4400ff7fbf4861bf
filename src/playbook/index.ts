export type { EntrySource } from './replay/journal-tail.ts'
export type { CallsProgress } from './replay/make-calls.ts'
export type { ReplayPlan } from './replay/plan.ts'
export {
  type ReplayOutcome,
  type ReplayTarget,
  runReplay,
} from './replay/run-replay.ts'
export { type Fault, SIMULATION_HEADER, type Simulation } from './replay/simulation.ts'
export { parseTexts } from './replay/texts.ts'
export { parseTraces } from './replay/trace.ts'
