import type { Message, Part, ThinkingPart, ToolCallPart, ToolResultPart } from '../conversation.ts'
import type { RequestNotes } from '../request-notes.ts'
import { writeResponse } from './function-response.ts'
import { isGemini3 } from './gemini-model.ts'
import { parseObject } from './json-values.ts'
import { resolutionOf, writeInline, writeMedia } from './media-parts.ts'
import { NO_SIGNATURE } from './read-contents.ts'
import type { InlineData, WirePart } from './wire-part.ts'

interface WireContent {
  readonly role: 'user' | 'model'
  readonly parts: WirePart[]
}

/** Writes messages as `contents`; those of one role that follow each other are one. */
export function writeContents(
  messages: readonly Message[],
  model: string,
  notes: RequestNotes,
): readonly WireContent[] {
  const writer = new ContentsWriter(model, notes)
  for (const message of messages) writer.add(message)
  return writer.contents.filter(({ parts }) => parts.length > 0)
}

class ContentsWriter {
  readonly contents: WireContent[] = []
  readonly #isGemini3: boolean
  readonly #notes: RequestNotes
  readonly #nameById = new Map<string, string>()
  /** A signature that waits for the text it came with. */
  #signature: string | undefined

  constructor(model: string, notes: RequestNotes) {
    this.#isGemini3 = isGemini3(model)
    this.#notes = notes
  }

  add(message: Message): void {
    const role = message.role === 'assistant' ? 'model' : 'user'
    let content = this.contents.at(-1)
    if (content?.role !== role) {
      content = { role, parts: [] }
      this.contents.push(content)
    }
    for (const part of message.parts) this.#addPart(content.parts, part)
    this.#addSignature(content.parts)
  }

  #addPart(parts: WirePart[], part: Part): void {
    if (part.kind === 'text' || part.kind === 'refusal') {
      if (part.text !== '') parts.push({ text: part.text, ...this.#takeSignature() })
      return
    }
    this.#addSignature(parts)
    switch (part.kind) {
      case 'thinking':
        this.#addThinking(parts, part)
        return
      case 'tool_call':
        parts.push(...this.#toolCall(parts, part))
        return
      case 'tool_result':
        parts.push(...this.#toolResult(part))
        return
      case 'image': {
        const level = resolutionOf(part.detail)
        const apart = level !== undefined && this.#isGemini3
        parts.push({ ...writeMedia(part), ...(apart && { mediaResolution: { level } }) })
        return
      }
      case 'document':
      case 'audio':
        parts.push(writeMedia(part))
        return
      default:
        part satisfies never
    }
  }

  /** Thoughts that another provider has encrypted say nothing here and stay out. */
  #addThinking(parts: WirePart[], { text, signature }: ThinkingPart): void {
    if (text === '') this.#signature = signature
    else {
      const signed = signature === undefined ? {} : { thoughtSignature: signature }
      parts.push({ text, thought: true, ...signed })
    }
  }

  #takeSignature(): Pick<WirePart, 'thoughtSignature'> {
    const signature = this.#signature
    this.#signature = undefined
    return signature === undefined ? {} : { thoughtSignature: signature }
  }

  /** A signature without text to stand on gets an empty one, as Gemini itself does. */
  #addSignature(parts: WirePart[]): void {
    if (this.#signature !== undefined) parts.push({ text: '', ...this.#takeSignature() })
  }

  #toolCall(before: readonly WirePart[], call: ToolCallPart): readonly WirePart[] {
    const args = call.arguments.trim() === '' ? {} : parseObject(call.arguments)
    if (args === undefined) {
      this.#reject(`the arguments of tool call "${call.id.slice(0, 100)}" are no JSON object`)
      return []
    }
    this.#nameById.set(call.id, call.name)
    // from Gemini 3 on the first call of a step has to be signed
    const first = !before.some(({ functionCall }) => functionCall !== undefined)
    const signature = call.signature ?? (first && this.#isGemini3 ? NO_SIGNATURE : undefined)
    return [
      {
        functionCall: { id: call.id, name: call.name, args },
        ...(signature !== undefined && { thoughtSignature: signature }),
      },
    ]
  }

  #toolResult(result: ToolResultPart): readonly WirePart[] {
    const name = this.#nameById.get(result.id) ?? result.name
    if (name === undefined) {
      this.#reject(`tool result "${result.id.slice(0, 100)}" belongs to no call before it`)
      return []
    }
    const text = result.parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []))
    const media = this.#resultMedia(result)
    const response = writeResponse(text.join('\n'), result.isError === true)
    return [
      {
        functionResponse: {
          id: result.id,
          name,
          response,
          ...(media.length > 0 && { parts: media }),
        },
      },
    ]
  }

  #reject(message: string): void {
    this.#notes.reject('messages', message)
  }

  #resultMedia(result: ToolResultPart): readonly { readonly inlineData: InlineData }[] {
    return result.parts.flatMap((part) => {
      if (part.kind === 'text') return []
      if (this.#isGemini3 && part.source.kind === 'base64') {
        return [{ inlineData: writeInline(part, part.source) }]
      }
      this.#notes.leaveOut(`tool_result.${part.kind}`)
      return []
    })
  }
}
