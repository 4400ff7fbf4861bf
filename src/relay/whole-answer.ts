import type { WholeFacts } from './answers/answer-format.ts'
import type { Exchange } from './exchange.ts'
import { maskJson, maskSecrets } from './mask.ts'
import type { ErrorReader, ProviderError } from './provider-error.ts'
import type { AnswerHeaders } from './providers/provider.ts'
import { singleHeader } from './routing/attempt.ts'
import type { Failure } from './routing/failure.ts'

/** An answer that is not streamed is held until it is complete; a larger one is refused. */
const LARGEST_BYTES = 64 * 1024 * 1024

/** What an answer turned out to be. */
export type WholeVerdict =
  | {
      readonly kind: 'answer'
      readonly body: Buffer
      readonly contentType: string
      readonly facts: WholeFacts
    }
  | { readonly kind: 'error'; readonly error: ProviderError }
  | {
      readonly kind: 'unusable'
      readonly failure: Failure
      /** What came instead, masked. */
      readonly said: Buffer
    }

/** An answer that is not streamed: collected, then judged. */
export class WholeAnswer {
  #chunks: Buffer[] = []
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
  judge(
    status: number,
    headers: AnswerHeaders,
    { format, translation }: Exchange,
    errors: () => ErrorReader,
  ): WholeVerdict {
    const body = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks)
    this.#chunks = []
    const contentType = singleHeader(headers, 'content-type')
    if (status >= 400) return { kind: 'error', error: errors().read(status, contentType, body) }
    const answer = parse(body)
    if (answer === undefined || status >= 300) {
      const { secrets } = errors()
      const type = maskSecrets(contentType ?? 'no content type', secrets)
      const got = answer === undefined ? type : 'a redirect'
      const said = Buffer.from(maskJson(body.toString('utf8'), secrets))
      return {
        kind: 'unusable',
        failure: { kind: 'invalid_answer', detail: `${status}, ${got}` },
        said,
      }
    }
    if (isError(answer)) return { kind: 'error', error: errors().readHidden(answer.error) }
    const given = translation === undefined ? body : toBytes(translation.whole(answer))
    const type = translation === undefined ? contentType : undefined
    return {
      kind: 'answer',
      body: given,
      contentType: type ?? 'application/json',
      facts: format.readWhole(answer),
    }
  }
}

type Answer = Readonly<Record<string, unknown>>

function toBytes(answer: object): Buffer {
  return Buffer.from(JSON.stringify(answer))
}

/** A responses object has an `error` of null; an error object has nothing but its error. */
function isError({ error, choices, output, candidates, content, id }: Answer): boolean {
  if (error === undefined || error === null) return false
  return (choices ?? output ?? candidates ?? content ?? id) === undefined
}

/** Gemini streams a list when it is not asked for events; its last part has the usage. */
function parse(body: Buffer): Answer | undefined {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'))
    const answer: unknown = Array.isArray(parsed) ? parsed.at(-1) : parsed
    return typeof answer === 'object' && !Array.isArray(answer)
      ? ((answer ?? undefined) as Answer | undefined)
      : undefined
  } catch {
    return undefined
  }
}
