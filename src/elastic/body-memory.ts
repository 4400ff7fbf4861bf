import { SearchFailure } from '../search/index.ts'

/** What one request holds. */
export interface HeldBody {
  /** @throws SearchFailure circuit_breaking_exception when all requests together hold too much */
  add(bytes: number): void
  release(): void
}

/** Counts the bytes of all bodies that are being worked on, so that many large ones do no harm. */
export class BodyMemory {
  readonly #limitBytes: number
  #bytes = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  hold(): HeldBody {
    let own = 0
    return {
      add: (bytes) => {
        // one alone may have what a body may have
        if (this.#bytes > own && this.#bytes + bytes > this.#limitBytes) {
          throw tooMuch(this.#bytes + bytes, this.#limitBytes)
        }
        own += bytes
        this.#bytes += bytes
      },
      release: () => {
        this.#bytes -= own
        own = 0
      },
    }
  }
}

function tooMuch(wantedBytes: number, limitBytes: number): SearchFailure {
  return new SearchFailure({
    type: 'circuit_breaking_exception',
    reason: `[in_flight_requests] Data too large, data for [<http_request>] would be [${wantedBytes}], which is larger than the limit of [${limitBytes}]: try again`,
    status: 429,
  })
}
