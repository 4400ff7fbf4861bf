import { isJsonObject, type JsonObject } from '../../json-object.ts'
import type { AnswerEvent } from '../answer-event.ts'
import { readThoughtSignature } from './thought-signature.ts'

interface OpenCall {
  /** As the provider gave it; undefined when it left it out. */
  readonly givenId: string | undefined
  readonly given: JsonObject
  /** Number in the answer; undefined until the name is known. */
  number: number | undefined
  /** Arguments that came before the name. */
  waiting: string
}

/**
 * Puts together tool calls that come in pieces. Most providers number the calls, some leave out
 * the number, some the id, some give all calls the same number, and some give every piece of a
 * call another id.
 */
export class ToolCallDecoder {
  readonly #byIndex = new Map<number, OpenCall>()
  readonly #byId = new Map<string, OpenCall>()
  #last: OpenCall | undefined
  #started = 0
  #answerId = ''

  get hasCalls(): boolean {
    return this.#started > 0
  }

  /** Takes the answer's id: ids of calls that have none are made from it. */
  nameAnswer(id: string): void {
    this.#answerId = id.replaceAll(/[^a-zA-Z0-9_-]/g, '')
  }

  /** Takes an entry of `tool_calls`, or a `function_call` of old as `{function}`. */
  add(entry: unknown): readonly AnswerEvent[] {
    if (!isJsonObject(entry)) return []
    const called = isJsonObject(entry.function) ? entry.function : undefined
    if (called === undefined) return []
    const id = nonEmpty(entry.id)
    const name = nonEmpty(called.name)
    const call = this.#find(entry.index, id, name) ?? this.#open(entry, id)
    this.#last = call
    return this.#continue(call, name, argumentsOf(called.arguments))
  }

  #find(index: unknown, id: string | undefined, name: string | undefined): OpenCall | undefined {
    if (typeof index !== 'number') {
      const known = id === undefined ? undefined : this.#byId.get(id)
      const awaitsName = id === undefined && this.#last?.number === undefined
      return known ?? (name === undefined || awaitsName ? this.#last : undefined)
    }
    const numbered = this.#byIndex.get(index)
    const isOther = id !== undefined && numbered?.givenId !== undefined && id !== numbered.givenId
    return isOther && name !== undefined ? undefined : numbered
  }

  #open(given: JsonObject, givenId: string | undefined): OpenCall {
    const call: OpenCall = { givenId, given, number: undefined, waiting: '' }
    if (typeof given.index === 'number') this.#byIndex.set(given.index, call)
    if (givenId !== undefined) this.#byId.set(givenId, call)
    return call
  }

  #continue(call: OpenCall, name: string | undefined, json: string): readonly AnswerEvent[] {
    if (call.number !== undefined) {
      return json === '' ? [] : [{ kind: 'tool_arguments', index: call.number, json }]
    }
    call.waiting += json
    if (name === undefined) return []
    const index = this.#started++
    call.number = index
    const id = call.givenId ?? `call_${this.#answerId}_${index}`
    const signature = readThoughtSignature(call.given.extra_content)
    const start = { kind: 'tool_start', index, id, name, ...(signature && { signature }) } as const
    if (call.waiting === '') return [start]
    return [start, { kind: 'tool_arguments', index, json: call.waiting }]
  }
}

function nonEmpty(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Some send the arguments as the object that their text should describe. */
function argumentsOf(value: unknown): string {
  if (typeof value === 'string') return value
  return isJsonObject(value) ? JSON.stringify(value) : ''
}
