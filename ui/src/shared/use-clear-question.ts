import { useNavigate, useSearch } from '@tanstack/react-router'

/** Returns what takes away all filters and the search text, or undefined when there are none. */
export function useClearQuestion(): (() => void) | undefined {
  const { f, q, ...others } = useSearch({ strict: false })
  const navigate = useNavigate()
  if (f === undefined && q === undefined) return undefined
  return () => void navigate({ to: '.', search: others })
}
