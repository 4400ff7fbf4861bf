interface Piece {
  readonly next: number
  isDone: boolean
}

/** How far a journal is done when its pieces end in any order: before the first that is not. */
export class RemoteFrontier {
  #pieces: readonly Piece[] = []
  #position: number

  constructor(position: number) {
    this.#position = position
  }

  get position(): number {
    return this.#position
  }

  /** Begins the piece that ends at `next`, behind those begun before. Returns what ends it. */
  begin(next: number): () => void {
    const piece: Piece = { next, isDone: false }
    this.#pieces = [...this.#pieces, piece]
    return () => {
      piece.isDone = true
      this.#passDone()
    }
  }

  #passDone(): void {
    const first = this.#pieces.findIndex(({ isDone }) => !isDone)
    const done = first === -1 ? this.#pieces : this.#pieces.slice(0, first)
    this.#pieces = first === -1 ? [] : this.#pieces.slice(first)
    this.#position = done.at(-1)?.next ?? this.#position
  }
}
