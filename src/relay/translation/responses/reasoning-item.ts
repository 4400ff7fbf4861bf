import {
  type ItemPlace,
  type ItemStatus,
  itemAdded,
  itemDone,
  type OutputItem,
  type ResponseEvent,
} from './output-item.ts'
import { type Sealed, seal } from './thought-seal.ts'

/** What the model thought, as a `reasoning` item with a summary of one part. */
export class ReasoningItem implements OutputItem {
  readonly #place: ItemPlace
  #text = ''
  #sealed: Sealed | undefined

  constructor(place: ItemPlace) {
    this.#place = place
  }

  open(): readonly ResponseEvent[] {
    return [itemAdded(this.#place, this.toItem('in_progress'))]
  }

  write(delta: string): readonly ResponseEvent[] {
    const begin = this.#text === '' ? [this.#about('part.added', { part: summaryPart('') })] : []
    this.#text += delta
    return [...begin, this.#about('text.delta', { delta })]
  }

  /** Adds what lets the caller give the thoughts back. */
  seal(sealed: Sealed): void {
    this.#sealed = sealed
  }

  close(status: ItemStatus): readonly ResponseEvent[] {
    const text = this.#text
    const end =
      text === ''
        ? []
        : [
            this.#about('text.done', { text }),
            this.#about('part.done', { part: summaryPart(text) }),
          ]
    return [...end, itemDone(this.#place, this.toItem(status))]
  }

  toItem(status: ItemStatus): object {
    return {
      id: this.#place.item_id,
      type: 'reasoning',
      summary: this.#text === '' ? [] : [summaryPart(this.#text)],
      ...(this.#sealed && { encrypted_content: seal(this.#sealed) }),
      status,
    }
  }

  #about(name: string, fields: object): ResponseEvent {
    return {
      type: `response.reasoning_summary_${name}`,
      ...this.#place,
      summary_index: 0,
      ...fields,
    }
  }
}

function summaryPart(text: string): object {
  return { type: 'summary_text', text }
}
