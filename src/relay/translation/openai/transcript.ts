import type { Message, Part, TextPart, ToolResultPart } from '../conversation.ts'

/** Whether the next part of the same side opens a message of its own. */
type Joining = 'own message' | 'same message'

interface OpenMessage {
  readonly role: 'user' | 'assistant'
  readonly parts: Part[]
}

/**
 * Builds the messages of a conversation from protocols that give each tool result a message of
 * its own: results that follow each other become one message of the user, and so does what the
 * user says right after them. Results learn the names of their tools from the calls before.
 */
export class Transcript {
  readonly system: TextPart[] = []
  readonly #messages: OpenMessage[] = []
  readonly #toolNames = new Map<string, string>()

  get messages(): readonly Message[] {
    return this.#messages
  }

  addUser(parts: readonly Part[]): void {
    const last = this.#messages.at(-1)
    const answersTools = last?.parts.every(({ kind }) => kind === 'tool_result')
    if (last?.role === 'user' && answersTools === true) last.parts.push(...parts)
    else this.#messages.push({ role: 'user', parts: [...parts] })
  }

  addToolResult(result: ToolResultPart): void {
    const name = this.#toolNames.get(result.id)
    this.addUser([name === undefined ? result : { ...result, name }])
  }

  /** Adds what the assistant said; nothing at all leaves no message behind. */
  addAssistant(parts: readonly Part[], joining: Joining): void {
    for (const part of parts) if (part.kind === 'tool_call') this.#toolNames.set(part.id, part.name)
    if (parts.length === 0) return
    const last = this.#messages.at(-1)
    if (joining === 'same message' && last?.role === 'assistant') last.parts.push(...parts)
    else this.#messages.push({ role: 'assistant', parts: [...parts] })
  }
}
