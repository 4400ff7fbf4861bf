/**
 * Why there is no answer: nobody listens, it took too long, the store is not ready yet, the
 * question was refused, or the answer makes no sense.
 */
export type FailureKind = 'unreachable' | 'late' | 'not-ready' | 'refused' | 'broken'

export class ApiFailure extends Error {
  readonly kind: FailureKind

  /** `detail` is what the server said, in its own words. */
  constructor(kind: FailureKind, detail: string) {
    super(detail)
    this.name = 'ApiFailure'
    this.kind = kind
  }
}

/** Makes a failure of an HTTP status and the JSON that came with it. */
export function failureOf(status: number, answer: unknown): ApiFailure {
  const reason = reasonOf(answer) ?? `HTTP ${status}`
  if (status === 408 || status === 504) return new ApiFailure('late', reason)
  if (status === 429 || status === 503) return new ApiFailure('not-ready', reason)
  return new ApiFailure(status < 500 ? 'refused' : 'broken', reason)
}

interface ErrorBody {
  readonly error?:
    | string
    | {
        readonly message?: string
        readonly reason?: string
        readonly root_cause?: readonly { readonly reason?: string }[]
      }
}

function reasonOf(answer: unknown): string | undefined {
  const error = (answer as ErrorBody | null)?.error
  if (typeof error === 'string') return error
  return error?.root_cause?.[0]?.reason ?? error?.reason ?? error?.message
}
