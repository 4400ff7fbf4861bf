/** An event of a streamed response, without its number in the stream. */
export interface ResponseEvent {
  readonly type: `response.${string}`
  readonly [field: string]: unknown
}

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete'

/** An item of a response's output while it is being made. */
export interface OutputItem {
  /** The item as it stands. */
  toItem(status: ItemStatus): object
  /** Says what is still to be said of the item, and that it is done. */
  close(status: ItemStatus): readonly ResponseEvent[]
}

/** Where an item stands in the output, repeated by every event about it. */
export interface ItemPlace {
  readonly item_id: string
  readonly output_index: number
}

/** Announces a new item. */
export function itemAdded({ output_index }: ItemPlace, item: object): ResponseEvent {
  return { type: 'response.output_item.added', output_index, item }
}

/** Says that an item is complete. */
export function itemDone({ output_index }: ItemPlace, item: object): ResponseEvent {
  return { type: 'response.output_item.done', output_index, item }
}
