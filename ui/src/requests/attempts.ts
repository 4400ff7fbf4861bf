import type { CallSource } from '../api/elastic.ts'
import { objectsOf } from './bodies/json-value.ts'
import { number, text } from './call-row.ts'

/**
 * `pool`: until a connection was free; `connect`: name, connection and encryption; `wait`: for
 * the first byte; `stream`: the answer; `silent`: no answer came; `until_next`: the same, and the
 * pause before the next attempt, as the record does not tell them apart.
 */
export type AttemptPhaseName = 'pool' | 'connect' | 'wait' | 'stream' | 'silent' | 'until_next'

export interface AttemptPhase {
  readonly name: AttemptPhaseName
  readonly ms: number
}

/** One attempt at a provider. */
export interface Attempt {
  readonly target: string | undefined
  /** After the call's admission. */
  readonly startMs: number
  readonly endMs: number
  /** Add up to its length; those without any length are left out. */
  readonly phases: readonly AttemptPhase[]
  readonly status: number | undefined
  readonly errorType: string | undefined
  /** In the relay's words: `answered`, `fell_back`. */
  readonly decision: string | undefined
}

/** Another attempt follows. */
const GOES_ON: ReadonlySet<string | undefined> = new Set(['retried', 'fell_back'])

/** Longer than any call; a larger number is no time. */
const LONGEST_MS = 86_400_000

/** An attempt as it was recorded: its end is known where it brought something. */
interface Recorded extends Omit<Attempt, 'endMs' | 'phases'> {
  readonly poolMs: number
  readonly connectMs: number
  readonly firstByteMs: number | undefined
  readonly streamMs: number | undefined
}

/** Reads a record's attempts, in the order they began; empty where they are not the relay's. */
export function readAttempts(record: CallSource): readonly Attempt[] {
  const recorded = objectsOf(record.attempts).map(readAttempt)
  const all = recorded.filter((attempt) => attempt !== undefined)
  const latencyMs = time(record.latency_ms) ?? 0
  return all.map((attempt, index) => timed(attempt, all, index, latencyMs))
}

/** Whether the attempts say more than that the first target has answered. */
export function areTelling(attempts: readonly Attempt[]): boolean {
  const [first, second] = attempts
  return second !== undefined || (first !== undefined && first.decision !== 'answered')
}

function readAttempt(attempt: Readonly<Record<string, unknown>>): Recorded | undefined {
  const startMs = time(attempt.start_ms)
  if (startMs === undefined) return undefined
  const { dns_ms: dns, connect_ms: connect, tls_ms: tls, wait_ms: wait } = attempt
  const waitMs = time(wait) ?? 0
  const opening = (time(dns) ?? 0) + (time(connect) ?? 0) + (time(tls) ?? 0)
  const connectMs = Math.min(opening, waitMs)
  return {
    target: text(attempt.target),
    startMs,
    poolMs: waitMs - connectMs,
    connectMs,
    firstByteMs: time(attempt.first_byte_ms),
    streamMs: time(attempt.stream_ms),
    status: number(attempt.status),
    errorType: text(attempt.error_type),
    decision: text(attempt.decision),
  }
}

function timed(
  attempt: Recorded,
  all: readonly Recorded[],
  index: number,
  latencyMs: number,
): Attempt {
  const { poolMs, connectMs, firstByteMs, streamMs, ...rest } = attempt
  const knownMs = firstByteOf(attempt) + (streamMs ?? 0)
  const endMs =
    streamMs === undefined ? Math.max(knownMs, silentUntil(all, index) ?? latencyMs) : knownMs
  const phases: readonly AttemptPhase[] = [
    { name: 'pool', ms: poolMs },
    { name: 'connect', ms: connectMs },
    { name: 'wait', ms: firstByteMs ?? 0 },
    { name: 'stream', ms: streamMs ?? 0 },
    { name: GOES_ON.has(rest.decision) ? 'until_next' : 'silent', ms: endMs - knownMs },
  ]
  return { ...rest, endMs, phases: phases.filter(({ ms }) => ms > 0) }
}

/** When the last thing came that is known of an attempt, stream aside. */
function firstByteOf({ startMs, poolMs, connectMs, firstByteMs }: Recorded): number {
  return startMs + poolMs + connectMs + (firstByteMs ?? 0)
}

/**
 * When an attempt ended that brought nothing: another was faster, or the next one began, at the
 * latest. Undefined when it was the call's last.
 */
function silentUntil(all: readonly Recorded[], index: number): number | undefined {
  const decision = all[index]?.decision
  if (decision === 'hedge_lost') {
    const winner = all.find(
      (other) => other.decision === 'answered' || other.decision === 'broke_off',
    )
    return winner && firstByteOf(winner)
  }
  return GOES_ON.has(decision) ? all[index + 1]?.startMs : undefined
}

function time(value: unknown): number | undefined {
  const ms = number(value)
  return ms !== undefined && ms >= 0 && ms <= LONGEST_MS ? ms : undefined
}
