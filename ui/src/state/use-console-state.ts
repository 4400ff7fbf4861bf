import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { type Filter, toggleFilter } from '../query/filters.ts'
import {
  type ConsoleParams,
  type ConsoleState,
  filterParams,
  rangeParams,
  readParams,
} from './console-params.ts'
import type { TimeRange } from './time-range.ts'

interface ConsoleActions {
  setRange(range: TimeRange): void
  setFilters(filters: readonly Filter[]): void
  toggle(filter: Filter): void
  setLive(live: boolean): void
  showCall(id: string | undefined): void
}

/** The page's state, which lives in its address, and the ways to change it. */
export function useConsoleState(): ConsoleState & ConsoleActions {
  const params = useSearch({ strict: false })
  const navigate = useNavigate()
  return useMemo(() => {
    const state = readParams(params)
    const change = (next: ConsoleParams, replace = false) =>
      void navigate({ to: '.', search: next, replace })
    const setFilters = (filters: readonly Filter[]) => {
      const { f: _, ...others } = params
      change({ ...others, ...filterParams(filters) })
    }
    return {
      ...state,
      setFilters,
      toggle: (filter) => setFilters(toggleFilter(state.filters, filter)),
      setRange: (range) => {
        const { range: _range, from: _from, to: _to, ...others } = params
        change({ ...others, ...rangeParams(range) })
      },
      setLive: (live) => {
        const { live: _, ...others } = params
        change(live ? others : { ...others, live: 'off' }, true)
      },
      showCall: (id) => {
        const { call: _, ...others } = params
        void navigate({
          to: '.',
          search: id === undefined ? others : { ...others, call: id },
          replace: params.call !== undefined,
          // the list below stays where it was
          resetScroll: false,
        })
      },
    }
  }, [params, navigate])
}
