import {
  type InfiniteData,
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { useCallback } from 'react'
import { type SearchAnswer, searchCalls } from '../api/elastic.ts'
import { type Filter, formatFilter } from '../query/filters.ts'
import { readSeries, readTotals } from '../query/overview-answer.ts'
import { DEEPEST_ROW, oneRequest, requestRows, requestTotals } from '../query/requests-query.ts'
import { liveInterval } from '../shared/live-interval.ts'
import { type TimeRange, type TimeWindow, windowOf } from '../state/time-range.ts'
import { type CallRow, readRow } from './call-row.ts'

interface Question {
  readonly range: TimeRange
  readonly filters: readonly Filter[]
  readonly text: string
}

interface Page {
  readonly tookMs: number
  readonly window: TimeWindow
  readonly total: number
  readonly rows: readonly CallRow[]
  /** Position of the row after this page. */
  readonly next: number
}

interface PageStart {
  readonly from: number
  /** The first page's window, so that later pages continue the same list. */
  readonly window: TimeWindow | undefined
}

function key(name: string, { range, filters, text }: Question) {
  return [name, range, filters.map(formatFilter), text] as const
}

/** What stands above the table: how many match, what failed and cost, and when. */
export function useRequestTotals(question: Question, live: boolean) {
  return useQuery({
    queryKey: key('request-totals', question),
    queryFn: async ({ signal }) => {
      const window = windowOf(question.range, Date.now())
      const answer = await searchCalls(requestTotals({ ...question, window }), signal)
      return {
        tookMs: answer.took,
        window,
        totals: readTotals(answer),
        series: readSeries(answer, window),
      }
    },
    placeholderData: keepPreviousData,
    refetchInterval: liveInterval(live),
  })
}

/** The table's rows, page by page, newest first. */
export function useRequestRows(question: Question, live: boolean) {
  const queryKey = key('request-rows', question)
  const rows = useInfiniteQuery({
    queryKey,
    initialPageParam: { from: 0, window: undefined } as PageStart,
    queryFn: async ({ pageParam, signal }) => {
      const window = pageParam.window ?? windowOf(question.range, Date.now())
      const body = requestRows({ ...question, window }, pageParam.from)
      return readPage(await searchCalls(body, signal), window, pageParam.from)
    },
    getNextPageParam: ({ next, total, window }): PageStart | undefined =>
      next < Math.min(total, DEEPEST_ROW) ? { from: next, window } : undefined,
    placeholderData: keepPreviousData,
    refetchInterval: liveInterval(live),
  })
  const queries = useQueryClient()
  const id = JSON.stringify(queryKey)
  const keepFirstPage = useCallback(() => {
    queries.setQueryData(
      JSON.parse(id) as typeof queryKey,
      (data: InfiniteData<Page, PageStart> | undefined) =>
        data && { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) },
    )
  }, [queries, id])
  return { ...rows, keepFirstPage }
}

function readPage(answer: SearchAnswer, window: TimeWindow, from: number): Page {
  const rows = answer.hits.hits.map(readRow)
  return {
    tookMs: answer.took,
    window,
    total: answer.hits.total?.value ?? 0,
    rows,
    // an empty page ends the list, also when calls were counted that are gone by now
    next: rows.length === 0 ? DEEPEST_ROW : from + rows.length,
  }
}

/** The whole record of a call; null when no call has this id. */
export function useCall(id: string) {
  return useQuery({
    queryKey: ['call', id],
    queryFn: async ({ signal }) => {
      const { hits } = await searchCalls(oneRequest(id), signal)
      return hits.hits[0] ?? null
    },
    // a call that is not there yet may still be running
    refetchInterval: ({ state }) => (state.data === null ? 2_000 : false),
  })
}
