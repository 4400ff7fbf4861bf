import {
  type ItemPlace,
  type ItemStatus,
  itemAdded,
  itemDone,
  type OutputItem,
  type ResponseEvent,
} from './output-item.ts'

interface ContentPart {
  readonly kind: 'text' | 'refusal'
  text: string
}

/** What the model says or refuses, as a `message` item. */
export class MessageItem implements OutputItem {
  readonly #place: ItemPlace
  readonly #parts: ContentPart[] = []

  constructor(place: ItemPlace) {
    this.#place = place
  }

  open(): readonly ResponseEvent[] {
    return [itemAdded(this.#place, this.toItem('in_progress'))]
  }

  /** Adds to the last part, or begins another where the kind changes. */
  write(kind: ContentPart['kind'], delta: string): readonly ResponseEvent[] {
    const last = this.#parts.at(-1)
    const begin = last?.kind === kind ? [] : [...this.#closePart(), this.#openPart(kind)]
    const part = this.#parts.at(-1)!
    part.text += delta
    return [
      ...begin,
      this.#about(part, kind === 'text' ? 'output_text.delta' : 'refusal.delta', { delta }),
    ]
  }

  close(status: ItemStatus): readonly ResponseEvent[] {
    return [...this.#closePart(), itemDone(this.#place, this.toItem(status))]
  }

  toItem(status: ItemStatus): object {
    return {
      id: this.#place.item_id,
      type: 'message',
      status,
      role: 'assistant',
      content: this.#parts.map(toContent),
    }
  }

  #openPart(kind: ContentPart['kind']): ResponseEvent {
    const part: ContentPart = { kind, text: '' }
    this.#parts.push(part)
    return this.#inContent('content_part.added', { part: toContent(part) })
  }

  #closePart(): readonly ResponseEvent[] {
    const part = this.#parts.at(-1)
    if (part === undefined) return []
    const done =
      part.kind === 'text'
        ? this.#about(part, 'output_text.done', { text: part.text })
        : this.#about(part, 'refusal.done', { refusal: part.text })
    return [done, this.#inContent('content_part.done', { part: toContent(part) })]
  }

  #about({ kind }: ContentPart, name: string, said: object): ResponseEvent {
    return this.#inContent(name, { ...said, ...(kind === 'text' && { logprobs: [] }) })
  }

  #inContent(name: string, fields: object): ResponseEvent {
    const content_index = this.#parts.length - 1
    return { type: `response.${name}`, ...this.#place, content_index, ...fields }
  }
}

function toContent({ kind, text }: ContentPart): object {
  if (kind === 'refusal') return { type: 'refusal', refusal: text }
  return { type: 'output_text', text, annotations: [], logprobs: [] }
}
