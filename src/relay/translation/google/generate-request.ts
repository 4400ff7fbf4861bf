import type { JsonObject } from '../../json-object.ts'
import type { Translated } from '../codec.ts'
import type { Conversation, Message, TextPart } from '../conversation.ts'
import { RequestNotes } from '../request-notes.ts'
import { readToolConfig, readTools, writeTools } from './function-tools.ts'
import { readGenerationConfig, writeGenerationConfig } from './generation-config.ts'
import { GoogleFields } from './google-fields.ts'
import { readContents } from './read-contents.ts'
import { writeContents } from './write-contents.ts'

/** Reads the body of a `generateContent` call. */
export function readGenerateRequest(body: JsonObject, stream: boolean): Translated<Conversation> {
  const notes = new RequestNotes()
  const fields = new GoogleFields(body, '', notes)
  const contents = fields.objects('contents')
  if (contents.length === 0) fields.fail('contents', 'has to be a list that is not empty')
  const tools = readTools(fields.objects('tools'))
  const toolChoice = readToolConfig(fields.object('toolConfig'), tools)
  const { settings, detail } = readGenerationConfig(fields.object('generationConfig'))
  const messages = readContents(contents)
  const conversation: Conversation = {
    system: readSystem(fields),
    messages: detail === undefined ? messages : messages.map((each) => withDetail(each, detail)),
    tools,
    ...(toolChoice !== undefined && { toolChoice }),
    ...settings,
    stream,
  }
  fields.has('model') // stands in the address
  fields.leaveOutRest()
  return notes.conclude(conversation)
}

function readSystem(fields: GoogleFields): readonly TextPart[] {
  const name = 'systemInstruction'
  if (fields.isString(name)) return texts(fields.string(name))
  const content = fields.object(name)
  if (content === undefined) return []
  content.has('role')
  const parts = content.objects('parts').flatMap((part) => {
    const text = part.string('text')
    part.leaveOutRest()
    return texts(text)
  })
  content.leaveOutRest()
  return parts
}

function texts(text: string | undefined): readonly TextPart[] {
  return text === undefined || text === '' ? [] : [{ kind: 'text', text }]
}

function withDetail(message: Message, detail: 'low' | 'high'): Message {
  return {
    role: message.role,
    parts: message.parts.map((part) =>
      part.kind === 'image' && part.detail === undefined ? { ...part, detail } : part,
    ),
  }
}

/** Writes the body of a `generateContent` call. `user` has no place there and changes nothing. */
export function writeGenerateRequest(
  conversation: Conversation,
  model: string,
): Translated<JsonObject> {
  const notes = new RequestNotes()
  const system = conversation.system.flatMap(({ text }) => (text === '' ? [] : [{ text }]))
  const generationConfig = writeGenerationConfig(conversation, model, notes)
  return notes.conclude({
    contents: writeContents(conversation.messages, model, notes),
    ...(system.length > 0 && { systemInstruction: { parts: system } }),
    ...writeTools(conversation, notes),
    ...(generationConfig !== undefined && { generationConfig }),
  })
}
