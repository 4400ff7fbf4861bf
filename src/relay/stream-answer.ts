import { SseSplitter } from './sse-splitter.ts'
import { StreamAssembler } from './stream-assembler.ts'

const DONE = '[DONE]'

/**
 * A streamed answer on its way: gives back the bytes that go on to the caller and learns from
 * them what the record needs.
 */
export class StreamAnswer {
  readonly assembler: StreamAssembler
  readonly #splitter: SseSplitter
  readonly #passUsageOn: boolean
  /** Whether the provider has said that nothing more follows. */
  done: boolean = false

  /** `passUsageOn` tells whether the caller himself asked for the usage chunk. */
  constructor(passUsageOn: boolean, keptBytes: number) {
    this.assembler = new StreamAssembler(keptBytes)
    this.#splitter = new SseSplitter((data) => this.#read(data))
    this.#passUsageOn = passUsageOn
  }

  push(chunk: Buffer): Buffer | undefined {
    return this.#splitter.push(chunk)
  }

  end(): Buffer | undefined {
    return this.#splitter.end()
  }

  /** Whether the answer is complete, also where a provider leaves the closing mark out. */
  get complete(): boolean {
    return this.done || this.assembler.finishReason !== undefined
  }

  #read(data: string): boolean {
    if (data === DONE) {
      this.done = true
      return true
    }
    return this.assembler.add(data) !== 'usage' || this.#passUsageOn
  }
}
