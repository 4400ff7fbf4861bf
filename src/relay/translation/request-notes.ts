import type { Translated } from './codec.ts'

/** More names than this are not listed: a body of nothing but unknown names has no end. */
const MOST_NAMES = 64
/** Longer names are cut: they are repeated in an error. */
const LONGEST_NAME = 200

/** What reading a request brought up: what has no equivalent, and the first thing that is wrong. */
export class RequestNotes {
  readonly #unsupported = new Set<string>()
  #problem: { readonly message: string; readonly param?: string } | undefined

  /** Names a parameter that has no equivalent. */
  leaveOut(param: string): void {
    if (this.#unsupported.size < MOST_NAMES) this.#unsupported.add(cut(param))
  }

  /** Notes what is wrong with a parameter; only the first problem is kept. */
  reject(param: string, message: string): void {
    this.#problem ??= { message, ...(param !== '' && { param: cut(param) }) }
  }

  get hasUnsupported(): boolean {
    return this.#unsupported.size > 0
  }

  /** Returns `value` with the names left out, or the problem if there was one. */
  conclude<T>(value: T): Translated<T> {
    if (this.#problem !== undefined) return { ok: false, ...this.#problem }
    return { ok: true, value, unsupported: [...this.#unsupported] }
  }
}

function cut(param: string): string {
  return param.length <= LONGEST_NAME ? param : `${param.slice(0, LONGEST_NAME)}…`
}
