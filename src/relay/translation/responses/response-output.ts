import type { TokenUsage } from '../../../accounts/index.ts'
import type { AnswerEvent, StopReason } from '../answer-event.ts'
import { CallItem } from './call-item.ts'
import { MessageItem } from './message-item.ts'
import type { ItemPlace, ItemStatus, OutputItem, ResponseEvent } from './output-item.ts'
import { ReasoningItem } from './reasoning-item.ts'
import type { Sealed } from './thought-seal.ts'

interface PlacedItem {
  readonly item: OutputItem
  status: ItemStatus
}

/** The output of a response as it grows, item by item, with the events that tell of it. */
export class ResponseOutput {
  readonly #requestId: string
  readonly #sealsThoughts: boolean
  readonly #items: PlacedItem[] = []
  readonly #calls = new Map<number, CallItem>()
  readonly #callIds = new Set<string>()
  /** The message or the thoughts that are being said. */
  #current: MessageItem | ReasoningItem | undefined
  stopReason: StopReason | undefined
  usage: TokenUsage | undefined

  /** `sealsThoughts`: whether the caller asked for thoughts that he can give back. */
  constructor(requestId: string, sealsThoughts: boolean) {
    this.#requestId = requestId
    this.#sealsThoughts = sealsThoughts
  }

  /** The items as they stand. */
  toItems(): readonly object[] {
    return this.#items.map(({ item, status }) => item.toItem(status))
  }

  add(event: AnswerEvent): readonly ResponseEvent[] {
    switch (event.kind) {
      case 'text':
      case 'refusal':
        return event.text === '' ? [] : this.#say(event.kind, event.text)
      case 'thinking':
        return event.text === '' ? [] : this.#think(event.text)
      case 'thinking_signature':
        return this.#prove({ signature: event.signature })
      case 'redacted_thinking':
        return [...this.#closeCurrent(), ...this.#prove({ redacted: event.data })]
      case 'tool_start':
        return this.#call(event)
      case 'tool_arguments':
        return this.#calls.get(event.index)?.write(event.json) ?? []
      case 'stop':
        this.stopReason = event.reason
        return this.close()
      case 'usage':
        this.usage = event.usage
        return []
      case 'start':
        return []
      default:
        return event satisfies never
    }
  }

  /** Closes what is open; the last item is incomplete where the answer was cut off. */
  close(): readonly ResponseEvent[] {
    const wasCut = this.stopReason === 'length' || this.stopReason === 'content_filter'
    this.#current = undefined
    return this.#items.flatMap((placed, at) => {
      const isLast = at === this.#items.length - 1
      return closeItem(placed, wasCut && isLast ? 'incomplete' : 'completed')
    })
  }

  #say(kind: 'text' | 'refusal', text: string): readonly ResponseEvent[] {
    if (this.#current instanceof MessageItem) return this.#current.write(kind, text)
    const closed = this.#closeCurrent()
    const message = new MessageItem(this.#place('msg'))
    this.#current = message
    return [...closed, ...this.#open(message), ...message.write(kind, text)]
  }

  #think(text: string): readonly ResponseEvent[] {
    if (this.#current instanceof ReasoningItem) return this.#current.write(text)
    const { opened, thoughts } = this.#openThoughts()
    return [...opened, ...thoughts.write(text)]
  }

  #prove(sealed: Sealed): readonly ResponseEvent[] {
    const current = this.#current instanceof ReasoningItem ? this.#current : undefined
    if (!this.#sealsThoughts) return current === undefined ? [] : this.#closeCurrent()
    if (current !== undefined) {
      current.seal(sealed)
      return this.#closeCurrent()
    }
    const { opened, thoughts } = this.#openThoughts()
    thoughts.seal(sealed)
    return [...opened, ...this.#closeCurrent()]
  }

  #openThoughts(): { readonly opened: readonly ResponseEvent[]; readonly thoughts: ReasoningItem } {
    const closed = this.#closeCurrent()
    const thoughts = new ReasoningItem(this.#place('rs'))
    this.#current = thoughts
    return { opened: [...closed, ...this.#open(thoughts)], thoughts }
  }

  #call(event: AnswerEvent & { readonly kind: 'tool_start' }): readonly ResponseEvent[] {
    const closed = this.#closeCurrent()
    const { name, signature } = event
    const call = new CallItem(this.#place('fc'), { callId: this.#callId(event), name, signature })
    this.#calls.set(event.index, call)
    return [...closed, ...this.#open(call)]
  }

  /** Clients refuse a response in which two calls have the same id. */
  #callId({ id, index }: AnswerEvent & { readonly kind: 'tool_start' }): string {
    const isFree = id !== '' && !this.#callIds.has(id)
    const callId = isFree ? id : `call_${this.#requestId}_${index}`
    this.#callIds.add(callId)
    return callId
  }

  #place(prefix: string): ItemPlace {
    const output_index = this.#items.length
    return { item_id: `${prefix}_${this.#requestId}_${output_index}`, output_index }
  }

  #open(item: OutputItem & { open(): readonly ResponseEvent[] }): readonly ResponseEvent[] {
    this.#items.push({ item, status: 'in_progress' })
    return item.open()
  }

  #closeCurrent(): readonly ResponseEvent[] {
    const current = this.#items.find(({ item }) => item === this.#current)
    this.#current = undefined
    return current === undefined ? [] : closeItem(current, 'completed')
  }
}

function closeItem(placed: PlacedItem, status: ItemStatus): readonly ResponseEvent[] {
  if (placed.status !== 'in_progress') return []
  placed.status = status
  return placed.item.close(status)
}
