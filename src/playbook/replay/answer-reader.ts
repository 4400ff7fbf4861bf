import { StringDecoder } from 'node:string_decoder'
import type { Reply } from './call-result.ts'

type Seen = Pick<Reply, 'seenPromptTokens' | 'seenCompletionTokens' | 'error'>

interface ChatAnswer {
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number } | null
  readonly error?: { readonly message?: string }
}

/** Reads usage or error out of the body of a whole answer. */
export function readAnswer(body: string): Seen {
  try {
    return seenIn(JSON.parse(body) as ChatAnswer)
  } catch {
    return { error: 'answer is not JSON' }
  }
}

/** Reads a streamed answer as it comes: usage, error, and whether it came to its end. */
export class StreamReader {
  /** UTF-8 sequences may be split between two chunks. */
  readonly #decoder = new StringDecoder('utf8')
  #rest = ''
  #seen: Seen & { readonly complete: boolean } = { complete: false }

  /** Takes the next bytes of the body. */
  add(chunk: Uint8Array): void {
    const lines = (this.#rest + this.#decoder.write(Buffer.from(chunk))).split(/\r?\n/)
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#readLine(line)
  }

  /** Returns what was seen; `complete` when the stream ended as the protocol says. */
  end(): Seen & { readonly complete: boolean } {
    return this.#seen
  }

  #readLine(line: string): void {
    if (!line.startsWith('data:')) return
    const data = line.slice('data:'.length).trim()
    if (data === '[DONE]') this.#seen = { ...this.#seen, complete: true }
    // of all events only these two are looked into; the others are words of the answer
    else if (data.includes('"usage"') || data.includes('"error"')) {
      const seen = readAnswer(data)
      // an error event is the honest end of a stream that cannot go on
      const complete = this.#seen.complete || seen.error !== undefined
      this.#seen = { ...this.#seen, ...seen, complete }
    }
  }
}

function seenIn({ usage, error }: ChatAnswer): Seen {
  return {
    ...(usage != null && {
      seenPromptTokens: usage.prompt_tokens,
      seenCompletionTokens: usage.completion_tokens,
    }),
    ...(error !== undefined && { error: error.message ?? 'answer is an error' }),
  }
}
