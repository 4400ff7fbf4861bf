import type { TokenUsage } from '../../../accounts/index.ts'
import { parseJsonObject } from '../../json-object.ts'
import type { AnswerEvent } from '../answer-event.ts'
import type { AnswerContext } from '../codec.ts'
import {
  type AnswerBlock,
  type BlockDelta,
  type MessageEvent,
  type MessageHead,
  STOP_WORDS,
  stopOf,
  writeFinalUsage,
  writeUsage,
} from './wire-message.ts'

interface OpenBlock {
  readonly place: number
  readonly kind: 'text' | 'thinking' | 'tool'
  /** Arguments of a call so far. */
  json: string
}

/** Turns the pieces of an answer into the events of a streamed message. */
export class MessageEvents {
  readonly #context: AnswerContext
  #out: MessageEvent[] = []
  #places = 0
  #open: OpenBlock[] = []
  readonly #calls = new Map<number, OpenBlock>()
  #isStarted: boolean = false
  #isRefused: boolean = false
  #isEnded: boolean = false
  #stop: Extract<AnswerEvent, { kind: 'stop' }> | undefined
  #usage: TokenUsage | undefined

  constructor(context: AnswerContext) {
    this.#context = context
  }

  /** Returns what a piece leads to. */
  next(event: AnswerEvent): readonly MessageEvent[] {
    this.#start()
    if (!this.#isEnded) this.#add(event)
    return this.#flush()
  }

  /** Returns what is missing at the end. */
  end(): readonly MessageEvent[] {
    this.#start()
    this.#finish()
    this.#out.push({ type: 'message_stop' })
    return this.#flush()
  }

  #add(event: AnswerEvent): void {
    switch (event.kind) {
      case 'text':
        this.#text(event.text)
        break
      case 'refusal':
        this.#isRefused = true
        this.#text(event.text)
        break
      case 'thinking':
        if (event.text !== '') this.#thought({ type: 'thinking_delta', thinking: event.text })
        break
      case 'thinking_signature':
        this.#thought({ type: 'signature_delta', signature: event.signature })
        this.#closeFinished()
        break
      case 'redacted_thinking':
        this.#closeFinished()
        this.#close(this.#begin('thinking', { type: 'redacted_thinking', data: event.data }))
        break
      case 'tool_start':
        this.#call(event)
        break
      case 'tool_arguments':
        this.#arguments(event.index, event.json)
        break
      default:
        this.#note(event)
    }
  }

  #note(event: Extract<AnswerEvent, { kind: 'start' | 'stop' | 'usage' }>): void {
    if (event.kind === 'stop') {
      this.#stop = event
      this.#closeAll()
    }
    if (event.kind === 'usage') this.#usage = event.usage
    if (this.#stop !== undefined && this.#usage !== undefined) this.#finish()
  }

  #start(): void {
    if (this.#isStarted) return
    this.#isStarted = true
    const { requestId, model } = this.#context
    const message: MessageHead = {
      id: `msg_${requestId.replace(/^req_/, '')}`,
      type: 'message',
      role: 'assistant',
      model,
      content: [],
      ...stopOf(null),
      diagnostics: null,
      usage: writeUsage(undefined),
    }
    this.#out.push({ type: 'message_start', message })
  }

  /** The end is told once, when both the reason and the usage are known. */
  #finish(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#closeAll()
    const delta = stopOf(this.#stopWord(), this.#stop?.sequence)
    this.#out.push({ type: 'message_delta', delta, usage: writeFinalUsage(this.#usage) })
  }

  /** Some providers say `stop` where they have called a tool; callers would not run it. */
  #stopWord(): string {
    const reason = this.#stop?.reason ?? 'stop'
    if (this.#isRefused) return STOP_WORDS.content_filter
    return STOP_WORDS[reason === 'stop' && this.#calls.size > 0 ? 'tool_calls' : reason]
  }

  #text(text: string): void {
    if (text === '') return
    const block = this.#current('text', { type: 'text', text: '', citations: null })
    this.#delta(block, { type: 'text_delta', text })
  }

  #thought(delta: BlockDelta): void {
    const block = this.#current('thinking', { type: 'thinking', thinking: '', signature: '' })
    this.#delta(block, delta)
  }

  /** The block that is being written if it is of this kind, else a new one. */
  #current(kind: OpenBlock['kind'], empty: AnswerBlock): OpenBlock {
    const last = this.#open.at(-1)
    if (last?.kind === kind && last.place === this.#places - 1) return last
    this.#closeFinished()
    return this.#begin(kind, empty)
  }

  #call({ index, id, name }: Extract<AnswerEvent, { kind: 'tool_start' }>): void {
    this.#closeFinished()
    const empty = { type: 'tool_use', id, name, input: {}, caller: { type: 'direct' } } as const
    this.#calls.set(index, this.#begin('tool', empty))
  }

  #arguments(index: number, json: string): void {
    const block = this.#calls.get(index)
    if (block === undefined || !this.#open.includes(block) || json === '') return
    block.json += json
    this.#delta(block, { type: 'input_json_delta', partial_json: json })
  }

  /** Calls whose arguments are still on their way stay open: some providers send several at once. */
  #closeFinished(): void {
    for (const block of this.#open) {
      if (block.kind !== 'tool' || isWhole(block.json)) this.#close(block)
    }
  }

  #closeAll(): void {
    for (const block of this.#open) this.#close(block)
  }

  #begin(kind: OpenBlock['kind'], content: AnswerBlock): OpenBlock {
    const block = { place: this.#places++, kind, json: '' }
    this.#open.push(block)
    this.#out.push({ type: 'content_block_start', index: block.place, content_block: content })
    return block
  }

  #delta({ place }: OpenBlock, delta: BlockDelta): void {
    this.#out.push({ type: 'content_block_delta', index: place, delta })
  }

  #close(block: OpenBlock): void {
    this.#open = this.#open.filter((other) => other !== block)
    this.#out.push({ type: 'content_block_stop', index: block.place })
  }

  #flush(): readonly MessageEvent[] {
    const out = this.#out
    this.#out = []
    return out
  }
}

/** The last character is asked first: parsing a long text again and again would be slow. */
function isWhole(json: string): boolean {
  return json.trimEnd().endsWith('}') && parseJsonObject(json) !== undefined
}
