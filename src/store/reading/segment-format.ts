/** A sorted run of the word index: its pages have the numbers `firstPage..lastPage`. */
export interface Segment {
  readonly id: number
  readonly firstPage: number
  readonly lastPage: number
}

/** Where a page's terms begin, ascending, and where its part of terms and rows ends. */
export interface PageLayout {
  readonly terms: readonly number[]
  readonly end: number
}

/** Bytes before the first term or row of a page. */
export const PAGE_HEAD = 4

/** Marks a structure that also says which rows of a segment were deleted. */
const WITH_DELETES = 0xff000001
/** Numbers that such a structure has more of each segment. */
const DELETE_NUMBERS = 5

/** Pages are numbered within their segment in so many bits of their id. */
const PAGE_BITS = 37

/** Id of a page in the table of the word index. */
export function pageId(segment: number, page: number): number {
  return segment * 2 ** PAGE_BITS + page
}

/** Reads numbers as SQLite writes them: seven bits a byte, the highest first, nine bytes at most. */
export class NumberReader {
  readonly bytes: Uint8Array
  place: number

  constructor(bytes: Uint8Array, place: number) {
    this.bytes = bytes
    this.place = place
  }

  next(): number {
    let value = 0
    for (let count = 0; count < 8; count++) {
      const byte = this.bytes[this.place++]!
      value = value * 128 + (byte & 0x7f)
      if (byte < 0x80) return value
    }
    return value * 256 + this.bytes[this.place++]!
  }
}

/** Reads which segments the word index has. */
export function readStructure(block: Uint8Array): readonly Segment[] {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength)
  const withDeletes = block.length >= 8 && view.getUint32(4) === WITH_DELETES
  const reader = new NumberReader(block, withDeletes ? 8 : 4)
  const levels = reader.next()
  skip(reader, 2)
  const segments: Segment[] = []
  for (let level = 0; level < levels; level++) {
    skip(reader, 1)
    const count = reader.next()
    for (let place = 0; place < count; place++) {
      const [id, firstPage, lastPage] = [reader.next(), reader.next(), reader.next()]
      segments.push({ id, firstPage, lastPage })
      if (withDeletes) skip(reader, DELETE_NUMBERS)
    }
  }
  return segments
}

function skip(reader: NumberReader, count: number): void {
  for (let place = 0; place < count; place++) reader.next()
}

/** Reads where the terms of a page begin. */
export function pageLayout(page: Uint8Array): PageLayout {
  const end = (page[2]! << 8) | page[3]!
  const terms: number[] = []
  const reader = new NumberReader(page, end)
  for (let term = 0; reader.place < page.length; ) {
    term += reader.next()
    terms.push(term)
  }
  return { terms, end }
}
