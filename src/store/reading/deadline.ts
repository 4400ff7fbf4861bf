import { AppError, type Clock } from '../../kernel/index.ts'

/** The moment by which a search has to be done; handed on to every part of it. */
export interface Deadline {
  /**
   * Milliseconds left.
   *
   * @throws AppError SEARCH_TIMEOUT when none are
   */
  leftMs(): number
}

export function deadlineIn(ms: number, clock: Clock): Deadline {
  const end = clock.monotonicMs() + ms
  return {
    leftMs() {
      const left = end - clock.monotonicMs()
      if (left <= 0) throw new AppError('SEARCH_TIMEOUT')
      return left
    },
  }
}
