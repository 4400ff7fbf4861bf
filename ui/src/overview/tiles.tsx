import { useLanguage } from '../messages/language.tsx'
import { callRate } from '../query/call-rate.ts'
import type { Totals } from '../query/overview-answer.ts'
import { errorRate, pointChange, relativeChange } from '../query/period-change.ts'
import { Tile } from './tile.tsx'
import styles from './tiles.module.css'

interface TilesProps {
  readonly totals: Totals | undefined
  /** The period before; undefined until it is known. */
  readonly former: Totals | undefined
  /** Length of the period. */
  readonly seconds: number
  /** The numbers are still those of another question. */
  readonly stale: boolean
}

/** The numbers of the period, each beside its change. */
export function Tiles({ totals, former, seconds, stale }: TilesProps) {
  const { messages } = useLanguage()
  return (
    <section
      className={styles.tiles}
      aria-label={messages.tiles.label}
      aria-busy={stale || !totals}
      data-stale={stale}
    >
      <CallTiles totals={totals} former={former} seconds={seconds} />
      <LatencyTiles totals={totals} former={former} />
      <SpendTiles totals={totals} former={former} />
    </section>
  )
}

function CallTiles({ totals, former, seconds }: Omit<TilesProps, 'stale'>) {
  const { messages, format } = useLanguage()
  const { tiles } = messages
  const often = totals && callRate(totals.calls, seconds)
  const rate = totals && errorRate(totals)
  const formerRate = former && errorRate(former)
  return (
    <>
      <Tile
        label={tiles.calls}
        value={totals && format.compact(totals.calls)}
        detail={often && tiles.rate[often.unit](format.rate(often.value))}
        before={former && format.compact(former.calls)}
        change={relativeChange(totals?.calls, former?.calls)}
      />
      <Tile
        label={tiles.errorRate}
        value={totals && format.percent(rate)}
        detail={totals && tiles.failedCalls(format.compact(totals.failed))}
        before={former && format.percent(formerRate)}
        change={pointChange(rate, formerRate)}
        inPoints
        wanted="down"
        alarming={rate !== undefined && rate > 0}
      />
    </>
  )
}

function LatencyTiles({ totals, former }: Pick<TilesProps, 'totals' | 'former'>) {
  const { messages, format } = useLanguage()
  const { tiles } = messages
  const percentiles = ['p50Ms', 'p95Ms', 'p99Ms'] as const
  return (
    <>
      {percentiles.map((name) => (
        <Tile
          key={name}
          label={`${tiles.latency} ${name.slice(0, 3)}`}
          value={totals && format.duration(totals[name])}
          detail={totals?.[name] === undefined ? undefined : tiles.faster[name]}
          before={former && format.duration(former[name])}
          change={relativeChange(totals?.[name], former?.[name])}
          wanted="down"
        />
      ))}
      <Tile
        label={tiles.firstByte}
        value={totals && format.duration(totals.firstByteP50Ms)}
        detail={
          totals?.firstByteP50Ms === undefined
            ? undefined
            : `p50; p95 ${format.duration(totals.firstByteP95Ms)}`
        }
        before={former && format.duration(former.firstByteP50Ms)}
        change={relativeChange(totals?.firstByteP50Ms, former?.firstByteP50Ms)}
        wanted="down"
      />
    </>
  )
}

function SpendTiles({ totals, former }: Pick<TilesProps, 'totals' | 'former'>) {
  const { messages, format } = useLanguage()
  const { tiles } = messages
  const tokens = (each: Totals | undefined) => each && each.promptTokens + each.completionTokens
  const [now, before] = [tokens(totals), tokens(former)]
  return (
    <>
      <Tile
        label={tiles.tokens}
        value={now === undefined ? undefined : format.compact(now)}
        detail={
          totals &&
          tiles.inOut(format.compact(totals.promptTokens), format.compact(totals.completionTokens))
        }
        before={before === undefined ? undefined : format.compact(before)}
        change={relativeChange(now, before)}
      />
      <Tile
        label={tiles.cost}
        value={totals && format.usd(totals.costUsd)}
        detail={
          totals && totals.calls > 0
            ? tiles.perCall(format.usd(totals.costUsd / totals.calls))
            : undefined
        }
        before={former && format.usd(former.costUsd)}
        change={relativeChange(totals?.costUsd, former?.costUsd)}
      />
    </>
  )
}
