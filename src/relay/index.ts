export type { CallJournal } from './call-log.ts'
export { createLostCalls } from './lost-calls.ts'
export { createRelay, type Relay } from './relay.ts'
export type { UsagePeriod, UsageRow, UsageSource, UsageStats } from './usage-endpoint.ts'
