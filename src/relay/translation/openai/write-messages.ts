import type { Conversation, Message, Part, ToolCallPart, ToolResultPart } from '../conversation.ts'
import type { RequestNotes } from '../request-notes.ts'
import type { ModelTraits } from './model-traits.ts'
import { isUserPart, joinTexts, type UserPart, writeUserContent } from './write-content.ts'

/** Stands in for the words of a tool that gave none, only images or files. */
const SHOWN_BELOW = 'The result is in the next message.'

/** Writes the messages of a conversation; parts without an equivalent go to `notes`. */
export function writeMessages(
  { system, messages }: Conversation,
  traits: ModelTraits,
  notes: RequestNotes,
): readonly object[] {
  const prompt = system.length === 0 ? [] : [{ role: 'system', content: joinTexts(system) }]
  return [
    ...prompt,
    ...messages.flatMap((message, at) =>
      message.role === 'user'
        ? writeUser(message, at, notes)
        : writeAssistant(message, at, traits, notes),
    ),
  ]
}

/**
 * Results of tools come first, each a message of its own, as the protocol demands. What they show
 * beyond text goes into the user's message after them, for only he can show images.
 */
function writeUser({ parts }: Message, at: number, notes: RequestNotes): readonly object[] {
  const results = parts.filter((part) => part.kind === 'tool_result')
  const shown = results.flatMap(({ parts }) => parts.filter(({ kind }) => kind !== 'text'))
  const said = [...shown, ...parts].filter(isUserPart)
  for (const part of parts) {
    if (part.kind !== 'tool_result' && !isUserPart(part)) notes.leaveOut(placeOf(part, parts, at))
  }
  const leaveOut = (part: UserPart): void => notes.leaveOut(placeOf(part, parts, at))
  const content = writeUserContent(said, leaveOut)
  return [
    ...results.map(writeToolResult),
    ...(content === undefined ? [] : [{ role: 'user', content }]),
  ]
}

/** The place of a part, or of the tool result that holds it, in the conversation. */
function placeOf(part: Part, parts: readonly Part[], at: number): string {
  const holds = (whole: Part): boolean =>
    whole === part || (whole.kind === 'tool_result' && whole.parts.some((one) => one === part))
  return `messages[${at}].content[${parts.findIndex(holds)}]`
}

function writeToolResult({ id, parts, isError }: ToolResultPart): object {
  const texts = parts.filter((part) => part.kind === 'text')
  const text = texts.length === 0 && parts.length > 0 ? SHOWN_BELOW : joinTexts(texts)
  // the protocol has no mark for a failed tool, so the words have to say it
  const content = isError === true && !/^\W*error/i.test(text) ? `Error: ${text}` : text
  return { role: 'tool', tool_call_id: id, content }
}

/** Earlier thoughts are left out: providers pass over them or refuse them, but for DeepSeek. */
function writeAssistant(
  { parts }: Message,
  at: number,
  traits: ModelTraits,
  notes: RequestNotes,
): readonly object[] {
  const text = parts.map((part) => (part.kind === 'text' ? part.text : '')).join('')
  const refusal = parts.map((part) => (part.kind === 'refusal' ? part.text : '')).join('')
  const calls = parts.filter((part) => part.kind === 'tool_call')
  for (const part of parts) if (!isSayable(part)) notes.leaveOut(placeOf(part, parts, at))
  if (text === '' && refusal === '' && calls.length === 0) return []
  return [
    {
      role: 'assistant',
      content: text === '' ? null : text,
      ...(refusal !== '' && { refusal }),
      ...(calls.length > 0 && { tool_calls: calls.map(writeToolCall) }),
      ...(traits.wantsThoughtsBack && calls.length > 0 && { reasoning_content: thoughts(parts) }),
    },
  ]
}

function isSayable({ kind }: Part): boolean {
  return ['text', 'refusal', 'tool_call', 'thinking'].includes(kind)
}

function thoughts(parts: readonly Part[]): string {
  return parts.map((part) => (part.kind === 'thinking' ? part.text : '')).join('')
}

function writeToolCall({ id, name, arguments: json }: ToolCallPart): object {
  return { id, type: 'function', function: { name, arguments: json === '' ? '{}' : json } }
}
