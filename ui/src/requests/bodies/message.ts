/** What a piece that is not shown holds. */
export type Media = 'image' | 'audio' | 'video' | 'file'

/** Words and what else stands in a message, each piece as it is shown. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  /** Empty when the provider keeps the thoughts to itself. */
  | { readonly kind: 'thinking'; readonly text: string }
  | ToolCall
  | ToolResult
  | Attachment
  /** Texts given as token numbers. */
  | { readonly kind: 'tokens'; readonly count: number }
  /** Embeddings; `dimensions` is the length of the first. */
  | { readonly kind: 'vectors'; readonly count: number; readonly dimensions: number }
  /** Something whose form is not known, as JSON. */
  | { readonly kind: 'other'; readonly type: string; readonly json: string }

export interface ToolCall {
  readonly kind: 'tool-call'
  readonly id: string | undefined
  readonly name: string
  /** The arguments, indented where they are JSON. */
  readonly input: string
}

export interface ToolResult {
  readonly kind: 'tool-result'
  /** Of the call that it answers. */
  readonly callId: string | undefined
  readonly name: string | undefined
  readonly failed: boolean
  readonly parts: readonly Part[]
}

/** A picture or file, which is named but never loaded. */
export interface Attachment {
  readonly kind: 'attachment'
  readonly media: Media
  /** As the body names it: `image/png`, `wav`. */
  readonly type?: string | undefined
  readonly bytes?: number | undefined
  /** File name, address or id. */
  readonly name?: string | undefined
}

export interface Message {
  readonly role: string
  readonly parts: readonly Part[]
}
