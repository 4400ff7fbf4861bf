import { Skeleton } from '@mantine/core'
import { useLanguage } from '../messages/language.tsx'
import type { Change } from '../query/period-change.ts'
import styles from './tile.module.css'

interface TileProps {
  readonly label: string
  /** Undefined while it loads. */
  readonly value: string | undefined
  readonly detail?: string | undefined
  /** The same number in the period before; undefined while it loads. */
  readonly before: string | undefined
  readonly change: Change
  /** The change is in percentage points instead of percent. */
  readonly inPoints?: boolean
  /** Direction that is good news; without one a change is neutral. */
  readonly wanted?: 'up' | 'down'
  readonly alarming?: boolean
}

/** One key number. */
export function Tile(props: TileProps) {
  const { label, value, detail, before, alarming } = props
  const { tiles } = useLanguage().messages
  return (
    <div className={styles.tile}>
      <h2 className={styles.label}>{label}</h2>
      {value === undefined ? (
        <Skeleton className={styles.loading} />
      ) : (
        <p className={styles.value} data-alarming={alarming}>
          {value}
        </p>
      )}
      <p className={styles.detail}>{detail}</p>
      <p className={styles.change} title={before && tiles.before(before)}>
        {before === undefined || value === undefined ? null : <ChangeText {...props} />}
      </p>
    </div>
  )
}

function ChangeText({ change, inPoints, wanted, before }: TileProps) {
  const { messages, format } = useLanguage()
  const { tiles } = messages
  if (change.kind === 'unknown') return before === undefined ? null : tiles.before(before)
  if (change.kind === 'same') return tiles.same
  const { direction, amount } = change
  const news = wanted === undefined ? undefined : wanted === direction ? 'good' : 'bad'
  const size = inPoints ? tiles.points(format.points(amount * 100)) : format.percent(amount)
  return (
    <>
      <span className={styles.move} data-news={news}>
        <span aria-hidden>{direction === 'up' ? '▲' : '▼'}</span>
        <span className="bw-hidden">{tiles[direction]}</span> {size}
      </span>{' '}
      {before === undefined ? null : tiles.before(before)}
    </>
  )
}
