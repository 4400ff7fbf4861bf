/** A token on its way through the filters of an analyzer. */
export interface StreamToken {
  readonly text: string
  readonly start: number
  readonly end: number
  readonly type: string
  /** Positions after the token before: 0 stands at the same one. */
  readonly step: number
}

export type Tokenizer = (text: string) => readonly StreamToken[]

export type TokenFilter = (tokens: readonly StreamToken[]) => readonly StreamToken[]

/** A text that was changed before it is cut into tokens. */
export interface ChangedText {
  readonly text: string
  /** Place in the text before the change. */
  origin(place: number): number
}

export type CharFilter = (text: string) => ChangedText

/** Replaces the text of every token. */
export function eachText(change: (text: string) => string): TokenFilter {
  return (tokens) => tokens.map((token) => ({ ...token, text: change(token.text) }))
}

/** Keeps some tokens; the others leave a gap. */
export function keepIf(keep: (token: StreamToken) => boolean): TokenFilter {
  return (tokens) => {
    let gap = 0
    const kept: StreamToken[] = []
    for (const token of tokens) {
      if (keep(token)) {
        kept.push(gap === 0 ? token : { ...token, step: token.step + gap })
        gap = 0
      } else gap += token.step
    }
    return kept
  }
}

/** Builds a changed text and what its places were. */
export class TextChange {
  #text = ''
  /** Where pieces begin: in the new text and in the old one. */
  readonly #starts: number[] = []
  readonly #origins: number[] = []
  #end = 0

  /** Adds text that stands at `origin` in the old one. */
  keep(text: string, origin: number): void {
    if (text !== '') this.#add(text, origin)
    this.#end = origin + text.length
  }

  /** Adds text that stands for `[origin, end)` of the old one. */
  replace(text: string, origin: number, end: number): void {
    if (text !== '') this.#add(text, origin)
    this.#end = end
  }

  #add(text: string, origin: number): void {
    this.#starts.push(this.#text.length)
    this.#origins.push(origin)
    this.#text += text
  }

  done(): ChangedText {
    const [starts, origins, end, text] = [this.#starts, this.#origins, this.#end, this.#text]
    return {
      text,
      origin(place) {
        if (place >= text.length) return end
        let low = 0
        let high = starts.length - 1
        while (low < high) {
          const middle = (low + high + 1) >> 1
          if (starts[middle]! <= place) low = middle
          else high = middle - 1
        }
        const limit = origins[low + 1] ?? end
        return Math.min((origins[low] ?? 0) + place - (starts[low] ?? 0), limit)
      },
    }
  }
}

/** Settings of the index that parts of analyzers depend on. */
export interface GramLimits {
  /** How far `max_gram` may be above `min_gram`. */
  readonly maxNgramDifference: number
}
