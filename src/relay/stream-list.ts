import { SseSplitter } from './sse-splitter.ts'

/** The content type of a stream in the form of a list. */
export const LIST_TYPE = 'application/json'

/**
 * Turns server-sent events into one JSON list of their data, item by item: what Gemini streams
 * to callers who do not ask for `alt=sse`.
 */
export class StreamList {
  #text = ''
  #items = 0
  readonly #splitter = new SseSplitter((data) => {
    this.#text += this.#items++ === 0 ? `[${data}` : `,\r\n${data}`
    return false
  })

  /** Takes whole events. */
  push(events: Buffer | undefined): Buffer | undefined {
    if (events !== undefined) this.#splitter.push(events)
    return this.#take()
  }

  /** Closes the list, `events` being the last. */
  end(events: Buffer | undefined): Buffer | undefined {
    if (events !== undefined) this.#splitter.push(events)
    this.#text += this.#items === 0 ? '[]' : ']'
    return this.#take()
  }

  #take(): Buffer | undefined {
    if (this.#text === '') return undefined
    const bytes = Buffer.from(this.#text)
    this.#text = ''
    return bytes
  }
}
