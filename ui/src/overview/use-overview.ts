import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { searchCalls } from '../api/elastic.ts'
import { type Filter, formatFilter } from '../query/filters.ts'
import { readBreakdowns, readFailures, readSeries, readTotals } from '../query/overview-answer.ts'
import { breakdowns, totalsAndSeries, totalsOnly } from '../query/overview-query.ts'
import { liveInterval } from '../shared/live-interval.ts'
import { previousWindow, type TimeRange, windowOf } from '../state/time-range.ts'

interface Question {
  readonly range: TimeRange
  readonly filters: readonly Filter[]
  readonly live: boolean
}

/** The period to compare with moves as slowly as its numbers. */
const FORMER_PERIOD_MS = 30_000
function key(name: string, { range, filters }: Question) {
  return [name, range, filters.map(formatFilter)] as const
}

/** Tiles and charts. */
export function useTotals(question: Question) {
  return useQuery({
    queryKey: key('totals', question),
    queryFn: async ({ signal }) => {
      const window = windowOf(question.range, Date.now())
      const answer = await searchCalls(totalsAndSeries(window, question.filters), signal)
      return {
        tookMs: answer.took,
        window,
        totals: readTotals(answer),
        series: readSeries(answer, window),
      }
    },
    placeholderData: keepPreviousData,
    refetchInterval: liveInterval(question.live),
  })
}

/** The same numbers of the period before. */
export function useFormerTotals(question: Question) {
  return useQuery({
    queryKey: key('former', question),
    queryFn: async ({ signal }) => {
      const window = previousWindow(windowOf(question.range, Date.now()))
      return readTotals(await searchCalls(totalsOnly(window, question.filters), signal))
    },
    refetchInterval: question.live && FORMER_PERIOD_MS,
  })
}

/** Tables and error messages. */
export function useBreakdowns(question: Question) {
  return useQuery({
    queryKey: key('breakdowns', question),
    queryFn: async ({ signal }) => {
      const window = windowOf(question.range, Date.now())
      const answer = await searchCalls(breakdowns(window, question.filters), signal)
      return {
        tookMs: answer.took,
        tables: readBreakdowns(answer),
        failures: readFailures(answer),
      }
    },
    placeholderData: keepPreviousData,
    refetchInterval: liveInterval(question.live),
  })
}
