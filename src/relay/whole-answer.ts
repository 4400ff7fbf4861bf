import type { AnswerFacts } from './call-end.ts'
import { maskSecrets } from './mask.ts'
import { type ProviderError, readHiddenError, readProviderError } from './provider-error.ts'
import type { AnswerHeaders, Provider } from './providers/provider.ts'
import { singleHeader } from './routing/attempt.ts'
import type { Failure } from './routing/failure.ts'
import type { Upstream } from './routing/upstream.ts'

/** An answer that is not streamed is held until it is complete; a larger one is refused. */
const LARGEST_BYTES = 64 * 1024 * 1024

/** What an answer turned out to be. */
export type WholeVerdict =
  | { readonly kind: 'answer'; readonly body: Buffer; readonly facts: AnswerFacts }
  | { readonly kind: 'error'; readonly error: ProviderError }
  | {
      readonly kind: 'unusable'
      readonly failure: Failure
      /** What came instead, masked. */
      readonly said: Buffer
    }

/** An answer that is not streamed: collected, then judged. */
export class WholeAnswer {
  readonly #chunks: Buffer[] = []
  #bytes = 0

  get bytes(): number {
    return this.#bytes
  }

  /** Takes a chunk; tells why not when the answer becomes too large. */
  add(chunk: Buffer): Failure | undefined {
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
    if (this.#bytes <= LARGEST_BYTES) return undefined
    return { kind: 'invalid_answer', detail: `over ${LARGEST_BYTES} bytes` }
  }

  /** Reads the complete answer: its facts, its error, or why it is neither. */
  judge(status: number, headers: AnswerHeaders, upstream: Upstream): WholeVerdict {
    const { name, secrets, provider } = upstream
    const body = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks)
    const contentType = singleHeader(headers, 'content-type')
    if (status >= 400) {
      const error = readProviderError(status, contentType, body, name, secrets)
      return { kind: 'error', error }
    }
    const answer = parse(body)
    if (answer === undefined || status >= 300) {
      const got = answer === undefined ? (contentType ?? 'no content type') : 'a redirect'
      const said = Buffer.from(maskSecrets(body.toString('utf8'), secrets))
      const failure = { kind: 'invalid_answer', detail: `${status}, ${got}` } as const
      return { kind: 'unusable', failure, said }
    }
    if (answer.choices === undefined && isPresent(answer.error)) {
      return { kind: 'error', error: readHiddenError(answer.error, name, secrets) }
    }
    return { kind: 'answer', body, facts: factsOf(answer, provider) }
  }
}

interface Answer {
  readonly model?: unknown
  readonly usage?: unknown
  readonly choices?: unknown
  readonly error?: unknown
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null
}

function parse(body: Buffer): Answer | undefined {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'))
    return typeof parsed === 'object' && !Array.isArray(parsed) ? (parsed ?? undefined) : undefined
  } catch {
    return undefined
  }
}

function factsOf({ model, usage, choices }: Answer, provider: Provider): AnswerFacts {
  const [first] = Array.isArray(choices) ? (choices as unknown[]) : []
  const reason = (first as { readonly finish_reason?: unknown } | null | undefined)?.finish_reason
  return {
    usage: provider.readUsage(usage),
    usageEstimated: false,
    finishReason: typeof reason === 'string' ? reason : undefined,
    responseModel: typeof model === 'string' ? model : undefined,
  }
}
