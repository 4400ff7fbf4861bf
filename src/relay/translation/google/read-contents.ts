import type { Message, Part, ThinkingPart, ToolResultPart } from '../conversation.ts'
import { CallIds } from './call-ids.ts'
import { readResponse } from './function-response.ts'
import type { GoogleFields } from './google-fields.ts'
import { readMedia } from './media-parts.ts'

/** Stands for a signature that a caller does not have; Gemini lets such calls pass. */
export const NO_SIGNATURE = 'skip_thought_signature_validator'

/**
 * Reads the `contents` of a request. Contents of one role that follow each other are one message:
 * the official SDK keeps each chunk of a stream as a content of its own.
 */
export function readContents(contents: readonly GoogleFields[]): readonly Message[] {
  const messages: { readonly role: Message['role']; readonly parts: Part[] }[] = []
  const ids = new CallIds()
  for (const content of contents) {
    const role = readRole(content)
    let message = messages.at(-1)
    if (message?.role !== role) {
      message = { role, parts: [] }
      messages.push(message)
    }
    for (const part of content.objects('parts')) {
      if (role === 'assistant') readModelPart(part, message.parts, ids)
      else readUserPart(part, message.parts, ids)
    }
    content.leaveOutRest()
  }
  return messages.filter(({ parts }) => parts.length > 0)
}

function readRole(content: GoogleFields): Message['role'] {
  const role = content.string('role')
  if (role === 'model') return 'assistant'
  // answers of functions once had a role of their own
  if (role !== undefined && role !== 'user' && role !== 'function') {
    content.fail('role', 'has to be user or model')
  }
  return 'user'
}

function readModelPart(part: GoogleFields, parts: Part[], ids: CallIds): void {
  const text = part.string('text')
  const thought = part.boolean('thought') === true
  const given = part.string('thoughtSignature')
  const signature = given === NO_SIGNATURE ? undefined : given
  const call = part.object('functionCall')
  const media = readMedia(part)
  if (part.has('functionResponse'))
    part.fail('functionResponse', 'belongs into a content of the user')
  if (call !== undefined) {
    parts.push(...readCall(call, signature, ids))
  } else if (thought) {
    addThinking(parts, text ?? '', signature)
  } else {
    if (signature !== undefined) addThinking(parts, '', signature)
    if (text !== undefined) addText(parts, text)
    if (media !== undefined) parts.push(media)
  }
  part.has('partMetadata') // the caller's own notes
  part.leaveOutRest()
}

function readCall(
  call: GoogleFields,
  signature: string | undefined,
  ids: CallIds,
): readonly Part[] {
  const id = call.string('id')
  const name = call.string('name')
  const args = call.json('args') ?? {}
  call.leaveOutRest()
  if (name === undefined || name === '') {
    call.fail('name', 'is missing')
    return []
  }
  return [
    {
      kind: 'tool_call',
      id: ids.ofCall(id, name),
      name,
      arguments: JSON.stringify(args),
      ...(signature !== undefined && { signature }),
    },
  ]
}

/** What the model said in pieces is one text: others refuse pieces of white space only. */
function addText(parts: Part[], text: string): void {
  if (text === '') return
  const last = parts.at(-1)
  if (last?.kind === 'text') parts[parts.length - 1] = { kind: 'text', text: last.text + text }
  else parts.push({ kind: 'text', text })
}

/** Thoughts come in pieces too, the signature with the last one. */
function addThinking(parts: Part[], text: string, signature: string | undefined): void {
  if (text === '' && signature === undefined) return
  const last = parts.at(-1)
  const open = last?.kind === 'thinking' && last.signature === undefined ? last : undefined
  const thinking: ThinkingPart = {
    kind: 'thinking',
    text: (open?.text ?? '') + text,
    ...(signature !== undefined && { signature }),
  }
  if (open === undefined) parts.push(thinking)
  else parts[parts.length - 1] = thinking
}

function readUserPart(part: GoogleFields, parts: Part[], ids: CallIds): void {
  const text = part.string('text')
  const media = readMedia(part)
  const response = part.object('functionResponse')
  if (part.has('functionCall')) part.fail('functionCall', 'belongs into a content of the model')
  if (text !== undefined && text !== '') parts.push({ kind: 'text', text })
  if (media !== undefined) parts.push(media)
  if (response !== undefined) parts.push(...readFunctionResponse(response, ids))
  part.has('partMetadata')
  part.boolean('thought')
  part.string('thoughtSignature')
  part.leaveOutRest()
}

function readFunctionResponse(response: GoogleFields, ids: CallIds): readonly ToolResultPart[] {
  const call = ids.ofAnswer(response.string('id'), response.string('name'))
  const answer = readResponse(response.json('response') ?? {})
  const media = response.objects('parts').flatMap((part) => {
    const read = readMedia(part)
    part.leaveOutRest()
    if (read?.kind !== 'audio') return read === undefined ? [] : [read]
    part.leaveOut('inlineData')
    part.leaveOut('fileData')
    return []
  })
  response.leaveOutRest()
  if (call === undefined) {
    response.fail('name', 'is missing')
    return []
  }
  return [
    {
      kind: 'tool_result',
      id: call.id,
      name: call.name,
      parts: [
        ...(answer.text === '' ? [] : [{ kind: 'text' as const, text: answer.text }]),
        ...media,
      ],
      ...(answer.isError && { isError: true }),
    },
  ]
}
