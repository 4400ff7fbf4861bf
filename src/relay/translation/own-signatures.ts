import type { ProtocolName } from '../protocols/protocol.ts'
import type { AnswerEvent } from './answer-event.ts'
import type { ProviderCodec } from './codec.ts'
import type { Conversation, Part } from './conversation.ts'

/**
 * Providers sign what a model has thought and refuse thoughts that others have signed. A caller
 * whose calls go now here, now there, sends all of them back; so a signature bears the name of
 * the protocol it came from, and only that protocol gets it again.
 */
export function markSignatures(
  codec: ProviderCodec,
): Pick<ProviderCodec, 'readAnswer' | 'readStream'> {
  const mark = (event: AnswerEvent) => marked(event, `${codec.protocol}:`)
  return {
    readAnswer: (answer) => codec.readAnswer(answer).map(mark),
    readStream() {
      const decoder = codec.readStream()
      return {
        read: (data) => decoder.read(data).map(mark),
        end: () => decoder.end().map(mark),
      }
    },
  }
}

function marked(event: AnswerEvent, prefix: string): AnswerEvent {
  switch (event.kind) {
    case 'thinking_signature':
      return { ...event, signature: prefix + event.signature }
    case 'redacted_thinking':
      return { ...event, data: prefix + event.data }
    case 'tool_start':
      return event.signature === undefined
        ? event
        : { ...event, signature: prefix + event.signature }
    default:
      return event
  }
}

/** The conversation with the signatures of one protocol, as it gave them; all others are left out. */
export function withOwnSignatures(
  conversation: Conversation,
  protocol: ProtocolName,
): Conversation {
  const messages = conversation.messages.map(({ role, parts }) => ({
    role,
    parts: parts.flatMap((part) => ownPart(part, `${protocol}:`)),
  }))
  return { ...conversation, messages }
}

function ownPart(part: Part, prefix: string): readonly Part[] {
  if (part.kind !== 'thinking' && part.kind !== 'tool_call') return [part]
  if (part.kind === 'thinking' && part.redacted !== undefined) {
    const redacted = own(part.redacted, prefix)
    return redacted === undefined ? [] : [{ ...part, redacted }]
  }
  if (part.signature === undefined) return [part]
  const { signature, ...unsigned } = part
  const given = own(signature, prefix)
  return [given === undefined ? unsigned : { ...unsigned, signature: given }]
}

function own(signature: string, prefix: string): string | undefined {
  return signature.startsWith(prefix) ? signature.slice(prefix.length) : undefined
}
