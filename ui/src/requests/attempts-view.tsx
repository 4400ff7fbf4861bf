import type { CallSource } from '../api/elastic.ts'
import { MISSING } from '../format/formatter.ts'
import { useLanguage } from '../messages/language.tsx'
import { type Attempt, areTelling, readAttempts } from './attempts.ts'
import styles from './attempts-view.module.css'
import { number } from './call-row.ts'

/** The attempts at providers on one axis of time; nothing when the first one just answered. */
export function AttemptsView({ record }: { readonly record: CallSource }) {
  const { messages, format } = useLanguage()
  const attempts = readAttempts(record)
  if (!areTelling(attempts)) return null
  const { title } = messages.detail.attempts
  const ends = attempts.map(({ endMs }) => endMs)
  const totalMs = Math.max(number(record.latency_ms) ?? 0, ...ends)
  return (
    <section aria-label={title}>
      <h3 className={styles.title}>{title}</h3>
      <ol className={styles.attempts}>
        {attempts.map((attempt, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the attempts of a finished call never change
          <AttemptRow key={index} attempt={attempt} place={index + 1} totalMs={totalMs} />
        ))}
      </ol>
      <p className={styles.axis} aria-hidden>
        {[0, 0.5, 1].map((share) => (
          <span key={share}>{format.durationTick(share * totalMs)}</span>
        ))}
      </p>
    </section>
  )
}

interface AttemptRowProps {
  readonly attempt: Attempt
  readonly place: number
  readonly totalMs: number
}

function AttemptRow({ attempt, place, totalMs }: AttemptRowProps) {
  const { messages, format } = useLanguage()
  const { attempts: texts } = messages.detail
  return (
    <li className={styles.attempt}>
      <p className={styles.line}>
        <span>
          <span className={styles.place}>{place}</span>{' '}
          <strong className={styles.target}>{attempt.target ?? MISSING}</strong>
        </span>
        <Ending attempt={attempt} />
        <span className={styles.start}>{texts.after(format.duration(attempt.startMs))}</span>
      </p>
      <Bar attempt={attempt} totalMs={totalMs} />
      <ul className={styles.legend}>
        {attempt.phases.map(({ name, ms }) => (
          <li key={name}>
            <span className={styles.swatch} data-phase={name} aria-hidden />
            {texts.phases[name]} <strong>{format.duration(ms)}</strong>
          </li>
        ))}
      </ul>
    </li>
  )
}

/** Neither good nor bad: nobody waited for these any more. */
const GIVEN_UP_ON = new Set(['hedge_lost', 'caller_left'])

/** How an attempt ended: a mark beside the colour, the status, the error, what came of it. */
function Ending({ attempt }: { readonly attempt: Attempt }) {
  const { decisions } = useLanguage().messages.detail.attempts
  const named: Readonly<Record<string, string | undefined>> = decisions
  const { status, errorType, decision = '' } = attempt
  const state = decision === 'answered' ? 'good' : GIVEN_UP_ON.has(decision) ? 'neutral' : 'bad'
  return (
    <span className={styles.ending} data-state={state}>
      <span className={styles.mark} aria-hidden>
        {{ good: '✓', neutral: '–', bad: '✕' }[state]}
      </span>
      {status === undefined ? null : <strong>{status}</strong>}
      {errorType === undefined ? null : <span>{errorType}</span>}
      {decision === '' ? null : (
        <span className={styles.decision}>{named[decision] ?? decision}</span>
      )}
    </span>
  )
}

function Bar({ attempt, totalMs }: Pick<AttemptRowProps, 'attempt' | 'totalMs'>) {
  const percent = (ms: number) => `${totalMs === 0 ? 0 : (100 * ms) / totalMs}%`
  return (
    <div className={styles.track} aria-hidden>
      <div
        className={styles.bar}
        style={{
          marginLeft: percent(attempt.startMs),
          width: percent(attempt.endMs - attempt.startMs),
        }}
      >
        {attempt.phases.map(({ name, ms }) => (
          <span key={name} className={styles.part} data-phase={name} style={{ flexGrow: ms }} />
        ))}
      </div>
    </div>
  )
}
