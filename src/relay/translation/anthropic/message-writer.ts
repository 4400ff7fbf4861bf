import { parseJsonObject } from '../../json-object.ts'
import type { AnswerEvent } from '../answer-event.ts'
import type { AnswerContext, StreamWriter } from '../codec.ts'
import { MessageEvents } from './message-events.ts'
import {
  type AnswerBlock,
  type BlockDelta,
  type MessageEvent,
  stopOf,
  writeUsage,
} from './wire-message.ts'

/** Writes a streamed message. */
export class MessageWriter implements StreamWriter {
  readonly #events: MessageEvents

  constructor(context: AnswerContext) {
    this.#events = new MessageEvents(context)
  }

  write(event: AnswerEvent): string {
    return this.#events.next(event).map(toSse).join('')
  }

  end(): string {
    return this.#events.end().map(toSse).join('')
  }
}

function toSse(event: MessageEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
}

/** A block and the texts that have come for it. */
interface Draft {
  readonly block: AnswerBlock
  text: string
  signature: string
}

/** Writes a whole message: the one that an SDK would make of the stream. */
export function writeMessage(events: readonly AnswerEvent[], context: AnswerContext): object {
  const stream = new MessageEvents(context)
  const drafts: Draft[] = []
  let message = {}
  for (const event of [...events.flatMap((piece) => stream.next(piece)), ...stream.end()]) {
    if (event.type === 'message_start') message = event.message
    if (event.type === 'message_delta') message = { ...message, ...event.delta }
    if (event.type === 'content_block_start') {
      drafts.push({ block: event.content_block, text: '', signature: '' })
    }
    if (event.type === 'content_block_delta') addDelta(drafts[event.index], event.delta)
  }
  const usage = events.findLast((piece) => piece.kind === 'usage')?.usage
  const isStopped = events.some(({ kind }) => kind === 'stop')
  return {
    ...message,
    content: drafts.map(finished),
    // an answer that broke off does not say why it ended
    ...(!isStopped && stopOf(null)),
    usage: writeUsage(usage),
  }
}

function addDelta(draft: Draft | undefined, delta: BlockDelta): void {
  if (draft === undefined) return
  switch (delta.type) {
    case 'text_delta':
      draft.text += delta.text
      return
    case 'thinking_delta':
      draft.text += delta.thinking
      return
    case 'signature_delta':
      draft.signature = delta.signature
      return
    case 'input_json_delta':
      draft.text += delta.partial_json
      return
    default:
      delta satisfies never
  }
}

function finished({ block, text, signature }: Draft): AnswerBlock {
  switch (block.type) {
    case 'text':
      return { ...block, text }
    case 'thinking':
      return { ...block, thinking: text, signature }
    case 'tool_use':
      return { ...block, input: inputOf(text) }
    default:
      return block
  }
}

/** `input` is an object; arguments that are none stand in one, as Anthropic advises for them. */
function inputOf(json: string): object {
  return json.trim() === '' ? {} : (parseJsonObject(json) ?? { INVALID_JSON: json })
}
