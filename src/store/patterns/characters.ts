const FIRST_CHARACTERS = 256
/** As `token-bytes.ts` writes what the word index would change. */
const ESCAPE = 0xff

/** The code points of a text; used again for the next one, because making one costs more. */
export class Characters {
  values = new Uint32Array(FIRST_CHARACTERS)
  length = 0

  /** Takes a text. */
  ofText(text: string): this {
    this.#reserve(text.length)
    let length = 0
    for (let place = 0; place < text.length; place++) {
      const codePoint = text.codePointAt(place)!
      if (codePoint > 0xffff) place++
      this.values[length++] = codePoint
    }
    this.length = length
    return this
  }

  /** Takes a token of the word index, at `bytes[start..end)`. */
  ofToken(bytes: Uint8Array, start: number, end: number): this {
    this.#reserve(end - start)
    const { values } = this
    let length = 0
    let place = start
    while (place < end) {
      const lead = bytes[place++]!
      if (lead < 0x80) values[length++] = lead
      else if (lead === ESCAPE) values[length++] = bytes[place++]! & 0x7f
      else if (lead < 0xe0) values[length++] = ((lead & 0x1f) << 6) | (bytes[place++]! & 0x3f)
      else if (lead < 0xf0) {
        const middle = (bytes[place++]! & 0x3f) << 6
        values[length++] = ((lead & 0xf) << 12) | middle | (bytes[place++]! & 0x3f)
      } else {
        const high = ((bytes[place++]! & 0x3f) << 12) | ((bytes[place++]! & 0x3f) << 6)
        values[length++] = ((lead & 0x7) << 18) | high | (bytes[place++]! & 0x3f)
      }
    }
    this.length = length
    return this
  }

  text(): string {
    let text = ''
    for (let place = 0; place < this.length; place++) {
      text += String.fromCodePoint(this.values[place]!)
    }
    return text
  }

  #reserve(length: number): void {
    if (length > this.values.length) this.values = new Uint32Array(length * 2)
  }
}
