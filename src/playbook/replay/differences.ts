/** Beyond this many, further differences are only counted: one cause makes thousands of them. */
const MOST_TOLD = 200

/** Collects what a reconciliation finds to be off, as sentences. */
export class Differences {
  readonly #told: string[] = []
  #more = 0

  /** Notes that `subject` (a request id, a sum) `is wrong in this way`. */
  add(subject: string, finding: string): void {
    if (this.#told.length < MOST_TOLD) this.#told.push(`${subject} ${finding}`)
    else this.#more++
  }

  get sentences(): readonly string[] {
    return this.#more === 0 ? this.#told : [...this.#told, `and ${this.#more} more`]
  }
}
