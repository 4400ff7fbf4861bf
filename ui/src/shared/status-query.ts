import { queryOptions } from '@tanstack/react-query'
import { fetchStatus } from '../api/status.ts'

/** How often a page that is in view asks again. */
export const LIVE_MS = 2_000

/** State of the system, renewed as long as the page is in view. */
export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: ({ signal }) => fetchStatus(signal),
  refetchInterval: LIVE_MS,
})
