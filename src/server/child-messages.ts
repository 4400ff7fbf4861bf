import { AppError, type ErrorCode, isAppError, messageOf } from '../kernel/index.ts'

/** What the supervisor tells a child over their channel. */
export type ToChild =
  | { readonly kind: 'start'; readonly settings: unknown }
  | { readonly kind: 'reload'; readonly settings: unknown }
  | { readonly kind: 'stop'; readonly withinMs: number }

/** What a child tells its supervisor. */
export type FromChild =
  | { readonly kind: 'beat' }
  | { readonly kind: 'ready'; readonly ports: Readonly<Record<string, number>> }
  | { readonly kind: 'failed'; readonly failure: Failure }

export interface Failure {
  readonly message: string
  readonly code?: ErrorCode
  readonly details?: Readonly<Record<string, unknown>>
}

/** Turns anything thrown into what can cross a process border. */
export function failureOf(error: unknown): Failure {
  return {
    message: messageOf(error),
    ...(isAppError(error) && { code: error.code, details: error.details }),
  }
}

/** Turns a failure back into an error; those of the catalogue keep their code. */
export function errorOf(failure: Failure): Error {
  return failure.code === undefined
    ? new Error(failure.message)
    : new AppError(failure.code, failure.details)
}
