const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20

/** `data:`; the only field of an event that chat protocols use. */
const DATA = Buffer.from('data:')
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])

/** An event that is longer is no chat event: from there on bytes pass through unread. */
const LONGEST_EVENT_BYTES = 8 * 1024 * 1024

/**
 * Is told the data of each complete event and answers whether the event goes on to the caller.
 */
export type EventReader = (data: string) => boolean

/**
 * Cuts a server-sent-event stream into events, on bytes and whatever the chunks: several events
 * in one, an event or a character over several, LF, CR LF or CR. Hands complete events on as they
 * came; an incomplete one waits for its rest, since half an event is of no use to anybody.
 */
export class SseSplitter {
  readonly #onEvent: EventReader
  #held: Buffer[] = []
  #heldBytes = 0
  #unread: boolean = false
  #begun: boolean = false

  constructor(onEvent: EventReader) {
    this.#onEvent = onEvent
  }

  /** Returns the bytes that can go on now, undefined when there are none. */
  push(chunk: Buffer): Buffer | undefined {
    if (this.#unread) return chunk
    if (this.#heldBytes > 0 && !chunk.includes(LF) && !chunk.includes(CR)) {
      this.#hold(chunk)
      return this.#heldBytes > LONGEST_EVENT_BYTES ? this.#giveUp() : undefined
    }
    const bytes = this.#heldBytes === 0 ? chunk : Buffer.concat([...this.#held, chunk])
    this.#held = []
    this.#heldBytes = 0
    const { kept, consumed } = this.#read(bytes)
    if (consumed < bytes.length) this.#hold(bytes.subarray(consumed))
    return kept
  }

  /**
   * Ends the stream after its last byte: an event without its blank line is still read. Returns
   * the bytes that can go on.
   */
  end(): Buffer | undefined {
    if (this.#heldBytes === 0) return undefined
    const rest = Buffer.concat(this.#held)
    this.#held = []
    this.#heldBytes = 0
    const { kept } = this.#read(Buffer.concat([rest, Buffer.from('\n\n')]))
    return kept === undefined ? undefined : rest
  }

  #hold(bytes: Buffer): void {
    this.#held.push(bytes)
    this.#heldBytes += bytes.length
  }

  #giveUp(): Buffer {
    this.#unread = true
    const bytes = Buffer.concat(this.#held)
    this.#held = []
    this.#heldBytes = 0
    return bytes
  }

  /** Reads complete events; `consumed` is where the first incomplete one starts. */
  #read(bytes: Buffer): { readonly kept: Buffer | undefined; readonly consumed: number } {
    const lines = new LineEnds(bytes)
    const output = new KeptRanges(bytes)
    let eventStart = 0
    let lineStart = this.#begun ? 0 : afterMark(bytes)
    let data: string | undefined
    for (;;) {
      const lineEnd = lines.next(lineStart)
      if (lineEnd === -1) break
      const next = lineEnd + lines.width
      if (lineEnd > lineStart) {
        const line = dataOf(bytes, lineStart, lineEnd)
        if (line !== undefined) data = data === undefined ? line : `${data}\n${line}`
      } else {
        this.#begun = true
        if (data === undefined || this.#onEvent(data)) output.keep(eventStart, next)
        data = undefined
        eventStart = next
      }
      lineStart = next
    }
    return { kept: output.bytes(), consumed: eventStart }
  }
}

function afterMark(bytes: Buffer): number {
  return bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0
}

function dataOf(bytes: Buffer, start: number, end: number): string | undefined {
  if (
    end - start < DATA.length ||
    bytes.compare(DATA, 0, DATA.length, start, start + DATA.length)
  ) {
    return undefined
  }
  const from = start + DATA.length
  return bytes.toString('utf8', bytes[from] === SPACE && from < end ? from + 1 : from, end)
}

/** Finds line ends; `width` is the length of the one found last. */
class LineEnds {
  readonly #bytes: Buffer
  #lf: number
  #cr: number
  width = 1

  constructor(bytes: Buffer) {
    this.#bytes = bytes
    this.#lf = bytes.indexOf(LF)
    this.#cr = bytes.indexOf(CR)
  }

  /** Returns the next line end at or after `from`, -1 when it is not certain yet. */
  next(from: number): number {
    if (this.#lf !== -1 && this.#lf < from) this.#lf = this.#bytes.indexOf(LF, from)
    if (this.#cr !== -1 && this.#cr < from) this.#cr = this.#bytes.indexOf(CR, from)
    if (this.#cr === -1 || (this.#lf !== -1 && this.#lf < this.#cr)) {
      this.width = 1
      return this.#lf
    }
    // a CR at the very end may be half of CR LF
    if (this.#cr === this.#bytes.length - 1) return -1
    this.width = this.#bytes[this.#cr + 1] === LF ? 2 : 1
    return this.#cr
  }
}

/** Collects ranges of a buffer; neighbours stay one view without copying. */
class KeptRanges {
  readonly #source: Buffer
  readonly #done: Buffer[] = []
  #start = 0
  #end = 0

  constructor(source: Buffer) {
    this.#source = source
  }

  keep(start: number, end: number): void {
    if (start !== this.#end) {
      this.#flush()
      this.#start = start
    }
    this.#end = end
  }

  bytes(): Buffer | undefined {
    this.#flush()
    return this.#done.length > 1 ? Buffer.concat(this.#done) : this.#done[0]
  }

  #flush(): void {
    if (this.#end > this.#start) this.#done.push(this.#source.subarray(this.#start, this.#end))
  }
}
