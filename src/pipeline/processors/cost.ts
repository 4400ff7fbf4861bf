import type { CallRecord } from '../../record/index.ts'
import { type PipelineEvent, type Processor, withFields } from '../pipeline-event.ts'

/** Prices a call in whole nano-USD; undefined when the model has no price. */
export type PriceOf = (
  provider: string | undefined,
  model: string,
  usage: CallRecord,
) => number | undefined

const NANO = 1e9

/** Makes the processor that prices documents which came without a cost but with tokens. */
export function createCost(priceOf: PriceOf): Processor {
  return {
    name: 'cost',
    process(event: PipelineEvent) {
      const { record, document } = event
      if (document === undefined) return event
      if (record.cost_usd !== undefined) {
        return withFields(event, {
          cost_usd: Math.round(record.cost_usd * NANO) / NANO,
          cost_status: record.cost_status ?? 'given',
        })
      }
      if (record.model === undefined || record.prompt_tokens === undefined) return event
      const nanoUsd = priceOf(record.provider, record.model, record)
      return nanoUsd === undefined
        ? withFields(event, { cost_status: 'unpriced' })
        : withFields(event, { cost_usd: nanoUsd / NANO, cost_status: 'priced' })
    },
  }
}
