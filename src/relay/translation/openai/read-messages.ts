import type { Part, ThinkingPart, ToolCallPart } from '../conversation.ts'
import type { Fields } from '../fields.ts'
import {
  ASSISTANT_PARTS,
  readContent,
  SYSTEM_PARTS,
  TOOL_PARTS,
  USER_PARTS,
} from './read-content.ts'
import { readReasoningDetails } from './reasoning-details.ts'
import { readThoughtSignature } from './thought-signature.ts'
import { Transcript } from './transcript.ts'

/** Reads the `messages` of a request. */
export function readMessages(request: Fields): Transcript {
  const transcript = new Transcript()
  const messages = request.items('messages')
  if (messages.length === 0) request.reject('messages', 'must be a list of at least one message')
  for (const message of messages) readMessage(message, transcript)
  return transcript
}

function readMessage(message: Fields, transcript: Transcript): void {
  const role = message.requiredText('role')
  switch (role) {
    case 'system':
    case 'developer':
      requireContent(message)
      transcript.system.push(...readContent(message, 'content', SYSTEM_PARTS).filter(isSaid))
      break
    case 'user':
      requireContent(message)
      transcript.addUser(readContent(message, 'content', USER_PARTS))
      break
    case 'assistant':
      transcript.addAssistant(readAssistant(message), 'own message')
      break
    case 'tool':
      requireContent(message)
      transcript.addToolResult({
        kind: 'tool_result',
        id: message.requiredText('tool_call_id'),
        parts: readContent(message, 'content', TOOL_PARTS).filter(isSaid),
      })
      // some clients repeat the name of the tool
      message.ignore('name', 'cache_control')
      break
    case 'function':
      message.leaveOut('role')
      return
    default:
      message.reject('role', 'must be one of system, developer, user, assistant, tool')
      return
  }
  message.finish()
}

function requireContent(message: Fields): void {
  if (message.raw('content') === undefined) message.reject('content', 'is required')
}

function isSaid(part: Part): boolean {
  return part.kind !== 'text' || part.text !== ''
}

/** Fields of an answer that callers send back as they got it, and that say nothing new. */
const ANSWER_FIELDS = ['annotations', 'parsed', 'id', 'reasoning_details', 'cache_control'] as const

function readAssistant(message: Fields): readonly Part[] {
  const thoughts = readThoughts(message)
  const content = readContent(message, 'content', ASSISTANT_PARTS).filter(isSaid)
  const refusal = message.text('refusal')
  const calls = message.items('tool_calls').flatMap((call) => readToolCall(call) ?? [])
  message.ignore(...ANSWER_FIELDS)
  return [
    ...thoughts,
    ...content,
    ...(refusal ? [{ kind: 'refusal', text: refusal } as const] : []),
    ...calls,
  ]
}

/** Thoughts come with proofs from this relay, and as mere text from anywhere. */
function readThoughts(message: Fields): readonly ThinkingPart[] {
  const proven = readReasoningDetails(message.raw('reasoning_details'))
  const text = message.text('reasoning_content') ?? message.text('reasoning')
  message.ignore('reasoning')
  if (proven.length > 0 || !text) return proven
  return [{ kind: 'thinking', text }]
}

function readToolCall(call: Fields): ToolCallPart | undefined {
  const type = call.text('type')
  if (type !== undefined && type !== 'function') {
    call.leaveOut('type')
    return undefined
  }
  const id = call.requiredText('id')
  const called = call.requiredFields('function')
  const signature = readThoughtSignature(call.raw('extra_content'))
  call.ignore('index')
  call.finish()
  if (called === undefined) return undefined
  const name = called.requiredText('name')
  const json = called.requiredText('arguments')
  called.ignore('parsed_arguments')
  called.finish()
  return { kind: 'tool_call', id, name, arguments: json, ...(signature && { signature }) }
}
