import type { StoredDocument } from '../days/text-schema.ts'

const LINE_BREAK = 0x0a
const QUOTE = 0x22
const BACKSLASH = 0x5c
/** What a document's line begins with. */
const ROW = '{"row":'

/** Documents that are compressed together: one JSON line each. */
export class DocumentBlock {
  readonly #bytes: Buffer
  /** Lines by row. */
  readonly #lines = new Map<number, Buffer>()

  constructor(bytes: Buffer) {
    this.#bytes = bytes
    // JSON has no line break inside
    for (let start = 0; start < bytes.length; ) {
      const found = bytes.indexOf(LINE_BREAK, start)
      const end = found === -1 ? bytes.length : found
      this.#addLine(start, end)
      start = end + 1
    }
  }

  document(row: number): StoredDocument | undefined {
    const line = this.#lines.get(row)
    return line && (JSON.parse(line.toString('utf8')) as StoredDocument)
  }

  /**
   * A text that the row is known to have, without reading the rest of its document, which is much
   * longer; undefined when it takes the whole document to tell.
   */
  text(row: number, field: string): string | undefined {
    const line = this.#lines.get(row)
    if (line === undefined) return undefined
    // within a text both quotes would have backslashes in front; where another object of the
    // document has a member of the name, or of one that ends so, there are two
    const beginning = `"${field}":"`
    const place = line.indexOf(beginning)
    if (place === -1 || line.includes(beginning, place + 1)) return undefined
    const start = place + beginning.length
    const end = endOfText(line, start)
    const text = line.toString('utf8', start, end)
    return text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text
  }

  #addLine(start: number, end: number): void {
    const line = this.#bytes.subarray(start, end)
    const row = Number(line.toString('latin1', ROW.length, line.indexOf(',')))
    this.#lines.set(row, line)
  }
}

/** Place of the quote that ends the text beginning at `start`. */
function endOfText(line: Buffer, start: number): number {
  for (let end = line.indexOf(QUOTE, start); ; end = line.indexOf(QUOTE, end + 1)) {
    let first = end
    while (line[first - 1] === BACKSLASH) first--
    if ((end - first) % 2 === 0) return end
  }
}
