import { setTimeout as sleep } from 'node:timers/promises'
import { ADDED_COLUMNS } from './added-latency.ts'
import type { Plan } from './plan.ts'
import { residentMegabytes } from './processes.ts'
import { STREAMS_COLUMNS } from './streams.ts'
import type { Subject } from './subject.ts'
import { type Row, section } from './table.ts'
import { THROUGHPUT_COLUMNS } from './throughput.ts'

/** A process that has just begun to listen is not done with its start. */
const SETTLED_MS = 1_000

/** The rows of the results page, in the order in which they were measured. */
export class Results {
  readonly #plan: Plan
  readonly #idle: Row[] = []
  readonly calls: Row[] = []
  readonly added: Row[] = []
  readonly streams: Row[] = []
  readonly translatedCalls: Row[] = []
  readonly translatedStreams: Row[] = []
  readonly largeCalls: Row[] = []

  constructor(plan: Plan) {
    this.#plan = plan
  }

  /** Notes what processes take that have just been started. */
  async addIdle(subjects: readonly Subject[]): Promise<void> {
    await sleep(SETTLED_MS)
    for (const { name, process } of subjects) {
      this.#idle.push([name, residentMegabytes(process.pid)])
    }
  }

  /** The sections that have rows. */
  lines(): string[] {
    const { count } = this.#plan.throughput
    const bestOf = `Best of ${count} turns; processor time, of all turns, is only what the process itself used.`
    const turns = this.#plan.rates.map(
      (rate) => `${rate.turns.count} turns of ${rate.turns.ms / 1000} s at ${rate.perSecond}/s`,
    )
    const middleOf = `Quantile through the gateway minus the same without it; the middle of ${turns.join(', ')}.`
    const added = this.added.toSorted((a, b) => Number(a[0]) - Number(b[0]))
    return [
      ...section('Memory before the first call', [], ['process', 'resident MB'], this.#idle),
      ...section('As many calls as it takes, 1 KB', [bestOf], THROUGHPUT_COLUMNS, this.calls),
      ...section('Added latency at a fixed rate, 1 KB', [middleOf], ADDED_COLUMNS, added),
      ...section(
        '500 streams at once, 50 chunks each, 20 ms apart',
        ['Through nothing: processor time and memory are those of the provider.'],
        STREAMS_COLUMNS,
        this.streams,
      ),
      ...section(
        'Translated: callers of Chat Completions, a provider with Messages, 1 KB',
        [TRANSLATED_NOTE],
        THROUGHPUT_COLUMNS,
        this.translatedCalls,
      ),
      ...section('Translated: 500 streams at once', [], STREAMS_COLUMNS, this.translatedStreams),
      ...section(
        'As many calls as it takes, 50 KB and 1 MB',
        [bestOf],
        THROUGHPUT_COLUMNS,
        this.largeCalls,
      ),
    ]
  }
}

const TRANSLATED_NOTE =
  'Beside the same relay with a provider that speaks what the caller speaks, in turn.'
