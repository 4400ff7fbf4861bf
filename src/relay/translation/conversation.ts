/** A generation request in no protocol's own form: what translation goes through. */
export interface Conversation {
  /** System and developer prompts, in order. */
  readonly system: readonly TextPart[]
  readonly messages: readonly Message[]
  readonly tools: readonly Tool[]
  readonly toolChoice?: ToolChoice
  readonly parallelToolCalls?: boolean
  readonly maxTokens?: number
  readonly temperature?: number
  readonly topP?: number
  readonly topK?: number
  readonly seed?: number
  readonly presencePenalty?: number
  readonly frequencyPenalty?: number
  readonly stop?: readonly string[]
  readonly format?: AnswerForm
  readonly reasoning?: Reasoning
  /** The caller's end user. */
  readonly user?: string
  readonly stream: boolean
}

export interface Message {
  readonly role: 'user' | 'assistant'
  readonly parts: readonly Part[]
}

export type Part =
  | TextPart
  | ImagePart
  | DocumentPart
  | AudioPart
  | ThinkingPart
  | RefusalPart
  | ToolCallPart
  | ToolResultPart

export interface TextPart {
  readonly kind: 'text'
  readonly text: string
  /** The caller's mark that the prompt up to here is to be cached by the provider. */
  readonly cacheMark?: '5m' | '1h'
}

/** Bytes in base64, or an address the provider fetches them from. */
export type MediaSource =
  | { readonly kind: 'base64'; readonly mediaType: string; readonly data: string }
  | { readonly kind: 'url'; readonly url: string; readonly mediaType?: string }

export interface ImagePart {
  readonly kind: 'image'
  readonly source: MediaSource
  readonly detail?: 'low' | 'high' | 'auto'
}

/** A file such as a PDF. */
export interface DocumentPart {
  readonly kind: 'document'
  readonly source: MediaSource
  readonly name?: string
}

export interface AudioPart {
  readonly kind: 'audio'
  readonly source: MediaSource
}

/** What the model thought, with the provider's proof that it did; only ever of the assistant. */
export interface ThinkingPart {
  readonly kind: 'thinking'
  readonly text: string
  readonly signature?: string
  /** Thoughts that the provider has encrypted; `text` is empty. */
  readonly redacted?: string
}

export interface RefusalPart {
  readonly kind: 'refusal'
  readonly text: string
}

export interface ToolCallPart {
  readonly kind: 'tool_call'
  readonly id: string
  readonly name: string
  /** The arguments as a JSON object in text. */
  readonly arguments: string
  /** Gemini's `thoughtSignature`, to be given back with the call. */
  readonly signature?: string
}

/** Stands in a message of the user. */
export interface ToolResultPart {
  readonly kind: 'tool_result'
  readonly id: string
  /** Name of the tool, where the caller's protocol or the call before tells it. */
  readonly name?: string
  readonly parts: readonly (TextPart | ImagePart | DocumentPart)[]
  readonly isError?: boolean
}

export interface Tool {
  readonly name: string
  readonly description?: string
  /** JSON Schema of the arguments; absent when the tool takes none. */
  readonly parameters?: Readonly<Record<string, unknown>>
  readonly strict?: boolean
  readonly cacheMark?: '5m' | '1h'
}

export type ToolChoice =
  | { readonly kind: 'auto' | 'none' | 'required' }
  | { readonly kind: 'tool'; readonly name: string }

export type AnswerForm =
  | { readonly kind: 'text' | 'json' }
  | {
      readonly kind: 'schema'
      readonly name?: string
      readonly description?: string
      readonly schema: Readonly<Record<string, unknown>>
      readonly strict?: boolean
    }

export interface Reasoning {
  readonly effort?: 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh'
  /** Tokens the model may think; wins over `effort` where the target takes a number. */
  readonly budgetTokens?: number
  /** Whether the thoughts are to be part of the answer. */
  readonly includeThoughts?: boolean
}
