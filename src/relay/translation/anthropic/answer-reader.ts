import { isJsonObject, type JsonObject, parseJsonObject } from '../../json-object.ts'
import { mergeMessagesUsage, readMessagesUsage } from '../../usage/messages-usage.ts'
import type { AnswerEvent, StopReason } from '../answer-event.ts'
import type { StreamDecoder } from '../codec.ts'

const STOP_REASONS: Readonly<Record<string, StopReason>> = {
  end_turn: 'stop',
  pause_turn: 'stop',
  stop_sequence: 'stop_sequence',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
}

/** Reads a whole message. */
export function readMessage(message: JsonObject): readonly AnswerEvent[] {
  if (!Array.isArray(message.content)) return []
  let calls = 0
  const pieces = message.content.flatMap((block: unknown) => {
    if (!isJsonObject(block)) return []
    if (block.type !== 'tool_use') return readBlock(block)
    const index = calls++
    return [toolStart(index, block), toolArguments(index, inputOf(block))]
  })
  return [readStart(message), ...pieces, ...readStop(message), ...readUsage(message.usage)]
}

/** A call whose pieces are on their way. */
interface OpenCall {
  readonly index: number
  /** What stood in the block from the beginning; counts when nothing else comes. */
  readonly input: string
  hasArguments: boolean
}

/** Reads a streamed message. */
export class MessageDecoder implements StreamDecoder {
  #usage: unknown
  #isStopped: boolean = false
  #calls = 0
  readonly #open = new Map<unknown, OpenCall>()

  read(data: string): readonly AnswerEvent[] {
    const event = parseJsonObject(data)
    switch (event?.type) {
      case 'message_start':
        return this.#start(event.message)
      case 'content_block_start':
        return this.#startBlock(event)
      case 'content_block_delta':
        return this.#delta(event)
      case 'content_block_stop':
        return this.#stopBlock(event.index)
      case 'message_delta':
        this.#isStopped = true
        this.#usage = mergeMessagesUsage(this.#usage, event.usage)
        return isJsonObject(event.delta) ? readStop(event.delta) : []
      case 'message_stop':
        return this.end()
      default:
        return []
    }
  }

  /** The usage comes last: several events may bring it up to date. */
  end(): readonly AnswerEvent[] {
    if (!this.#isStopped) return []
    this.#isStopped = false
    return readUsage(this.#usage)
  }

  #start(message: unknown): readonly AnswerEvent[] {
    if (!isJsonObject(message)) return []
    this.#usage = message.usage
    return [readStart(message)]
  }

  #startBlock({ index: place, content_block: block }: JsonObject): readonly AnswerEvent[] {
    if (!isJsonObject(block)) return []
    if (block.type !== 'tool_use') return readBlock(block)
    const index = this.#calls++
    this.#open.set(place, { index, input: inputOf(block), hasArguments: false })
    return [toolStart(index, block)]
  }

  #delta({ index: place, delta }: JsonObject): readonly AnswerEvent[] {
    if (!isJsonObject(delta)) return []
    if (delta.type !== 'input_json_delta') return readDelta(delta)
    const call = this.#open.get(place)
    const json = delta.partial_json
    if (call === undefined || typeof json !== 'string' || json === '') return []
    call.hasArguments = true
    return [toolArguments(call.index, json)]
  }

  #stopBlock(place: unknown): readonly AnswerEvent[] {
    const call = this.#open.get(place)
    this.#open.delete(place)
    return call === undefined || call.hasArguments ? [] : [toolArguments(call.index, call.input)]
  }
}

function readStart({ id, model }: JsonObject): AnswerEvent {
  return {
    kind: 'start',
    ...(typeof id === 'string' && { id }),
    ...(typeof model === 'string' && { model }),
  }
}

/** A block other than a call, whole or as it begins. What servers did themselves is passed over. */
function readBlock(block: JsonObject): readonly AnswerEvent[] {
  switch (block.type) {
    case 'text':
      return textOf('text', block.text)
    case 'thinking':
      return [...textOf('thinking', block.thinking), ...signatureOf(block)]
    case 'redacted_thinking':
      return typeof block.data === 'string' ? [{ kind: 'redacted_thinking', data: block.data }] : []
    default:
      return []
  }
}

function readDelta(delta: JsonObject): readonly AnswerEvent[] {
  switch (delta.type) {
    case 'text_delta':
      return textOf('text', delta.text)
    case 'thinking_delta':
      return textOf('thinking', delta.thinking)
    case 'signature_delta':
      return signatureOf(delta)
    default:
      return []
  }
}

function textOf(kind: 'text' | 'thinking' | 'refusal', text: unknown): readonly AnswerEvent[] {
  return typeof text === 'string' && text !== '' ? [{ kind, text }] : []
}

function signatureOf({ signature }: JsonObject): readonly AnswerEvent[] {
  if (typeof signature !== 'string' || signature === '') return []
  return [{ kind: 'thinking_signature', signature }]
}

function toolStart(index: number, { id, name }: JsonObject): AnswerEvent {
  return {
    kind: 'tool_start',
    index,
    id: typeof id === 'string' ? id : `call_${index}`,
    name: typeof name === 'string' ? name : '',
  }
}

function toolArguments(index: number, json: string): AnswerEvent {
  return { kind: 'tool_arguments', index, json }
}

function inputOf({ input }: JsonObject): string {
  try {
    return JSON.stringify(input ?? {})
  } catch {
    return '{}'
  }
}

/** From a message or the delta at its end, with the explanation of a refusal where there is one. */
function readStop(delta: JsonObject): readonly AnswerEvent[] {
  const { stop_reason: reason, stop_sequence: sequence, stop_details: details } = delta
  if (typeof reason !== 'string') return []
  const explained = isJsonObject(details) ? textOf('refusal', details.explanation) : []
  const known = Object.hasOwn(STOP_REASONS, reason) ? STOP_REASONS[reason] : undefined
  return [
    ...explained,
    { kind: 'stop', reason: known ?? 'stop', ...(typeof sequence === 'string' && { sequence }) },
  ]
}

function readUsage(value: unknown): readonly AnswerEvent[] {
  const usage = readMessagesUsage(value)
  return usage === undefined ? [] : [{ kind: 'usage', usage }]
}
