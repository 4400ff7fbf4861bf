import type { JsonObject } from '../../json-object.ts'
import type { Translated } from '../codec.ts'
import type {
  AnswerForm,
  Conversation,
  Message,
  Reasoning,
  TextPart,
  Tool,
  ToolChoice,
} from '../conversation.ts'
import { Fields } from '../fields.ts'
import { RequestNotes } from '../request-notes.ts'
import { itemsIn, readCacheMark, readContent, readTexts, type ToolNames } from './block-reader.ts'

/**
 * Reads a request of Anthropic's messages. Marks for the cache are hints: those on texts and
 * tools are handed on, others passed over.
 */
export function readMessagesRequest(body: JsonObject): Translated<Conversation> {
  const notes = new RequestNotes()
  const fields = Fields.of(body, '', notes)
  if (fields === undefined) return { ok: false, message: 'the body must be a JSON object' }
  const conversation: Conversation = {
    ...readMessages(fields),
    tools: itemsIn(fields, 'tools').flatMap((tool) => readTool(tool) ?? []),
    ...readToolChoice(fields),
    ...readLimits(fields),
    ...readThinkingAndForm(fields),
    ...readUser(fields),
    stream: fields.flag('stream') === true,
  }
  fields.ignore('model', 'cache_control')
  fields.onlyDefault('service_tier', (tier) => tier === 'auto')
  fields.onlyDefault('speed', (speed) => speed === 'standard')
  for (const name of ['mcp_servers', 'fallbacks', 'betas']) fields.onlyDefault(name, isEmptyList)
  fields.finish()
  return notes.conclude(conversation)
}

function readMessages(fields: Fields): Pick<Conversation, 'system' | 'messages'> {
  const system: TextPart[] = [...readTexts(fields, 'system')]
  const messages: Message[] = []
  const toolNames: ToolNames = new Map()
  if (fields.raw('messages') === undefined) fields.notes.reject('messages', 'is required')
  for (const message of itemsIn(fields, 'messages')) {
    const role = message.requiredText('role')
    if (message.raw('content') === undefined) {
      message.notes.reject(message.path('content'), 'is required')
    }
    if (role === 'system') system.push(...readTexts(message, 'content'))
    else if (role === 'user' || role === 'assistant') {
      const parts = readContent(message, role, toolNames)
      if (parts.length > 0) messages.push({ role, parts })
    } else message.notes.reject(message.path('role'), 'must be user, assistant or system')
    message.finish()
  }
  return { system, messages }
}

function readTool(tool: Fields): Tool | undefined {
  const type = tool.text('type')
  if (type !== undefined && type !== 'custom') {
    tool.leaveOut('type')
    return undefined
  }
  const name = tool.requiredText('name')
  const description = tool.text('description')
  const parameters = tool.object('input_schema')
  const strict = tool.flag('strict')
  const cacheMark = readCacheMark(tool)
  tool.ignore('eager_input_streaming')
  tool.onlyDefault('defer_loading', (value) => value === false)
  tool.onlyDefault('input_examples', isEmptyList)
  tool.onlyDefault('allowed_callers', isOnlyDirect)
  tool.finish()
  return {
    name,
    ...(description !== undefined && { description }),
    ...(parameters !== undefined && !takesNothing(parameters) && { parameters }),
    ...(strict !== undefined && { strict }),
    ...(cacheMark !== undefined && { cacheMark }),
  }
}

/** `input_schema` is demanded: tools without arguments have an empty one. */
function takesNothing(schema: JsonObject): boolean {
  const { type, properties, ...rest } = schema
  const isEmpty = Object.keys(properties ?? {}).length === 0
  return type === 'object' && isEmpty && Object.keys(rest).length === 0
}

function readToolChoice(fields: Fields): Pick<Conversation, 'toolChoice' | 'parallelToolCalls'> {
  const choice = fields.fields('tool_choice')
  if (choice === undefined) return {}
  const toolChoice = choiceIn(choice)
  const isSerial = choice.flag('disable_parallel_tool_use')
  choice.finish()
  return {
    ...(toolChoice !== undefined && { toolChoice }),
    ...(isSerial !== undefined && { parallelToolCalls: !isSerial }),
  }
}

function choiceIn(choice: Fields): ToolChoice | undefined {
  switch (choice.requiredText('type')) {
    case 'auto':
      return { kind: 'auto' }
    case 'none':
      return { kind: 'none' }
    case 'any':
      return { kind: 'required' }
    case 'tool':
      return { kind: 'tool', name: choice.requiredText('name') }
    default:
      choice.leaveOut('type')
      return undefined
  }
}

function readLimits(fields: Fields): Partial<Conversation> {
  const maxTokens = fields.integer('max_tokens')
  const temperature = fields.number('temperature')
  const topP = fields.number('top_p')
  const topK = fields.integer('top_k')
  const stop = (fields.list('stop_sequences') ?? []).flatMap((each, at) => {
    if (typeof each === 'string') return [each]
    fields.notes.reject(`stop_sequences.${at}`, 'must be a string')
    return []
  })
  return {
    ...(maxTokens !== undefined && { maxTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(topK !== undefined && { topK }),
    ...(stop.length > 0 && { stop }),
  }
}

const EFFORTS = {
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'xhigh',
  max: 'xhigh',
} as const

function readThinkingAndForm(fields: Fields): Pick<Conversation, 'reasoning' | 'format'> {
  const config = fields.fields('output_config')
  const effort = config?.word('effort', Object.keys(EFFORTS) as (keyof typeof EFFORTS)[])
  const format = readFormat(config?.fields('format') ?? fields.fields('output_format'))
  config?.finish()
  const reasoning: Reasoning = {
    ...(effort !== undefined && { effort: EFFORTS[effort] }),
    ...readThinking(fields.fields('thinking')),
  }
  return {
    ...(Object.keys(reasoning).length > 0 && { reasoning }),
    ...(format !== undefined && { format }),
  }
}

function readFormat(format: Fields | undefined): AnswerForm | undefined {
  if (format === undefined) return undefined
  const isSchema = format.word('type', ['json_schema']) !== undefined
  const schema = format.object('schema')
  if (isSchema && schema === undefined) format.notes.reject(format.path('schema'), 'is required')
  format.finish()
  return isSchema ? { kind: 'schema', schema: schema ?? {} } : undefined
}

/** Who turns thinking on reads it in the answer, unless it is to be omitted. */
function readThinking(thinking: Fields | undefined): Reasoning {
  if (thinking === undefined) return {}
  const type = thinking.word('type', ['enabled', 'disabled', 'adaptive'])
  const isOmitted = thinking.word('display', ['summarized', 'omitted']) === 'omitted'
  const budgetTokens = thinking.count('budget_tokens')
  thinking.finish()
  if (type === undefined) return {}
  if (type === 'disabled') return { effort: 'none' }
  return {
    ...(type === 'enabled' && budgetTokens !== undefined && { budgetTokens }),
    includeThoughts: !isOmitted,
  }
}

function readUser(fields: Fields): Pick<Conversation, 'user'> {
  const metadata = fields.fields('metadata')
  const user = metadata?.text('user_id')
  metadata?.finish()
  return user === undefined ? {} : { user }
}

function isOnlyDirect(value: unknown): boolean {
  return Array.isArray(value) && value.every((caller) => caller === 'direct')
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}
