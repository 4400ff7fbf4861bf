import { extraContent } from '../openai/thought-signature.ts'
import {
  type ItemPlace,
  type ItemStatus,
  itemAdded,
  itemDone,
  type OutputItem,
  type ResponseEvent,
} from './output-item.ts'

/** What identifies a tool call. */
export interface CalledTool {
  readonly callId: string
  readonly name: string
  readonly signature?: string | undefined
}

/** A tool the model calls, as a `function_call` item. */
export class CallItem implements OutputItem {
  readonly #place: ItemPlace
  readonly #called: CalledTool
  #json = ''

  constructor(place: ItemPlace, called: CalledTool) {
    this.#place = place
    this.#called = called
  }

  open(): readonly ResponseEvent[] {
    return [itemAdded(this.#place, this.toItem('in_progress'))]
  }

  write(delta: string): readonly ResponseEvent[] {
    this.#json += delta
    return [{ type: 'response.function_call_arguments.delta', ...this.#place, delta }]
  }

  close(status: ItemStatus): readonly ResponseEvent[] {
    const { name } = this.#called
    const done = { ...this.#place, name, arguments: this.#json }
    return [
      { type: 'response.function_call_arguments.done', ...done },
      itemDone(this.#place, this.toItem(status)),
    ]
  }

  toItem(status: ItemStatus): object {
    const { callId, name, signature } = this.#called
    return {
      id: this.#place.item_id,
      type: 'function_call',
      status,
      arguments: this.#json,
      call_id: callId,
      name,
      ...extraContent(signature),
    }
  }
}
